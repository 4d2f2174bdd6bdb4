import { z } from 'zod';
import { endDate, identifier, paragraph } from './fields.ts';

/** Refusing needs a reason, which the person reads; a ready-made one fills it. */
export const refusalForm = z.object({
  motif: paragraph(1000, 'Indiquez le motif du refus\u00a0: la personne le recevra par message.'),
});

/** The inclusive last day of the right that an acceptance grants: optional, today at the earliest (P8). */
export const acceptanceForm = (today: string) => z.object({ fin: endDate(today) });

/** The boxes that were ticked: one or several, a page at most. */
export const ticked = z.preprocess(
  (value) => (value === undefined ? [] : [value].flat()),
  z
    .array(identifier)
    .min(1, 'Cochez au moins une demande.')
    .max(100, 'Une page a 100 lignes au plus.')
    .transform((ids) => [...new Set(ids)]),
);

/** A ready-made reason. */
export const refusalReasonForm = z.object({ texte: paragraph(300, 'Écrivez le motif à proposer.') });
