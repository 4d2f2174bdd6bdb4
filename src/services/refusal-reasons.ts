import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { refusalReasonRepository } from '../repositories/refusal-reasons.ts';
import { acting } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';

/** Ready-made reasons: each organism has its own, and Ucanss's are for all. */
export function refusalReasonService({ db, clock }: ServiceContext) {
  const act = (actor: Actor, scope: Scope) => acting({ db, clock }, actor, scope);
  return {
    /** Adds one for the scope's organism, or for all; false when it is there already. */
    add: (actor: Actor, scope: Scope, text: string): Promise<boolean> =>
      transaction(act(actor, scope), async (unit) => {
        const organismId = organismIdOf(scope);
        const id = await refusalReasonRepository(unit.db).add(organismId, text);
        if (id === undefined) return false;
        unit.record({
          action: 'refusal_reason.saved',
          details: { label: text },
          organismId: organismId ?? undefined,
        });
        return true;
      }),

    /** Rewrites one of the scope's own: 'unknown' when it is not there, 'known' when another one says the same. */
    update: (
      actor: Actor,
      scope: Scope,
      id: number,
      text: string,
    ): Promise<'changed' | 'known' | 'unknown'> =>
      transaction(act(actor, scope), async (unit) => {
        const reasons = refusalReasonRepository(unit.db);
        const organismId = organismIdOf(scope);
        await reasons.lock();
        if (await reasons.has(organismId, text)) return 'known';
        const from = await reasons.rewrite(id, organismId, text);
        if (from === undefined) return 'unknown';
        unit.record({
          action: 'refusal_reason.saved',
          details: { label: text, from },
          organismId: organismId ?? undefined,
        });
        return 'changed';
      }),

    /** Removes one of the scope's own; false when it is not there. */
    remove: (actor: Actor, scope: Scope, id: number): Promise<boolean> =>
      transaction(act(actor, scope), async (unit) => {
        const organismId = organismIdOf(scope);
        const text = await refusalReasonRepository(unit.db).remove(id, organismId);
        if (text === undefined) return false;
        unit.record({
          action: 'refusal_reason.removed',
          details: { label: text },
          organismId: organismId ?? undefined,
        });
        return true;
      }),
  };
}
