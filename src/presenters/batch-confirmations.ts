import { mustBeCounted } from '../domain/batch.ts';
import { addDays } from '../domain/calendar.ts';
import { type DecisionAct, requestLabel } from '../domain/request.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import type { ForeseenBatch } from '../services/batches.ts';
import type { JudgedRequest } from '../services/deciding.ts';
import { leavesWithout } from './account-acts.ts';
import {
  BATCH_TITLES,
  batchEffect,
  batchWarning,
  type DraftLine,
  LARGE_BATCH,
  messagesToLeave,
  outcomeGroups,
} from './batches.ts';
import { type Confirmation, endDateField, OPTIONAL_REASON } from './confirmation.ts';
import { withCorrection } from './corrections.ts';
import { fullName, plural } from './format.ts';

/** A large selection takes a moment: said before, and shown meanwhile. */
const LARGE = 500;

const NOBODY = 'La sélection ne compte plus personne\u00a0: revenez à la liste, et choisissez de nouveau.';

/** The page of a draft of people: what would become of each (R45). */
export function batchConfirmation(
  { kind, role, people, leaving, messages }: ForeseenBatch,
  { snapshot: { organisms }, today }: { snapshot: Snapshot; today: string },
): Confirmation {
  const groups = outcomeGroups(people);
  const named = (ids: readonly number[]) => ids.map((id) => organisms.get(id)?.name ?? '');
  const days = kind === 'grant' ? (role?.defaultDurationDays ?? null) : null;
  // What is asked of Ucanss ends when Ucanss says.
  const dated = kind === 'grant' && !groups.some(({ result }) => result === 'requested');
  return {
    title: BATCH_TITLES[kind],
    effect: batchEffect(kind, role?.label ?? '', groups),
    refusal: people.length === 0 ? NOBODY : null,
    points: [
      ...leaving.map(({ person, organismIds }) => leavesWithout(fullName(person), named(organismIds))),
      messagesToLeave(messages),
      ...(people.length >= LARGE ? [LARGE_BATCH] : []),
    ],
    warning: batchWarning(kind),
    danger: kind === 'remove' || kind === 'deactivate',
    fields: [
      { view: 'outcomes', groups },
      kind === 'deactivate' ? { view: 'reason', hint: null, required: true } : OPTIONAL_REASON,
      ...(mustBeCounted(kind, people.length) ? [{ view: 'count' as const, people: people.length }] : []),
      ...(dated ? [endDateField(today, 'Facultative\u00a0: le rôle cesse le lendemain.')] : []),
    ],
    input: { fin: days === null ? '' : addDays(today, days) },
    progress: `${plural(people.length, 'personne', 'personnes')}\u00a0: traitement en cours…`,
  };
}

/** What the page of a draft of requests tells beside them. */
interface DecisionsFacts {
  messages: number;
  /** Why each of the requests will be left where it will, in their order. */
  left: readonly (string | null)[];
  /** The ready-made reasons of a refusal. */
  reasons: readonly { id: number; text: string }[];
  today: string;
}

/** The page of a draft of requests: what will be decided, and what will be left and why. */
export function decisionsConfirmation(
  act: DecisionAct,
  judged: readonly JudgedRequest[],
  { messages, left, reasons, today }: DecisionsFacts,
): Confirmation {
  const accepting = act === 'accept';
  const decidable = judged.filter(({ fault }) => fault === null);
  const words = accepting ? ['acceptée', 'acceptées'] : ['refusée', 'refusées'];
  const will = plural(decidable.length, `demande va être ${words[0]}`, `demandes vont être ${words[1]}`);
  const addresses = decidable.some(({ request }) => request.newEmail !== null);
  return {
    title: accepting ? 'Accepter la sélection' : 'Refuser la sélection',
    page: accepting ? 'Accepter des demandes' : 'Refuser des demandes',
    effect: `${will}\u00a0; chaque personne reçoit un message.`,
    refusal:
      decidable.length > 0
        ? null
        : `Aucune de ces demandes ne peut être ${words[0]} ici\u00a0: ${accepting ? 'voyez pourquoi sur la ligne de chacune. Ce qui ne peut qu’être refusé se refuse.' : 'voyez pourquoi sur la ligne de chacune.'}`,
    points: [
      ...(accepting && addresses
        ? ['Un changement d’adresse attend ensuite que la nouvelle adresse soit confirmée.']
        : []),
      messagesToLeave(messages),
    ],
    danger: !accepting,
    fields: [
      { view: 'requests', lines: judged.map((each, at) => lineOf(each, left[at] ?? null)) },
      accepting
        ? endDateField(today, 'Facultative, pour les rôles accordés.')
        : { view: 'refusal-reason', reasons },
    ],
    input: { fin: usualEnd(judged, today) },
  };
}

const lineOf = ({ request, role }: JudgedRequest, left: string | null): DraftLine => ({
  person: fullName(request),
  role: withCorrection(requestLabel(request.kind, role?.label), request.changes),
  email: request.email,
  newEmail: request.newEmail,
  outsideMailDomain: request.outsideMailDomain,
  left,
});

/** The last day of the usual duration of the roles asked for, where it is the same for all; '' otherwise. */
function usualEnd(judged: readonly JudgedRequest[], today: string): string {
  const roles = judged.flatMap(({ role, fault }) => (role === null || fault !== null ? [] : [role]));
  const [days, ...others] = new Set(roles.map(({ defaultDurationDays }) => defaultDurationDays));
  return typeof days !== 'number' || others.length > 0 ? '' : addDays(today, days);
}
