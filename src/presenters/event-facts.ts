import { organismIdOf, type Scope } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import type { WholeEvent } from '../repositories/lists/events.ts';
import { batchHref } from './batches.ts';
import { showEvent } from './events.ts';
import { formatInstant } from './format.ts';
import type { Href } from './href.ts';

/** A line of what the trail keeps of an event; `href` where the reader has the page. */
interface Fact {
  label: string;
  value: string;
  href: string | null;
}

/** Everything that the trail keeps of an event, for its page. */
export function factsOf(event: WholeEvent, scope: Scope, href: Href): Fact[] {
  const { label, actor, reason } = showEvent(event);
  const organismId = organismIdOf(scope);
  // Who has left the organism has no page there any more (P5).
  const reachable = organismId === null || event.subjectOrganismId === organismId;
  const account =
    event.subjectId === null || !reachable ? null : href(paths.accounts.show({ id: event.subjectId }));
  const facts: [label: string, value: string | null, to?: string | null][] = [
    ['Acte', label],
    ['Date', formatInstant(event.occurredAt)],
    ['Par', actor],
    ['Personne', event.subject, account],
    ['Organisme', event.organism],
    ['Rôle', event.role, event.roleCode && href(paths.roles.show({ code: event.roleCode }))],
    ['Motif', reason],
    ['Demande', numbered(event.requestId)],
    ['Lot', numbered(event.batchId), batchHref(event, scope, href)],
    ['Critères', criteriaOf(event.details.filters)],
    ['Tentatives', event.details.attempts === undefined ? null : String(event.details.attempts)],
    ['Empreinte', event.hash],
    ['Empreinte de l’événement précédent', event.previousHash],
  ];
  return facts.flatMap(([name, value, to = null]) =>
    value === null || value === '' ? [] : [{ label: name, value, href: to }],
  );
}

const numbered = (id: number | null): string | null => (id === null ? null : `n°\u00a0${id}`);

/** What an export was narrowed to, as its address said. */
function criteriaOf(filters: unknown): string | null {
  if (typeof filters !== 'object' || filters === null) return null;
  return Object.entries(filters)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}\u00a0: ${value}`)
    .join('\u00a0; ');
}
