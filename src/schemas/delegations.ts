import { z } from 'zod';
import { effectiveDay, endDate, paragraph } from './fields.ts';

/** The inclusive last day of a delegation, or none (P8). */
export const delegationEndForm = (today: string) => z.object({ fin: endDate(today) });

/** « Désigner … administrateur local »: from when, until when, and in whose place, all optional (R69, R79, P8). */
export const delegationForm = (today: string, replaceable: readonly { id: number }[]) =>
  z
    .object({
      motif: paragraph(1000),
      debut: effectiveDay(today),
      fin: endDate(today),
      remplace: z
        .enum(
          ['', ...replaceable.map(({ id }) => String(id))],
          'Choisissez une personne de la liste, ou «\u00a0Personne\u00a0».',
        )
        .default('')
        .transform((id) => (id === '' ? null : Number(id))),
    })
    .refine(({ debut, fin }) => fin === null || debut === null || fin >= debut, {
      path: ['fin'],
      error: 'La délégation finirait avant d’avoir commencé\u00a0: indiquez une date de fin après son début.',
    });
