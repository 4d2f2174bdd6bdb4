import { dayInParis } from '../domain/calendar.ts';
import { type Decider, deciders } from '../domain/decider.ts';
import { decidedByUcanss, remindableOn, requestLabel } from '../domain/request.ts';
import { paths } from '../paths.ts';
import type { OwnAssignment, OwnRequest } from '../repositories/lists/my-information.ts';
import { correctionLines } from './corrections.ts';
import { formatDate, relativeDate } from './format.ts';

interface ShownAssignment {
  label: string;
  organism: string | null;
  /** « Depuis le … , accordée par … », « jusqu’au … ». */
  source: string;
  endsOn: string | null;
}

/** The rights of a theme, as one card (R3). */
interface AssignmentsOfTheme {
  theme: string;
  applications: { name: string; href: string; address: string | null; assignments: ShownAssignment[] }[];
}

/** What the person holds, as cards by theme. */
export function showAssignments(assignments: readonly OwnAssignment[]): AssignmentsOfTheme[] {
  return [...Map.groupBy(assignments, ({ theme }) => theme)].map(([theme, ofTheme]) => ({
    theme,
    applications: [...Map.groupBy(ofTheme, ({ applicationCode }) => applicationCode)].map(
      ([code, assignments]) => ({
        name: assignments[0]?.applicationName ?? '',
        href: paths.catalogue.show({ code }),
        address: assignments[0]?.applicationAddress ?? null,
        assignments: assignments.map(showAssignment),
      }),
    ),
  }));
}

function showAssignment({
  roleLabel,
  organismName,
  grantedAt,
  grantedBy,
  endsOn,
}: OwnAssignment): ShownAssignment {
  return {
    label: roleLabel,
    organism: organismName,
    source: `Depuis le ${formatDate(grantedAt)}, ${grantedBy === null ? 'par nomination' : `accordée par ${grantedBy}`}`,
    endsOn: endsOn && formatDate(endsOn),
  };
}

interface Step {
  label: string;
  detail?: string;
  state: 'done' | 'current' | 'todo' | 'refused';
}

/** A request in « Historique de vos demandes ». */
interface ShownOwnRequest {
  id: number;
  label: string;
  /** Of a change of address (P11). */
  newEmail: string | null;
  /** Of a correction (R78): « Fonction : « Agent » devient « Cadre » ». */
  changes: string[];
  application: string | null;
  state: { kind: 'pending' | 'accepted' | 'refused' | 'cancelled'; text: string };
  steps: Step[];
  reason: string;
  /** Who asked, where it was somebody else. */
  askedBy: string | null;
  decisionReason: string | null;
  /** Who can decide, while it is pending: these people, or Ucanss when there is none. */
  waitsFor: readonly Decider[] | null;
  /** True for a change of their address, which they decide themselves (P11). */
  asksThePerson: boolean;
  /** The page that cancels it, and the one that reminds who decides it; null where the person cannot. */
  cancelHref: string | null;
  remindHref: string | null;
  /** True of a role that was closed since: nobody can accept it any more. */
  withdrawn: boolean;
  /** From when on they may be reminded for the first time; null where they may, or were. */
  remindableFrom: string | null;
  /** When they were last reminded, and from when on they may be again. */
  reminded: string | null;
}

interface OwnContext {
  accountId: number;
  now: Date;
  /** The local administrators of each organism. */
  administrators: ReadonlyMap<number, readonly Decider[]>;
}

const STATES: Record<OwnRequest['status'], ShownOwnRequest['state']> = {
  unconfirmed: { kind: 'pending', text: 'À confirmer' },
  pending: { kind: 'pending', text: 'En cours' },
  accepted: { kind: 'accepted', text: 'Acceptée' },
  refused: { kind: 'refused', text: 'Refusée' },
  cancelled: { kind: 'cancelled', text: 'Annulée' },
};

export const stateOf = ({
  status,
  lapsed,
}: Pick<OwnRequest, 'status' | 'lapsed'>): ShownOwnRequest['state'] =>
  lapsed ? { kind: 'cancelled', text: 'Close sans décision' } : STATES[status];

/** « Historique de vos demandes », and the correction of the record that waits, where there is one (R78). */
export function showOwnRequests(requests: readonly OwnRequest[], context: OwnContext) {
  const shown = requests.map((request) => showOwnRequest(request, context));
  const at = requests.findIndex(({ kind, status }) => kind === 'correction' && status === 'pending');
  return { requests: shown, correction: shown[at] ?? null };
}

/** Requests that the home page tells. */
const BRIEFLY = 5;

