import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { draftsSince } from '../domain/batch.ts';
import { NotFound } from '../domain/errors.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { batchRepository, type OwnBatch, type Ownership } from '../repositories/batches.ts';

/** Of a confirmation that is no more, or that never was: the two cannot be told apart (P5). */
export const NO_DRAFT =
  'Cette confirmation n’est plus valable, et rien n’a été changé\u00a0: revenez à la liste, puis recommencez.';

/** A batch is a draft to who made it, in the organism that it was made for (P13), and to nobody else. */
export const ownership = (
  { now }: Pick<UnitOfWork, 'now'>,
  actor: Actor,
  scope: Scope,
  id: number,
): Ownership => ({
  id,
  createdBy: actor.id,
  organismId: organismIdOf(scope),
  since: draftsSince(now),
});

/**
 * The batch that somebody confirms, locked: done by now where it was confirmed before.
 * @throws NotFound
 */
export async function lockBatch(unit: UnitOfWork, actor: Actor, scope: Scope, id: number): Promise<OwnBatch> {
  const batch = await batchRepository(unit.db).lockOwn(ownership(unit, actor, scope, id));
  if (batch) return batch;
  throw new NotFound(NO_DRAFT);
}
