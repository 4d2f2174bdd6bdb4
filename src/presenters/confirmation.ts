import type { DraftLine, OutcomeGroup } from './batches.ts';
import { formatDate } from './format.ts';

/** A field of a confirmation, by its view in views/management/fields. */
type ConfirmationField =
  | { view: 'reason'; hint: string | null; required?: boolean; rows?: number }
  | { view: 'end-date'; hint: string }
  /** The day of an act to come. */
  | { view: 'day'; name: string; label: string; hint: string }
  | {
      view: 'choice';
      name: string;
      label: string;
      hint: string;
      options: readonly { value: string; label: string }[];
    }
  | { view: 'check'; name: string; label: string; hint?: string }
  /** « Nombre » of the people of a selection, to be typed. */
  | { view: 'count'; people: number }
  | { view: 'national-role'; options: readonly { value: string; label: string; hint?: string }[] }
  | { view: 'refusal-reason'; reasons: readonly { id: number; text: string }[] }
  /** Nothing to fill in: what would become of a selection. */
  | { view: 'outcomes'; groups: readonly OutcomeGroup[] }
  | { view: 'requests'; lines: readonly DraftLine[] };

/** What the page before an act says of it (views/management/confirmation). */
export interface Confirmation {
  title: string;
  /** Of the page, where it is called otherwise. */
  page?: string;
  breadcrumb?: readonly { label: string; href: string | null }[];
  /** The organism in which it is done. */
  organism?: string;
  /** In one sentence, before it does. */
  effect: string;
  points?: readonly string[];
  /** What to know, where the act is possible. */
  warning?: string | null;
  /** Why it would be refused, and what to do: told in the place of its effect, with nothing to confirm. */
  refusal?: string | null;
  /** Where it is refused: the way on, beside the way back. */
  way?: { href: string; label: string };
  danger?: boolean;
  fields?: readonly ConfirmationField[];
  /** What fields are filled with at first. */
  input?: Record<string, string>;
  /** What « Annuler » sends where it shows the form again: otherwise it leaves. */
  cancels?: { name: string; value: string };
  /** Said once it is sent, where it takes long. */
  progress?: string;
  /** What the page is about, beside its address. */
  hidden?: readonly { name: string; value: string }[];
}

/** « Motif », which one may leave empty. */
export const OPTIONAL_REASON: ConfirmationField = { view: 'reason', hint: 'Facultatif.' };

/** « Motif », which goes with the message and into the history. */
export const TOLD_REASON: ConfirmationField = {
  view: 'reason',
  rows: 2,
  hint: 'Facultatif\u00a0: il figure dans le message et dans l’historique.',
};

/** « Date de fin »; `what` says what it ends, as a sentence. */
export const endDateField = (today: string, what: string): ConfirmationField => ({
  view: 'end-date',
  hint: `${what} Au plus tôt le ${formatDate(today)}.`,
});