/** « Mes demandes », in brief: those that wait, then the latest; `more` counts the others. */
export function latestRequests(requests: readonly OwnRequest[]) {
  const waits = ({ status }: OwnRequest) => Number(status === 'pending');
  const latest = requests.toSorted((one, other) => waits(other) - waits(one)).slice(0, BRIEFLY);
  return {
    more: requests.length - latest.length,
    shown: latest.map((request) => ({
      label: requestLabel(request.kind, request.roleLabel),
      state: stateOf(request),
      since: toldSince(request),
      href: `${paths.myInformation}#demande-${request.id}`,
    })),
  };
}

/** When it came to its state. */
function toldSince({ status, submittedAt, createdAt, decidedAt, cancelledAt }: OwnRequest): string {
  const at = status === 'cancelled' ? cancelledAt : decidedAt;
  return at === null ? `demandée le ${formatDate(submittedAt ?? createdAt)}` : `le ${formatDate(at)}`;
}

/** One request with its state, who can decide it or who did, when and why. */
function showOwnRequest(request: OwnRequest, context: OwnContext): ShownOwnRequest {
  const pending = request.status === 'pending';
  const administrators = context.administrators.get(request.organismId) ?? [];
  const concerned = [context.accountId, request.requestedBy];
  const waitsFor = pending
    ? deciders(decidedByUcanss(request, request), administrators, concerned).people
    : null;
  const own = request.requestedBy === context.accountId;
  return {
    id: request.id,
    label: requestLabel(request.kind, request.roleLabel),
    newEmail: request.newEmail,
    changes: correctionLines(request.changes),
    application: request.applicationName,
    state: stateOf(request),
    steps: stepsOf(request, waitsFor, context.now),
    reason: request.reason,
    askedBy: own ? null : request.requester,
    decisionReason: request.decisionReason,
    waitsFor,
    asksThePerson: request.kind === 'address',
    cancelHref: own && pending ? paths.ownRequests.cancel({ id: request.id }) : null,
    withdrawn: pending && request.closed,
    ...(own && pending && !request.closed
      ? reminding(request, context.now)
      : { remindHref: null, remindableFrom: null, reminded: null }),
  };
}

function reminding({ id, submittedAt, createdAt, remindedAt }: OwnRequest, now: Date) {
  const from = remindableOn(submittedAt ?? createdAt, remindedAt);
  const again =
    from > dayInParis(now) ? `\u00a0; vous pourrez le faire de nouveau le ${formatDate(from)}` : '';
  return {
    remindHref: again === '' ? paths.ownRequests.remind({ id }) : null,
    remindableFrom: remindedAt === null && again !== '' ? formatDate(from) : null,
    reminded: remindedAt && `Le ${formatDate(remindedAt)}${again}`,
  };
}

/** « demandée → à décider par … → acceptée ». */
function stepsOf(request: OwnRequest, waitsFor: readonly Decider[] | null, now: Date): Step[] {
  const asked: Step = {
    label: 'Demandée',
    detail: `le ${formatDate(request.submittedAt ?? request.createdAt)}`,
    state: 'done',
  };
  const { status, decidedAt, decidedBy, cancelledAt, submittedAt } = request;
  if (status === 'cancelled') {
    return [
      asked,
      {
        label: stateOf(request).text,
        ...(cancelledAt && { detail: `le ${formatDate(cancelledAt)}` }),
        state: 'refused',
      },
    ];
  }
  if (waitsFor !== null) {
    const others = request.kind === 'address' ? 'vous, ou par l’Ucanss' : 'l’Ucanss';
    if (request.agreedAt) {
      const agreed = {
        label: 'Accord donné',
        detail: `le ${formatDate(request.agreedAt)}`,
        state: 'done',
      } as const;
      return [asked, agreed, { label: 'Nouvelle adresse à confirmer', state: 'current' }];
    }
    const by = waitsFor.length > 0 ? 'un administrateur local' : others;
    const since = submittedAt === null ? '' : relativeDate(submittedAt, now);
    return [
      { ...asked, detail: `${asked.detail}, ${since}` },
      {
        label: `À décider par ${by}`,
        ...(waitsFor.length > 0 && { detail: request.organismName }),
        state: 'current',
      },
      { label: 'Réponse', state: 'todo' },
    ];
  }
  const decision: Step = {
    label: `Décidée par ${decidedBy ?? ''}`,
    detail: decidedAt ? `le ${formatDate(decidedAt)}` : '',
    state: 'done',
  };
  return [asked, decision, { label: STATES[status].text, state: status === 'refused' ? 'refused' : 'done' }];
}
