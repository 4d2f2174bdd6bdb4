import { z } from 'zod';
import { isCurrentDay } from '../domain/calendar.ts';
import { EVENT_CHOICES } from '../presenters/event-filters.ts';
import { criterion, listCriteria, searched } from './list-query.ts';

const day = (name: string) =>
  criterion<string | null>(
    z.iso.date().refine(isCurrentDay) as unknown as z.ZodType<string | null, string>,
    null,
    `${name}\u00a0: cette date n’existe pas, ou n’est pas entre 1900 et 2100. Elle n’a pas été prise en compte.`,
  );

const { q, page, taille, tri, sens } = listCriteria(['date'], 'desc', 25);

/** « Historique du compte »: by act and by period; the latest first. */
export const historyCriteria = {
  q,
  acte: criterion(
    z.string().refine((action) => EVENT_CHOICES.some(({ value }) => value === action)),
    '',
    'Acte\u00a0: cette valeur est inconnue, tous sont affichés.',
  ),
  du: day('Du'),
  au: day('Au'),
  tri,
  sens,
  page,
  taille,
};

/** « Journal »: the same, and by person and by who did it. */
export const trailCriteria = {
  personne: searched('Personne'),
  acteur: searched('Auteur'),
  ...historyCriteria,
};

/** What is wrong with a period as a whole, or nothing: an event is never both after its end and before its beginning. */
export const periodFaults = ({ du, au }: { du: string | null; au: string | null }): string[] =>
  du !== null && au !== null && du > au
    ? ['La période finit avant de commencer\u00a0: aucun événement ne peut y figurer.']
    : [];
