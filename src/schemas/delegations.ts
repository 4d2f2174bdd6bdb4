import { z } from 'zod';
import { endDate } from './fields.ts';
import { choice, criterion, listCriteria } from './list-query.ts';

/** « Les administrateurs locaux »: sort on each column (R65); national profiles have one more. */
export const administratorCriteria = listCriteria([
  'nom',
  'organisme',
  'email',
  'depuis',
  'par',
  'fin',
  'connexion',
]);

/** « Délégation »: the active people of the organism (R68, R71). */
export const candidateCriteria = listCriteria(['nom', 'email']);

/** « Tous les administrateurs locaux » (R72). `branches` and `departments` are those that organisms have. */
export const directoryCriteria = (branches: readonly { name: string }[], departments: readonly string[]) => ({
  branche: criterion(
    z.string().refine((name) => branches.some((branch) => branch.name === name)),
    '',
    'Branche\u00a0: cette valeur est inconnue, toutes sont affichées.',
  ),
  departement: criterion(
    z.string().refine((code) => departments.includes(code)),
    '',
    'Département\u00a0: cette valeur est inconnue, tous sont affichés.',
  ),
  sans: choice(
    ['non', 'oui'],
    'non',
    'Organismes sans administrateur\u00a0: cette valeur est inconnue, tous les organismes sont affichés.',
  ),
  ...listCriteria(['organisme', 'branche', 'departement', 'nom', 'email']),
});

/** The inclusive last day of a delegation, or none (P8). */
export const delegationEndForm = (today: string) => z.object({ fin: endDate(today) });
