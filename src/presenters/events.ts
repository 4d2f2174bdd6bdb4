import type { EventAction } from '../domain/audit-event.ts';
import type { EventRow } from '../repositories/lists/events.ts';
import { ACCESS_WORDINGS } from './access-events.ts';
import { visitor } from './event-authors.ts';
import { jobName } from './event-names.ts';
import type { Wording } from './event-wording.ts';
import { FACTOR_WORDINGS } from './factor-events.ts';
import { plural } from './format.ts';
import { PEOPLE_WORDINGS } from './people-events.ts';
import { REFERENCE_WORDINGS } from './reference-events.ts';
import { REQUEST_WORDINGS } from './request-events.ts';

/** Every act of the trail in French: an act without wording does not compile. */
export const WORDINGS: { [A in EventAction]: Wording<A> } = {
  ...ACCESS_WORDINGS,
  ...FACTOR_WORDINGS,
  ...REQUEST_WORDINGS,
  ...PEOPLE_WORDINGS,
  ...REFERENCE_WORDINGS,
};

interface ShownEvent {
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
    text: wording ? capitalised(textOf(event, wording)) : event.action,
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

function textOf(event: EventRow, { sentence, many, label }: Wording<EventAction>): string {
  const { batchSize = 1, details } = event;
  if (batchSize < 2) return sentence(event, details as never);
  return (
    many?.(batchSize, details as never) ?? `${label}\u00a0: ${plural(batchSize, 'personne', 'personnes')}`
  );
}

/** A sentence may begin with whom it is about, be they « une personne ». */
const capitalised = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

function actorOf(event: EventRow): string {
  const { actorKind, actor, actorJob } = event;
  if (actorKind === 'account') return actor ?? 'Compte inconnu';
  return actorKind === 'anonymous' ? visitor(event) : jobName(actorJob ?? '');
}
