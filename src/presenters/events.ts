import type { EventAction } from '../domain/audit-event.ts';
import type { Column, Row } from '../exports/table.ts';
import type { EventRow } from '../repositories/lists/events.ts';
import { ACCESS_WORDINGS } from './access-events.ts';
import { jobName } from './event-names.ts';
import type { Wording } from './event-wording.ts';
import { instantCell } from './format.ts';
import { PEOPLE_WORDINGS } from './people-events.ts';
import { REFERENCE_WORDINGS } from './reference-events.ts';
import { REQUEST_WORDINGS } from './request-events.ts';

/** Every act of the trail in French: an act without wording does not compile. */
export const WORDINGS: { [A in EventAction]: Wording<A> } = {
  ...ACCESS_WORDINGS,
  ...REQUEST_WORDINGS,
  ...PEOPLE_WORDINGS,
  ...REFERENCE_WORDINGS,
};

export interface ShownEvent {
  id: number;
  /** ISO, for <time>. */
  dateTime: string;
  occurredAt: Date;
  text: string;
  actor: string;
  reason: string | null;
  label: string;
  tone: 'neutral' | 'success' | 'warning' | 'danger';
  icon: string;
  organismId: number | null;
  organism: string | null;
  batchId: number | null;
}

/** An event of the trail as a person reads it. */
export function showEvent(event: EventRow): ShownEvent {
  // The trail only holds what the types above let in; an act of an older version keeps its own name.
  const wording = WORDINGS[event.action as EventAction] as Wording<EventAction> | undefined;
  const reason = event.details.reason;
  return {
    id: event.id,
    dateTime: event.occurredAt.toISOString(),
    occurredAt: event.occurredAt,
    text: wording ? capitalised(wording.sentence(event, event.details as never)) : event.action,
    actor: actorOf(event),
    reason: typeof reason === 'string' && reason !== '' ? reason : null,
    label: wording?.label ?? event.action,
    tone: wording?.tone ?? 'neutral',
    icon: wording?.icon ?? 'circle',
    organismId: event.organismId,
    organism: event.organism,
    batchId: event.batchId,
  };
}

/** A sentence may begin with whom it is about, be they « une personne ». */
const capitalised = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

function actorOf({ actorKind, actor, actorJob }: EventRow): string {
  if (actorKind === 'account') return actor ?? 'Compte inconnu';
  return actorKind === 'anonymous' ? 'Un visiteur' : jobName(actorJob ?? '');
}

/** The columns of « Historique du compte » as they leave in a file. */
export const MOVEMENT_COLUMNS: readonly Column[] = [
  { header: 'Date', width: 18, kind: 'instant' },
  { header: 'Acte', width: 22 },
  { header: 'Mouvement', width: 60 },
  { header: 'Par', width: 26 },
  { header: 'Motif', width: 36 },
];

/** The columns of « Journal » as they leave in a file. */
export const EVENT_COLUMNS: readonly Column[] = [
  { header: 'Date', width: 18, kind: 'instant' },
  { header: 'Acte', width: 20 },
  { header: 'Événement', width: 52 },
  { header: 'Organisme', width: 24 },
  { header: 'Par', width: 22 },
  { header: 'Motif', width: 28 },
  { header: 'N°', width: 10, kind: 'number' },
];

export function movementCells(row: EventRow): Row {
  const { occurredAt, label, text, actor, reason } = showEvent(row);
  return [instantCell(occurredAt), label, text, actor, reason];
}

export function eventCells(row: EventRow): Row {
  const { id, occurredAt, label, text, organism, actor, reason } = showEvent(row);
  return [instantCell(occurredAt), label, text, organism, actor, reason, String(id)];
}
