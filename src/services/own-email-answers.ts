import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { isForSomebodyElse } from '../domain/email-change.ts';
import { emailChangeRepository } from '../repositories/email-changes.ts';
import { actingForOneself } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';
import {
  type Answered,
  agree,
  answerChange,
  type ChangeState,
  type Refused,
  refuseChange,
  stateOf,
  takenOr,
} from './email-answers.ts';
import type { At } from './email-steps.ts';

/** Answers of who is signed in to the change of their address that somebody else asked for (P11). */
export function ownEmailAnswerService({ db, clock }: ServiceContext) {
  async function asked(at: At, actor: Actor, changeId?: number | null) {
    const change = await emailChangeRepository(at.db).findPending(actor.id, at.now);
    const isTheOne = changeId === undefined || change?.id === changeId;
    return change && isTheOne && isForSomebodyElse(change) ? change : undefined;
  }

  return {
    async find(actor: Actor): Promise<ChangeState> {
      const at = { db, now: clock.now() };
      const change = await asked(at, actor);
      return change ? stateOf(at, change, 'agreement') : { kind: 'ended' };
    },

    /** `changeId`: the change that the person read, which another one may have replaced since. */
    agree: (actor: Actor, changeId: number | null): Promise<Answered> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) =>
        answerChange(unit, await asked(unit, actor, changeId), 'agreement', (change) =>
          agree(unit, change, actor.id),
        ),
      ).catch(takenOr),

    /** « Ce n'est pas moi », of the change that the person read. */
    refuse: (actor: Actor, changeId: number | null): Promise<Refused> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) =>
        refuseChange(unit, await asked(unit, actor, changeId)),
      ),
  };
}
