import type { Actor } from '../domain/actor.ts';
import { Conflict, NotFound } from '../domain/errors.ts';
import type { Scope } from '../domain/scope.ts';
import type { StoredRequest } from '../repositories/requests.ts';
import type { ServiceContext } from './context.ts';
import {
  type Decided,
  type DecisionAct,
  type DecisionFault,
  decidingService,
  type JudgedRequest,
} from './deciding.ts';
import type { Outside } from './outside.ts';

/** A request of a selection that was not decided: why, and null for one that is not in the scope (P5). */
export type LeftRequest = { fault: DecisionFault; request: StoredRequest } | null;

/** What deciding a selection comes to. */
export interface DecidedMany {
  decided: StoredRequest[];
  /** Changes of address that Ucanss agrees to, whose new mailbox is not confirmed yet (P11). */
  agreed: StoredRequest[];
  left: LeftRequest[];
}

/** Deciding the requests of a selection: each for itself, in its own transaction, and all accounted for (R22). */
export function decidingManyService(context: ServiceContext, outside: Outside) {
  const deciding = decidingService(context, outside);

  /**
   * Decides each in turn; one that cannot be does not stop the others.
   * @throws NotFound where none of them is in the scope (P5).
   */
  async function each(
    ids: readonly number[],
    decide: (requestId: number) => Promise<Decided>,
    judge: (requestId: number) => Promise<JudgedRequest>,
  ): Promise<DecidedMany> {
    const many: DecidedMany = { decided: [], agreed: [], left: [] };
    for (const id of ids) {
      try {
        const result = await decide(id);
        if (result.kind === 'refused') many.left.push(result);
        else many[result.kind].push(result.request);
      } catch (error) {
        if (error instanceof NotFound) many.left.push(null);
        // An account was made for this address in this very instant.
        else if (error instanceof Conflict) {
          many.left.push({ fault: 'known_address', request: (await judge(id)).request });
        } else throw error;
      }
    }
    if (many.decided.length + many.agreed.length === 0 && many.left.every((line) => line === null))
      throw new NotFound();
    return many;
  }

  const judgeFor = (actor: Actor, scope: Scope, act: DecisionAct) => (id: number) =>
    deciding.preview(actor, scope, act, id);

  return {
    /** What deciding each of these would meet; those that are not in the scope are left out (P5). */
    async preview(
      actor: Actor,
      scope: Scope,
      act: DecisionAct,
      ids: readonly number[],
    ): Promise<JudgedRequest[]> {
      const judge = judgeFor(actor, scope, act);
      const judged: JudgedRequest[] = [];
      for (const id of ids) {
        try {
          judged.push(await judge(id));
        } catch (error) {
          if (!(error instanceof NotFound)) throw error;
        }
      }
      return judged;
    },

    /** Accepts each that can be, with the same end date ('YYYY-MM-DD', inclusive, or null). */
    accept: (actor: Actor, scope: Scope, ids: readonly number[], endsOn: string | null) =>
      each(
        ids,
        (requestId) => deciding.accept(actor, scope, { requestId, endsOn }),
        judgeFor(actor, scope, 'accept'),
      ),

    /** Refuses each that can be, for the same reason. */
    refuse: (actor: Actor, scope: Scope, ids: readonly number[], reason: string) =>
      each(
        ids,
        (requestId) => deciding.refuse(actor, scope, { requestId, reason }),
        judgeFor(actor, scope, 'refuse'),
      ),
  };
}
