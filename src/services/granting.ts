import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { Role } from '../domain/role.ts';
import type { NamedHolder } from '../repositories/accounts.ts';
import { assignmentRepository, type LiveAssignment } from '../repositories/assignments.ts';

export interface GrantTerms {
  reason: string;
  /** Inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
  requestId?: number;
  batchId?: number;
}

/**
 * Grants an ordinary role to people already locked, within a use case, and records each grant. A right past its
 * end date is ended first, as it no longer holds (P8). Returns the identifiers of those who did not hold it.
 */
export async function grantRole(
  unit: UnitOfWork,
  actor: Actor,
  holders: readonly NamedHolder[],
  role: Role,
  terms: GrantTerms,
): Promise<Set<number>> {
  const granted = new Set<number>();
  const byId = new Map(holders.map((holder) => [holder.id, holder]));
  for (const accountId of await grantToEach(unit, actor, byId, role, terms)) {
    granted.add(accountId);
    unit.record({
      action: 'assignment.granted',
      details: {
        label: role.label,
        ...(terms.reason === '' ? {} : { reason: terms.reason }),
        ...(terms.endsOn === null ? {} : { ends_on: terms.endsOn }),
      },
      organismId: byId.get(accountId)?.organismId,
      subjectAccountId: accountId,
      roleId: role.id,
      requestId: terms.requestId,
      batchId: terms.batchId,
    });
  }
  return granted;
}

/** Writes the grants. Only who seems to hold the role already may have a right that is over: few do. */
async function grantToEach(
  unit: UnitOfWork,
  actor: Actor,
  holders: ReadonlyMap<number, NamedHolder>,
  role: Role,
  { reason, endsOn, requestId }: GrantTerms,
): Promise<number[]> {
  const assignments = assignmentRepository(unit.db);
  const grant = {
    ...{ role, organismId: null, grantedAt: unit.now, grantedBy: actor.id },
    ...{ reason, endsOn, requestId: requestId ?? null },
  };
  const granted = await assignments.grant([...holders.keys()], grant);
  if (granted.length === holders.size) return granted;
  const written = new Set(granted);
  const others = new Map([...holders].filter(([id]) => !written.has(id)));
  const { expired } = await endExpired(unit, others, role);
  if (expired.length === 0) return granted;
  return [...granted, ...(await assignments.grant(expired, grant))];
}

/** Ends an ordinary role for people already locked, and records each removal. Returns who held it (R40). */
export async function removeRole(
  unit: UnitOfWork,
  actor: Actor,
  holders: readonly NamedHolder[],
  role: Role,
  { reason, batchId }: { reason: string; batchId?: number },
): Promise<Set<number>> {
  const assignments = assignmentRepository(unit.db);
  const byId = new Map(holders.map((holder) => [holder.id, holder]));
  const { live } = await endExpired(unit, byId, role);
  const ended = await assignments.end(
    live.map(({ id }) => id),
    { endedAt: unit.now, endedBy: actor.id, kind: 'removed', reason },
  );
  for (const { accountId } of ended) {
    unit.record({
      action: 'assignment.removed',
      details: { label: role.label, ...(reason === '' ? {} : { reason }) },
      organismId: byId.get(accountId)?.organismId,
      subjectAccountId: accountId,
      roleId: role.id,
      batchId,
    });
  }
  return new Set(ended.map(({ accountId }) => accountId));
}

/**
 * Writes the end of rights whose end date has passed, before the nightly job does (P8). Returns those that still
 * hold, under lock, and whose right was over.
 */
export async function endExpired(
  unit: UnitOfWork,
  holders: ReadonlyMap<number, NamedHolder>,
  role: Role,
): Promise<{ live: LiveAssignment[]; expired: number[] }> {
  const assignments = assignmentRepository(unit.db);
  const today = dayInParis(unit.now);
  const held = await assignments.lockLive([...holders.keys()], role.id);
  const expired = held.filter(({ endsOn }) => endsOn !== null && endsOn < today);
  if (expired.length === 0) return { live: held, expired: [] };
  await assignments.end(
    expired.map(({ id }) => id),
    { endedAt: unit.now, endedBy: null, kind: 'expired', reason: '' },
  );
  for (const { accountId, endsOn } of expired) {
    unit.record({
      action: 'assignment.expired',
      details: { label: role.label, ends_on: endsOn ?? '' },
      organismId: holders.get(accountId)?.organismId,
      subjectAccountId: accountId,
      roleId: role.id,
    });
  }
  return {
    live: held.filter((each) => !expired.includes(each)),
    expired: expired.map(({ accountId }) => accountId),
  };
}
