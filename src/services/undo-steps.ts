import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { BatchOutcome } from '../domain/batch.ts';
import { requestLabel } from '../domain/request.ts';
import type { Scope } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import type { UndoableBatch } from '../repositories/batches.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { requestRepository } from '../repositories/requests.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import { closeAccounts, openQuietly, tellOpened } from './accounts.ts';
import { assigning } from './assigning.ts';
import { movePeople } from './attaching.ts';
import { organismOf } from './batch-judging.ts';
import { requestForMany } from './batches.ts';
import { delegationOf } from './delegations.ts';
import { onceFirstDone, type UndoneLine } from './undo-judging.ts';

/** A line about a right of somebody. */
interface RightLine extends UndoneLine {
  person: NamedHolder;
  role: RoleDetails;
  right: NonNullable<UndoneLine['right']>;
  assignmentId: number;
}

interface Undo {
  unit: UnitOfWork;
  actor: Actor;
  scope: Scope;
  /** What the trail tells of what is taken back, and of what is given back. */
  reason: string;
  restored: string;
}

/** Does what was judged, all that is alike at once, within a use case. Returns the lines with what became of them. */
export async function carryOutUndo(
  unit: UnitOfWork,
  actor: Actor,
  scope: Scope,
  { id }: UndoableBatch,
  judged: readonly UndoneLine[],
  motive: string,
): Promise<UndoneLine[]> {
  const reason = [`Annulation du lot ${id}`, motive].filter((part) => part !== '').join('. ');
  const undo: Undo = { unit, actor, scope, reason, restored: `Rétabli\u00a0: annulation du lot ${id}` };
  const lines = judged.map(onceFirstDone(judged));
  const having = (outcome: BatchOutcome) => lines.filter((line) => line.outcome === outcome);
  const people = (outcome: BatchOutcome) => having(outcome).flatMap(({ person }) => person ?? []);
  const missed = new Set<number>();
  // Accounts are opened and people come back first, accounts are closed last: what is given is given to who may have it.
  const opened = people('reactivated');
  if (opened.length > 0) await openQuietly(unit, opened, { reason });
  await movePeople(unit, actor, judged.flatMap(moveBackOf));
  for (const group of alike(having('removed').filter(isOfRight))) await endRights(undo, group, missed);
  for (const group of alike(having('restored').filter(isOfRight))) await restoreRights(undo, group, missed);
  for (const group of alike(having('requested').filter(isOfRight))) await askForRights(undo, group, missed);
  await cancelRequests(undo, having('cancelled'), missed);
  await askAgain(undo, having('asked_again'), missed);
  await restoreOffices(undo, having('office_restored'));
  if (opened.length > 0) await tellOpened(unit, actor, opened, { reason });
  if (people('deactivated').length > 0) await closeAccounts(unit, actor, people('deactivated'), { reason });
  return lines.map((line) => (missed.has(line.id) ? { ...line, outcome: 'changed_since' } : line));
}

const moveBackOf = ({ outcome, person, former }: UndoneLine) =>
  outcome === 'moved_back' && person && former ? [{ person, target: former }] : [];

const isOfRight = (line: UndoneLine): line is RightLine =>
  line.person !== null && line.role !== null && line.right !== null && line.assignmentId !== null;

/** Lines that one act does: of one role, for one organism, until one day. */
const alike = (lines: readonly RightLine[]): RightLine[][] => [
  ...Map.groupBy(lines, ({ roleId, right }) => [roleId, right.organismId, right.endsOn].join()).values(),
];

const holdersOf = (lines: readonly RightLine[]) => lines.map(({ person }) => person);

/** Lines whose person is not among those for whom it was done: somebody was there first. */
const miss = (missed: Set<number>, lines: readonly UndoneLine[], done: { has(id: number): boolean }) => {
  for (const { id, accountId } of lines) if (!done.has(accountId ?? 0)) missed.add(id);
};

async function endRights(undo: Undo, lines: readonly RightLine[], missed: Set<number>): Promise<void> {
  const { unit, actor, reason } = undo;
  const role = lines[0]?.role;
  if (role === undefined) return;
  if (role.kind !== 'ordinary')
    return byName(undo, lines, missed, (named, { assignmentId }) => named.end({ reason, assignmentId }));
  const acts = assigning(unit, actor, { role }, holdersOf(lines));
  const meant = new Set(lines.map(({ assignmentId }) => assignmentId));
  const held = (await acts.lock()).held.filter(({ id }) => meant.has(id));
  miss(missed, lines, await acts.end(held, { reason }));
}

