import { z } from 'zod';
import type { BatchKind, SelectionKind } from '../domain/batch.ts';
import { endDate, identifier, paragraph } from './fields.ts';

/** What the buttons of a selection send. */
export const SELECTION_ACTS: Record<string, SelectionKind> = {
  activer: 'grant',
  supprimer: 'remove',
  desactiver: 'deactivate',
  accepter: 'accept',
  refuser: 'refuse',
};

/** Rows that were ticked: one or several, a page at most. */
export const tickedRows = z.preprocess(
  (value) => (value === undefined ? [] : [value].flat()),
  z
    .array(identifier)
    .min(1)
    .max(100)
    .transform((ids) => [...new Set(ids)]),
);

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
