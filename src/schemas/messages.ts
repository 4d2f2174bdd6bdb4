import { choice, listCriteria } from './list-query.ts';

const { q, sens, page, taille, tri } = listCriteria(['date'], 'desc');

/** « Messages »: by state, those to look at first, and by recipient; the latest first. */
export const messageCriteria = {
  ...{ q, tri, sens, page, taille },
  etat: choice(
    ['a-voir', 'echec', 'attente', 'envoye', 'tous'],
    'a-voir',
    'État\u00a0: cette valeur est inconnue, «\u00a0En échec ou en retard\u00a0» est gardé.',
  ),
};