/** A right comes back as another one: what ended stays ended (P7). */
async function restoreRights(undo: Undo, lines: readonly RightLine[], missed: Set<number>): Promise<void> {
  const { unit, actor, restored: reason } = undo;
  const [first] = lines;
  if (first === undefined) return;
  const { role, right } = first;
  const restoredFrom = new Map(lines.map(({ person, assignmentId }) => [person.id, assignmentId]));
  const terms = { reason, endsOn: right.endsOn, restoredFrom };
  if (role.kind !== 'ordinary') return byName(undo, lines, missed, (named) => named.give(terms));
  miss(missed, lines, await assigning(unit, actor, { role }, holdersOf(lines)).give(terms));
}

/** What is reserved is asked of Ucanss (P3). */
async function askForRights(undo: Undo, lines: readonly RightLine[], missed: Set<number>): Promise<void> {
  const { unit, actor, scope, restored: reason } = undo;
  const role = lines[0]?.role;
  if (role === undefined) return;
  const plan = { role, organism: organismOf(scope), people: holdersOf(lines) };
  miss(missed, lines, await requestForMany(unit, actor, plan, reason));
}

/** Delegations, which are few, are given and ended one by one, and told as ever (P3b). */
async function byName(
  { unit, actor }: Undo,
  lines: readonly RightLine[],
  missed: Set<number>,
  act: (named: ReturnType<typeof delegationOf>, line: RightLine) => Promise<unknown>,
): Promise<void> {
  for (const line of lines) {
    const organism = await organismRepository(unit.db).get(line.right.organismId ?? 0);
    const fault = await act(delegationOf(organism, { unit, actor, person: line.person }), line);
    if (fault !== null) missed.add(line.id);
  }
}

const requestsOf = (lines: readonly UndoneLine[]) => lines.flatMap(({ requestId }) => requestId ?? []);

async function cancelRequests(undo: Undo, lines: readonly UndoneLine[], missed: Set<number>): Promise<void> {
  const { unit, reason } = undo;
  const done = new Set(await requestRepository(unit.db).cancelEach(requestsOf(lines), unit.now));
  for (const line of lines) {
    if (!done.has(line.requestId ?? 0)) missed.add(line.id);
    else
      unit.record({ action: 'request.cancelled', details: { ...labelOf(line), reason }, ...aboutLine(line) });
  }
}

/** A request that was refused stays refused: another one like it waits. */
async function askAgain(undo: Undo, lines: readonly UndoneLine[], missed: Set<number>): Promise<void> {
  const { unit, restored: reason } = undo;
  const asked = await requestRepository(unit.db).askAgain(requestsOf(lines), { reason, at: unit.now });
  const byFormer = new Map(asked.map((request) => [request.formerId, request]));
  for (const line of lines) {
    const request = byFormer.get(line.requestId ?? 0);
    if (!request) missed.add(line.id);
    else {
      const { id: requestId, kind, organismId } = request;
      const details = { kind, ...labelOf(line), reason };
      unit.record({ action: 'request.submitted', details, ...aboutLine(line), requestId, organismId });
    }
  }
}

/** What nominations changed of who people are comes back as it was (R81). */
async function restoreOffices(
  { unit, reason: reference }: Undo,
  lines: readonly UndoneLine[],
): Promise<void> {
  const offices = lines.flatMap(({ person, previous }) =>
    person && previous ? [{ id: person.id, ...previous }] : [],
  );
  const accounts = accountRepository(unit.db);
  const before = await accounts.officesOf(offices.map(({ id }) => id));
  await accounts.setOffices(offices);
  for (const line of lines) {
    const { previous } = line;
    if (previous === null) continue;
    const effect = { previous: before.get(line.accountId ?? 0) ?? {} };
    const about = { ...aboutLine(line), effect };
    unit.record(
      previous.isExecutive
        ? { action: 'account.nominated', details: { reference, function: previous.functionTitle }, ...about }
        : { action: 'account.office_ended', details: { reference }, ...about },
    );
  }
}

const labelOf = ({ role }: UndoneLine) => (role === null ? {} : { label: requestLabel('role', role.label) });

const aboutLine = ({ person, accountId, roleId, requestId }: UndoneLine) => ({
  ...(person === null ? {} : { organismId: person.organismId }),
  subjectAccountId: accountId ?? undefined,
  roleId: roleId ?? undefined,
  requestId: requestId ?? undefined,
});
