import { z } from 'zod';
import { criterion, listCriteria, searched } from './list-query.ts';

const day = (name: string) =>
  criterion<string | null>(
    z.iso.date() as unknown as z.ZodType<string | null, string>,
    null,
    `${name}\u00a0: cette date n’est pas valide. Elle n’a pas été prise en compte.`,
  );

const { page, taille, tri, sens } = listCriteria(['date'], 'desc');

/** « Historique du compte »: by act and by period; the latest first. */
export const historyCriteria = {
  acte: criterion(
    z.string().regex(/^[a-z_]+(\.[a-z_]+)?$/),
    '',
    'Cet acte est inconnu\u00a0: tous les mouvements sont affichés.',
  ),
  du: day('Du'),
  au: day('Au'),
  tri,
  sens,
  page,
  taille: { ...taille, fallback: 25 },
};

/** « Journal »: the same, and by person and by who did it. */
export const trailCriteria = {
  personne: searched('Personne'),
  acteur: searched('Auteur'),
  ...historyCriteria,
};
