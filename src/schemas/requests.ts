import { z } from 'zod';
import { endDate, paragraph } from './fields.ts';
import { listCriteria } from './list-query.ts';

const SORTS = ['date', 'nom', 'prenom', 'email', 'fonction', 'organisme', 'role'] as const;

/** « Demandes d'habilitations »: search and sort on each column (R20, R26). What waits longest comes first. */
export const pendingCriteria = listCriteria(SORTS);

/** Decided ones: the latest first. */
export const decidedCriteria = listCriteria(SORTS, 'desc');

/** Refusing needs a reason, which the person reads; a ready-made one fills it. */
export const refusalForm = z.object({
  motif: paragraph(1000, 'Indiquez le motif du refus\u00a0: la personne le recevra par message.'),
});

/** The inclusive last day of the right that an acceptance grants: optional, today at the earliest (P8). */
export const acceptanceForm = (today: string) => z.object({ fin: endDate(today) });

/** A ready-made reason. */
export const refusalReasonForm = z.object({ texte: paragraph(300, 'Écrivez le motif à proposer.') });
