import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { Changes } from '../domain/changes.ts';
import type { AwaitedDeciders } from '../domain/decider.ts';
import { decidedByUcanss, type RequestKind, requestLabel } from '../domain/request.ts';
import type { Role } from '../domain/role.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { lapsingRequestRepository } from '../repositories/lapsing-requests.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import type { At } from './email-steps.ts';

/** A request that has just become pending. */
interface SubmittedRequest {
  id: number;
  organismId: number;
  kind: RequestKind;
  /** Null where it is for no role. */
  role: Role | null;
  /** Of a change of address (P11). */
  newEmail?: string | null;
  /** Of a correction of one's own record (R78): what it changes, and whether Ucanss alone decides it (P9). */
  changes?: Changes | null;
  beyond?: boolean;
  accountId: number | null;
  requestedBy: number | null;
  /** « Prénom NOM » of who asked, where it is not the person. */
  requester?: string;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  reason: string;
  outsideMailDomain: boolean;
  /** When it was submitted: just now, unless told. */
  submittedAt?: Date | null;
  /** Of a reminder (R80): the day on which it is closed. */
  closesOn?: string;
  /** True of a reminder by who made it. */
  reminded?: boolean;
}

type Awaiting = Pick<
  SubmittedRequest,
  'organismId' | 'kind' | 'beyond' | 'role' | 'accountId' | 'requestedBy'
>;

const isReserved = ({ kind, beyond = false, role }: Awaiting): boolean =>
  decidedByUcanss({ kind, beyond }, role);

/** Whom a request waits for, and every person of them (P1, P3). */
export function decidersOf({ db, now }: At, request: Awaiting): Promise<AwaitedDeciders> {
  const { organismId, accountId, requestedBy } = request;
  const asked = { organismId, reserved: isReserved(request), concerned: [accountId, requestedBy] };
  return deciderRepository(db, dayInParis(now)).of(asked);
}

/**
 * Tells each person who can decide a request that it waits for them: the organism's local administrators, or
 * Ucanss for a role that it validates and where nobody else may (P1, P3). Returns whom it waits for.
 */
export async function tellDeciders(unit: UnitOfWork, request: SubmittedRequest): Promise<AwaitedDeciders> {
  const today = dayInParis(unit.now);
  const { by, people } = await decidersOf(unit, request);
  const nobodyHere = by === 'ucanss' && !isReserved(request);
  // It is told once: the job of the night looks for those that became so later.
  if (nobodyHere) await lapsingRequestRepository(unit.db).markToldToUcanss([request.id], unit.now);
  const waiting = await deciderRepository(unit.db, today).countWaiting(by, request.organismId);
  const { firstName, lastName, email, functionTitle, reason, outsideMailDomain } = request;
  const organism = await organismRepository(unit.db).get(request.organismId);
  const message = {
    template: 'request-received',
    ...(request.accountId === null ? {} : { accountId: request.accountId }),
    requestId: request.id,
    values: {
      firstName,
      lastName,
      email,
      functionTitle,
      reason,
      outsideMailDomain,
      organismName: organism.name,
      organismCode: organism.code,
      kind: request.kind,
      roleLabel: requestLabel(request.kind, request.role?.label),
      newEmail: request.newEmail ?? null,
      ...(request.changes ? { changes: request.changes } : {}),
      requester: request.requester ?? null,
      submittedOn: request.submittedAt ? dayInParis(request.submittedAt) : today,
      forUcanss: by === 'ucanss',
      nobodyHere,
      requestId: request.id,
      waiting,
      ...(request.closesOn ? { closesOn: request.closesOn } : {}),
      ...(request.reminded ? { reminded: true } : {}),
    },
  } as const;
  await enqueueMessages(
    unit,
    people.map((person) => ({ ...message, to: person.email })),
  );
  return { by, people };
}

/** Who is told that one act asked for a reserved role for several people: Ucanss, without who acts (P3). */
export const decidersOfMany = async (unit: UnitOfWork, actor: Actor, organism: OrganismName) => {
  const asked = { organismId: organism.id, reserved: true, concerned: [actor.id] };
  return (await deciderRepository(unit.db, dayInParis(unit.now)).of(asked)).people;
};

/** Tells Ucanss, in one message each, that one act asked for a reserved role for several people (P3, R45). */
export async function tellDecidersOfMany(
  unit: UnitOfWork,
  actor: Actor,
  asked: { organism: OrganismName; role: Role; reason: string; count: number },
): Promise<void> {
  if (asked.count === 0) return;
  const { organism, role, reason, count } = asked;
  const people = await decidersOfMany(unit, actor, organism);
  const today = dayInParis(unit.now);
  const waiting = await deciderRepository(unit.db, today).countWaiting('ucanss', organism.id);
  const values = {
    count,
    waiting,
    reason,
    roleLabel: role.label,
    organismName: organism.name,
    organismCode: organism.code,
    requestedBy: `${actor.firstName} ${actor.lastName}`,
  };
  await enqueueMessages(
    unit,
    people.map((person) => ({ template: 'requests-received', to: person.email, values })),
  );
}
