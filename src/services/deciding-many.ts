import { partOf, transaction, type UnitOfWork, withinBatch } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { Conflict, NotFound } from '../domain/errors.ts';
import type { DecisionAct } from '../domain/request.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { batchRepository, type OwnBatch } from '../repositories/batches.ts';
import { messagesWritten } from '../repositories/outbox.ts';
import { requestRepository, type StoredRequest } from '../repositories/requests.ts';
import { acting } from '../security/acting.ts';
import { lockBatch } from './batch-drafts.ts';
import type { ServiceContext } from './context.ts';
import {
  type Decided,
  type DecisionFault,
  type DecisionOrder,
  decideWithin,
  decidingService,
  type JudgedRequest,
} from './deciding.ts';
import type { Outside } from './outside.ts';

/** A request of a selection that was not decided: why, and null for one that is not in the scope (P5). */
export type LeftRequest = { fault: DecisionFault; request: StoredRequest } | null;

/** What deciding a selection comes to. */
interface DecidedMany {
  decided: StoredRequest[];
  /** Changes of address that Ucanss agrees to, whose new mailbox is not confirmed yet (P11). */
  agreed: StoredRequest[];
  left: LeftRequest[];
  /** How many messages leave. */
  messages: number;
}

/** What a draft would do, as things stand. */
interface ForeseenDecisions {
  judged: JudgedRequest[];
  /** How many messages would leave. */
  messages: number;
}

/** Deciding the requests of a selection: a draft, then each for itself, in one transaction, all accounted for (R22). */
export function decidingManyService(context: ServiceContext, outside: Outside) {
  const deciding = decidingService(context, outside);
  const act = (actor: Actor, scope: Scope) => acting(context, actor, scope);

  return {
    /**
     * Keeps which requests would be decided, until it is confirmed, and returns the number of the draft.
     * @throws NotFound where none of them is in the scope (P5).
     */
    draft: (actor: Actor, scope: Scope, kind: DecisionAct, ids: readonly number[]): Promise<number> =>
      transaction(act(actor, scope), async ({ db, now }) => {
        const organismId = organismIdOf(scope);
        if (!(await requestRepository(db).knowsOne(ids, organismId))) throw new NotFound();
        const whose = { createdBy: actor.id, createdAt: now, organismId };
        return batchRepository(db).draft({ kind, roleId: null, selectedIds: ids, ...whose });
      }),

    /** What deciding each request of a draft would meet; those that are not in the scope are left out (P5). */
    async foresee(
      actor: Actor,
      scope: Scope,
      kind: DecisionAct,
      { selectedIds }: OwnBatch,
    ): Promise<ForeseenDecisions> {
      const foreseen: ForeseenDecisions = { judged: [], messages: 0 };
      for (const id of selectedIds) {
        const judged = await deciding.preview(actor, scope, kind, id).catch(unlessUnknown);
        if (judged === null) continue;
        foreseen.judged.push(judged);
        foreseen.messages += await deciding.foreseeMessages(kind, judged);
      }
      return foreseen;
    },

    /**
     * Decides each request of a draft that can be; one that cannot be does not stop the others. Null where it was done
     * before: confirmed twice, even at once, it is done once.
     * @throws NotFound for what is not, or no longer, a draft of this person, or where none of it is in the scope (P5).
     */
    async run(actor: Actor, scope: Scope, id: number, order: DecisionOrder): Promise<DecidedMany | null> {
      const many = await transaction(act(actor, scope), async (unit) => {
        const batch = await lockBatch(unit, actor, scope, id);
        if (batch.kind !== order.act) throw new NotFound();
        if (batch.state === 'done') return null;
        const done = await decideEach(withinBatch(unit, id), actor, scope, batch.selectedIds, order);
        const counts = {
          changed: done.decided.length,
          requested: done.agreed.length,
          skipped: done.left.length,
        };
        const reason = order.act === 'refuse' ? order.reason : '';
        await batchRepository(unit.db).finish(batch, {
          reason,
          at: unit.now,
          counts,
          messages: done.messages,
        });
        return done;
      });
      // Beside the decisions, as for a single one: it has a counter and an event of its own (P12).
      for (const line of many?.left ?? [])
        if (line?.fault === 'known_address') await deciding.tellKnown(actor, scope, line.request);
      return many;
    },
  };
}

const unlessUnknown = (error: unknown): null => {
  if (error instanceof NotFound) return null;
  throw error;
};

/** @throws NotFound where none of them is in the scope (P5). */
async function decideEach(
  unit: UnitOfWork,
  actor: Actor,
  scope: Scope,
  ids: readonly number[],
  order: DecisionOrder,
): Promise<DecidedMany> {
  const many: DecidedMany = { decided: [], agreed: [], left: [], messages: 0 };
  // People first and in order, as in any act on several: two acts on the same ones follow each other.
  const people = await requestRepository(unit.db).accountsOf(ids, organismIdOf(scope));
  await accountRepository(unit.db).lockManaged(people, null);
  for (const id of ids.toSorted((one, other) => one - other)) {
    const { result, messages } = await decideOne(unit, actor, scope, id, order);
    many.messages += messages;
    if (result === null || result.kind === 'refused') many.left.push(result);
    else many[result.kind].push(result.request);
  }
  if (many.left.every((line) => line === null) && many.decided.length + many.agreed.length === 0)
    throw new NotFound();
  return many;
}

/** One decision, whose failure takes nothing of the others away. Null for a request that is not in the scope (P5). */
async function decideOne(
  unit: UnitOfWork,
  actor: Actor,
  scope: Scope,
  id: number,
  order: DecisionOrder,
): Promise<{ result: Decided | null; messages: number }> {
  try {
    return await partOf(unit, async (part) => ({
      result: await decideWithin(part, actor, scope, id, order),
      messages: messagesWritten(part.db),
    }));
  } catch (error) {
    if (error instanceof NotFound) return { result: null, messages: 0 };
    if (!(error instanceof Conflict)) throw error;
    // An account was made for this address in this very instant.
    const request = await requestRepository(unit.db).getManaged(id, organismIdOf(scope));
    return { result: { kind: 'refused', fault: 'known_address', request }, messages: 0 };
  }
}
