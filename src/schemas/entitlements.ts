import { listCriteria, searched } from './list-query.ts';

/** « État des habilitations »: sort on each column, « Nom » and « Rechercher » (R10, R11, R14). */
export const entitlementCriteria = {
  nom: searched('Nom'),
  ...listCriteria(['nom', 'prenom', 'email', 'fonction', 'organisme', 'habilitations']),
};
