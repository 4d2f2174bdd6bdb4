import { z } from 'zod';
import { type BatchKind, mustBeCounted, type SelectionKind } from '../domain/batch.ts';
import { endDate, identifier, paragraph } from './fields.ts';

/** What the buttons of a selection send. */
export const SELECTION_ACTS: Record<string, SelectionKind> = {
  activer: 'grant',
  supprimer: 'remove',
  desactiver: 'deactivate',
  reactiver: 'reactivate',
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

/** How many people there are, as somebody writes it: with or without spaces. */
const counted = (people: number) =>
  z
    .string()
    .default('')
    .refine(
      (text) => text.replace(/\s/g, '') === String(people),
      `Indiquez le nombre de personnes de la sélection\u00a0: ${people}.`,
    );

/**
 * The terms of a batch: a reason, which deactivating needs (R44), for a grant an inclusive last day (P8), and the number of
 * people where something is taken from many of them (R45).
 */
export const batchForm = (kind: BatchKind, people: number, today: string) =>
  z.object({
    motif:
      kind === 'deactivate'
        ? paragraph(
            1000,
            'Indiquez le motif de la désactivation, par exemple «\u00a0Départ en retraite\u00a0».',
          )
        : paragraph(1000),
    fin: endDate(today),
    nombre: mustBeCounted(kind, people) ? counted(people) : z.string().optional(),
  });
