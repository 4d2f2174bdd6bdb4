import { z } from 'zod';
import type { BatchKind } from '../domain/batch.ts';
import { endDate, paragraph } from './fields.ts';
import { listCriteria } from './list-query.ts';

/** What the buttons of a selection send. */
export const BATCH_ACTS: Record<string, BatchKind> = {
  activer: 'grant',
  supprimer: 'remove',
  desactiver: 'deactivate',
};

const { tri, sens, page, taille } = listCriteria(['lot'], 'desc');

/** « Actions groupées »: the latest first. */
export const batchCriteria = { tri, sens, page, taille };

/** The result of a batch: search, sort, pages. */
export const batchLineCriteria = listCriteria(['nom', 'resultat']);

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
