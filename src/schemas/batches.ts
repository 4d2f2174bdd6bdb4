import { z } from 'zod';
import type { BatchKind } from '../domain/batch.ts';
import { endDate, paragraph } from './fields.ts';

/** What the buttons of a selection send. */
export const BATCH_ACTS: Record<string, BatchKind> = {
  activer: 'grant',
  supprimer: 'remove',
  desactiver: 'deactivate',
};

/** Which confirmation is answered. */
export const announcementKey = z.object({ cle: z.uuid() });

/** The terms of a batch: a reason, which deactivating needs (R44), and for a grant an inclusive last day (P8). */
export const batchForm = (kind: BatchKind, today: string) =>
  z.object({
    motif:
      kind === 'deactivate'
        ? paragraph(
            1000,
            'Indiquez le motif de la désactivation, par exemple «\u00a0Départ en retraite\u00a0».',
          )
        : paragraph(1000),
    fin: endDate(today),
  });
