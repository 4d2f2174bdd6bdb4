import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type Changes, changesBetween, isUnchanged, mergeChanges } from '../domain/changes.ts';
import type { AwaitedDeciders } from '../domain/decider.ts';
import { Forbidden } from '../domain/errors.ts';
import { requestLabel } from '../domain/request.ts';
import { accountRepository, type Identity } from '../repositories/accounts.ts';
import { requestRepository, type StoredRequest } from '../repositories/requests.ts';
import { actingForOneself } from '../security/acting.ts';
import { findBeyond } from '../security/acting-upon.ts';
import { type AcceptanceFault, holderFault, markAccepted, subjectOf } from './accepting.ts';
import { changeIdentity, IDENTITY_FIELDS } from './account-editing.ts';
import { assertPace } from './asking.ts';
import type { ServiceContext } from './context.ts';
import { tellDecision } from './decision-notices.ts';
import type { At } from './email-steps.ts';
import { tellDeciders } from './request-notices.ts';

/** What somebody may correct of their own record (R78): the rest is theirs, or nobody's to correct. */
export type Correction = Pick<Identity, 'lastName' | 'firstName' | 'functionTitle'>;

const CORRECTED = IDENTITY_FIELDS.filter(({ key }) => key !== 'civility' && key !== 'phone');

/** What proposing a correction comes to. */
type Proposal = { kind: 'unchanged' | 'pending' } | ({ kind: 'submitted' } & AwaitedDeciders);

/** Corrections of one's own record, proposed to who administers it (R78). */
export function correctingService({ db, clock }: ServiceContext) {
  return {
    /**
     * Proposes what differs from what was shown: what somebody else changed meanwhile is no correction. One at a time.
     * @throws Forbidden for an account deactivated meanwhile, TooMany past 60 requests an hour.
     */
    propose: (
      actor: Actor,
      { typed, shown }: { typed: Correction; shown: Correction | null },
      reason: string,
    ): Promise<Proposal> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit): Promise<Proposal> => {
        // Locked first: an edit under way is waited for, and seen.
        const person = await accountRepository(unit.db).lockOne(actor.id, null);
        if (!person.active) throw new Forbidden();
        const stored = await accountRepository(unit.db).get(actor.id);
        const { merged } = mergeChanges(
          { shown: { ...stored, ...shown }, typed: { ...stored, ...typed }, stored },
          CORRECTED,
        );
        const changes = changesBetween(stored, merged, CORRECTED);
        if (isUnchanged(changes)) return { kind: 'unchanged' };
        await assertPace(unit, actor.id);
        const id = await requestRepository(unit.db).addForCorrection(
          { ...stored, reason, outsideMailDomain: false, createdAt: unit.now },
          { accountId: actor.id, changes },
        );
        if (id === undefined) return { kind: 'pending' };
        const request = await requestRepository(unit.db).getManaged(id, null);
        unit.record({
          action: 'request.submitted',
          details: { kind: 'correction', label: requestLabel('correction', null), changes },
          ...subjectOf(request),
        });
        return { kind: 'submitted', ...(await tellDeciders(unit, { ...request, role: null })) };
      }),
  };
}

/** The record as a correction would leave it, and the fields that were changed otherwise since it was asked for. */
function correctedRecord(stored: Identity, changes: Changes) {
  const side = (which: 'from' | 'to'): Partial<Identity> =>
    Object.fromEntries(
      CORRECTED.flatMap(({ name, key }) => (changes[name] ? [[key, changes[name][which]]] : [])),
    );
  const [shown, typed] = [side('from'), side('to')];
  return mergeChanges({ shown: { ...stored, ...shown }, typed: { ...stored, ...typed }, stored }, CORRECTED);
}

/** Why a correction cannot be accepted by this actor as things stand, or null: what an edit would refuse (P9, P10). */
export async function correctionFault(
  at: At,
  actor: Actor,
  request: StoredRequest,
): Promise<AcceptanceFault | null> {
  const person = await accountRepository(at.db).get(request.accountId ?? 0);
  const fault = holderFault(request, person);
  if (fault !== null) return fault;
  if ((await findBeyond(at, actor, [person.id])).size > 0) return 'beyond';
  return isUnchanged(correctedRecord(person, request.changes ?? {}).clashes) ? null : 'record_changed';
}

/** Corrects the record, within a use case, as an edit does, and tells it. Why not, or null. */
export async function acceptCorrection(
  unit: UnitOfWork,
  actor: Actor,
  request: StoredRequest,
): Promise<AcceptanceFault | 'already' | null> {
  // Locked before the decision: an edit, a deactivation or an attachment under way is waited for, and seen.
  const holder = await accountRepository(unit.db).lockOne(request.accountId ?? 0, null);
  const fault = await correctionFault(unit, actor, request);
  if (fault !== null) return fault;
  if (!(await markAccepted(unit, actor, request))) return 'already';
  const roleLabel = requestLabel(request.kind, null);
  unit.record({
    action: 'request.accepted',
    details: { kind: 'correction', label: roleLabel },
    ...subjectOf(request),
  });
  const stored = await accountRepository(unit.db).get(holder.id);
  const { merged } = correctedRecord(stored, request.changes ?? {});
  const changes = changesBetween(stored, merged, CORRECTED);
  // Corrected by another way meanwhile, it stays as it is.
  if (!isUnchanged(changes)) await changeIdentity(unit, holder, merged, changes, request.id);
  const { lastName, firstName } = merged;
  const decision = { kind: 'accepted', endsOn: null } as const;
  await tellDecision(unit, actor, { request: { ...request, lastName, firstName }, roleLabel, decision });
  return null;
}
