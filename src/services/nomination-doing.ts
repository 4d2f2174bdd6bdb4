import { type UnitOfWork, withinBatch } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { changedSince } from '../domain/nomination-faults.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { batchRepository } from '../repositories/batches.ts';
import { type KeptNomination, nominationRepository, type SettledState } from '../repositories/nominations.ts';
import { messagesWritten } from '../repositories/outbox.ts';
import { type NewPlannedAct, plannedActRepository } from '../repositories/planned-acts.ts';
import { carryOut, type Effects } from './nomination-effects.ts';
import { accountsOf, type JudgedLine, judgeLines } from './nomination-judging.ts';
import { planEach, recordEnd } from './planned-acts.ts';

interface Doing {
  /** Null for a command, or the portal by itself. */
  by: Actor | null;
  /** Undefined for what was to come: the batch of its file has its own days. */
  batchId: number | undefined;
}

/** Judges lines of one file under lock, does those that are still what was said, and writes what became of each. */
export async function doLines(
  unit: UnitOfWork,
  { by, batchId }: Doing,
  lines: readonly KeptNomination[],
): Promise<void> {
  const judging = { db: unit.db, now: unit.now, actorId: by?.id ?? null };
  const people = await accountRepository(unit.db).lockManaged(await accountsOf(unit.db, lines), null);
  const judged = await judgeLines(judging, lines);
  const asTold = judged.filter((line) => isAsTold(line));
  const within = batchId === undefined ? unit : withinBatch(unit, batchId);
  const effects = await carryOut(within, by, asTold, new Map(people.map((each) => [each.id, each])));
  await settle(unit, { by, batchId }, judged, effects);
}

/** What was said of a line before; of one that was to come, anything that can be done today. */
const isAsTold = ({ kept, verdict }: JudgedLine): boolean =>
  verdict === kept.verdict || (kept.verdict === 'future' && verdict !== 'error' && verdict !== 'done');

async function settle(
  unit: UnitOfWork,
  { by, batchId }: Doing,
  lines: readonly JudgedLine[],
  effects: Effects,
): Promise<void> {
  const settled = lines.map((line) => ({
    ...settledOf(line, effects),
    id: line.kept.id,
    reference: line.kept.reference,
  }));
  const replaced = await nominationRepository(unit.db).settle(settled, unit.now);
  for (const act of await plannedActRepository(unit.db).endNominations(replaced, unit.now))
    recordEnd(unit, act, { cause: 'replaced' });
  const planned = new Set(settled.filter(({ state }) => state === 'planned').map(({ id }) => id));
  await planLines(
    unit,
    by,
    lines.filter(({ kept }) => planned.has(kept.id)),
  );
  if (batchId === undefined) return;
  const batches = batchRepository(unit.db);
  const outcomes = [...effects.values()].map(({ accountId, outcome }) => [accountId, outcome] as const);
  await batches.addLines(batchId, new Map(outcomes));
  await batches.addCounts(batchId, {
    changed: effects.size,
    skipped: settled.filter(({ state }) => state === 'left').length,
    messages: messagesWritten(unit.db),
  });
}

/** What has become of a line: done, to come, or left, and why. */
function settledOf(
  line: JudgedLine,
  effects: Effects,
): { state: SettledState; accountId: number | null; fault: string } {
  const effect = effects.get(line.kept.id);
  const accountId = effect?.accountId ?? line.account?.id ?? null;
  if (effect) return { state: 'applied', accountId, fault: '' };
  // What was to come may have been done by hand meanwhile.
  if (line.verdict === 'done' && line.kept.verdict === 'future' && accountId !== null)
    return { state: 'applied', accountId, fault: '' };
  if (line.verdict === 'future') return { state: 'planned', accountId, fault: '' };
  return { state: 'left', accountId, fault: changedSince(line.fault) };
}

/** As « Actes prévus » tells each. */
const ACTS: Readonly<Record<JudgedLine['line']['act'], string>> = {
  nomination: 'Nomination',
  mutation: 'Mutation',
  fin: 'Fin de fonction',
};

type PlannedNomination = NewPlannedAct & { kind: 'nomination' };

/** Keeps what is to come, each for its day (P10). */
async function planLines(unit: UnitOfWork, by: Actor | null, lines: readonly JudgedLine[]): Promise<void> {
  const acts = lines.map(({ kept, line, account, organism }): PlannedNomination => {
    const named = account ?? line;
    return {
      kind: 'nomination',
      effectiveOn: line.effectiveOn,
      accountId: account?.id ?? null,
      // A line without either is in error.
      organismId: organism?.id ?? account?.organismId ?? 0,
      askedBy: by?.id ?? null,
      byUcanss: true,
      terms: {
        lineId: kept.id,
        person: `${named.firstName} ${named.lastName}`,
        what: [ACTS[line.act], line.functionTitle].filter((part) => part !== '').join(', '),
      },
    };
  });
  await planEach(unit, acts);
}

/** A nomination whose day has come, judged anew (P10); nobody is locked yet: files take their turn first. */
export async function nominateOnItsDay(unit: UnitOfWork, actId: number): Promise<void> {
  const [nominations, acts] = [nominationRepository(unit.db), plannedActRepository(unit.db)];
  await nominations.takeTurn();
  const act = await acts.lock(actId);
  if (act?.kind !== 'nomination') return;
  const line = await nominations.lockPlanned(act.terms.lineId);
  if (line) await doLines(unit, { by: null, batchId: undefined }, [line]);
  const isDone = line !== undefined && (await nominations.isApplied(line.id));
  await acts.end(actId, isDone ? 'done' : 'ended', unit.now);
  if (!isDone) recordEnd(unit, act, { cause: 'refused' });
}
