import { z } from 'zod';
import { endDate, paragraph } from './fields.ts';

/** A national role given: which of `codes`, why, and its inclusive last day (P8). */
export const nationalGrantForm = (today: string, codes: readonly string[]) =>
  z.object({
    role: z
      .string({ error: 'Choisissez le profil à donner.' })
      .refine((code) => codes.includes(code), 'Choisissez le profil à donner.'),
    motif: paragraph(1000),
    fin: endDate(today),
  });
