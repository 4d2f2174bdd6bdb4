import { transaction, type UnitOfWork, withinBatch } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type BatchOutcome, type BatchResult, resultOf } from '../domain/batch.ts';
import { dayInParis } from '../domain/calendar.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { type UndoFault, undoFault } from '../domain/undo.ts';
import { batchEffectRepository } from '../repositories/batch-effects.ts';
import { batchRepository, type UndoableBatch } from '../repositories/batches.ts';
import { nominationRepository } from '../repositories/nominations.ts';
import { messagesWritten } from '../repositories/outbox.ts';
import { plannedActRepository } from '../repositories/planned-acts.ts';
import { acting } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';
import { recordEnd } from './planned-acts.ts';
import { judgeLines, type UndoneLine } from './undo-judging.ts';
import { tellUndone } from './undo-notices.ts';
import { carryOutUndo } from './undo-steps.ts';

/** What undoing a batch would do, as things stand. */
export interface ForeseenUndo {
  batch: UndoableBatch;
  /** Why nothing of it is undone; null where it may be. */
  fault: UndoFault | null;
  lines: UndoneLine[];
}

/** What undoing a batch comes to: the number of the batch that did it, or why it was not done. */
type UndoOutcome =
  | { kind: 'done'; undoId: number }
  | { kind: 'refused'; fault: UndoFault; batch: UndoableBatch };

/**
 * Undoing a batch for seven days, line by line (R83): each line is judged as its reverse act would be today, those that
 * have changed since are left. It is a batch of its own, in one transaction, and can be undone as any other.
 */
export function undoingBatchesService({ db, clock }: ServiceContext) {
  const act = (actor: Actor, scope: Scope) => acting({ db, clock }, actor, scope);

  return {
    /** What would become of each line: nothing is written. @throws NotFound outside what the page covers (P5) */
    foresee: (actor: Actor, scope: Scope, id: number): Promise<ForeseenUndo> =>
      transaction(act(actor, scope), async (unit) => {
        const batch = await batchRepository(unit.db).getUndoable(id, organismIdOf(scope));
        const fault = faultOf(unit, batch);
        return { batch, fault, lines: fault === null ? await judgeLines(unit, actor, batch, 'told') : [] };
      }),

    /**
     * Undoes every line that can be, and writes what became of each. Confirmed twice, even at once, it is done once;
     * where it breaks off, nothing is done. @throws NotFound outside what the page covers (P5)
     */
    run: (actor: Actor, scope: Scope, id: number, { reason }: { reason: string }): Promise<UndoOutcome> =>
      transaction(act(actor, scope), async (unit) => {
        const batches = batchRepository(unit.db);
        await batches.lock(id);
        const batch = await batches.getUndoable(id, organismIdOf(scope));
        const fault = faultOf(unit, batch);
        if (fault !== null) return { kind: 'refused', fault, batch };
        // Acts to come are done one file after the other: none begins while they are given up.
        if (batch.planned > 0) await nominationRepository(unit.db).takeTurn();
        const lines = await judgeLines(unit, actor, batch, 'locked');
        const undoId = await batches.addUndo(batch, { createdBy: actor.id, createdAt: unit.now });
        const within = withinBatch(unit, undoId);
        const done = await carryOutUndo(within, actor, scope, batch, lines, reason);
        const ended = await forgetActs(within, batch, undoId, done);
        await tellUndone(within, actor, batch, done, reason);
        await batchEffectRepository(unit.db).markUndone(
          new Map(done.map(({ id, outcome }) => [id, outcome])),
        );
        const end = {
          reason,
          at: unit.now,
          counts: countsOf(done, ended),
          messages: messagesWritten(unit.db),
        };
        await batches.finish({ id: undoId, kind: 'undo' }, end);
        return { kind: 'done', undoId };
      }),
  };
}

/**
 * An act of a file that is undone has not taken effect, and none of those to come will: the same file asks for them again
 * (R81). Returns how many were to come.
 */
async function forgetActs(
  unit: UnitOfWork,
  { id, kind }: UndoableBatch,
  undoId: number,
  lines: readonly UndoneLine[],
): Promise<number> {
  if (kind !== 'nominations') return 0;
  const { db, now } = unit;
  const nominations = nominationRepository(db);
  const fault = `Annulé par le lot n°\u00a0${undoId}.`;
  const planned = await plannedActRepository(db).endNominations(await nominations.plannedOf(id), now);
  await nominations.giveUp(
    planned.flatMap((act) => (act.kind === 'nomination' ? act.terms.lineId : [])),
    fault,
    now,
  );
  for (const act of planned) recordEnd(unit, act, { cause: 'undone' });
  const undone = lines.filter(({ outcome }) => resultOf(outcome) !== 'skipped');
  const people = [...new Set(undone.flatMap(({ accountId }) => accountId ?? []))];
  await nominations.undo(id, people, { fault, at: now });
  return planned.length;
}

const faultOf = ({ now }: UnitOfWork, batch: UndoableBatch): UndoFault | null =>
  undoFault({ ...batch, undone: batch.undoneBy !== null }, dayInParis(now));

function countsOf(lines: readonly { outcome: BatchOutcome }[], ended: number): Record<BatchResult, number> {
  const counts = { changed: ended, requested: 0, skipped: 0 };
  for (const { outcome } of lines) counts[resultOf(outcome)] += 1;
  return counts;
}
