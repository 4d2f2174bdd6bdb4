import { z } from 'zod';
import { endDate, paragraph } from './fields.ts';

/** Refusing needs a reason, which the person reads; a ready-made one fills it. */
export const refusalForm = z.object({
  motif: paragraph(1000, 'Indiquez le motif du refus\u00a0: la personne le recevra par message.'),
});

/** The inclusive last day of the right that an acceptance grants: optional, today at the earliest (P8). */
export const acceptanceForm = (today: string) => z.object({ fin: endDate(today) });

/** A ready-made reason. */
export const refusalReasonForm = z.object({ texte: paragraph(300, 'Écrivez le motif à proposer.') });
