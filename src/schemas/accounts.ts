import { z } from 'zod';
import { effectiveDay, endDate, paragraph } from './fields.ts';

/** A right given: why, and its inclusive last day, both optional (P8). */
export const grantForm = (today: string) => z.object({ motif: paragraph(1000), fin: endDate(today) });

/** A button alone. */
export const emptyForm = z.object({});

/** A right taken away, or an account opened again: why, if one wants to say it. */
export const optionalReasonForm = z.object({ motif: paragraph(1000) });

/** Deactivating asks for a reason (R44). */
export const deactivationForm = z.object({
  motif: paragraph(
    1000,
    'Indiquez le motif de la désactivation, par exemple «\u00a0Départ en retraite\u00a0».',
  ),
});

/** A second factor reset: why (R89). */
export const factorResetForm = z.object({
  motif: paragraph(
    1000,
    'Indiquez le motif de la réinitialisation, par exemple «\u00a0Téléphone perdu\u00a0».',
  ),
});

const ticked = z
  .string()
  .optional()
  .transform((value) => value === 'oui');

/** « Départ » (R76): when, why, and what goes with the access. */
export const departureForm = (today: string) =>
  z.object({
    jour: effectiveDay(today),
    motif: paragraph(1000, 'Indiquez le motif du départ, par exemple «\u00a0Retraite\u00a0».'),
    droits: ticked,
    demandes: ticked,
  });
