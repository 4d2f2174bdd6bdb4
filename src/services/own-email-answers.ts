import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { isForSomebodyElse } from '../domain/email-change.ts';
import { emailChangeRepository } from '../repositories/email-changes.ts';
import { actingForOneself } from './acting.ts';
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
  async function asked(at: At, actor: Actor) {
    const change = await emailChangeRepository(at.db).findPending(actor.id, at.now);
    return change && isForSomebodyElse(change) ? change : undefined;
  }

  return {
    async find(actor: Actor): Promise<ChangeState> {
      const at = { db, now: clock.now() };
      const change = await asked(at, actor);
      return change ? stateOf(at, change, 'agreement') : { kind: 'ended' };
    },

    agree: (actor: Actor): Promise<Answered> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) =>
        answerChange(unit, await asked(unit, actor), 'agreement', (change) => agree(unit, change, actor.id)),
      ).catch(takenOr),

    /** « Ce n'est pas moi ». */
    refuse: (actor: Actor): Promise<Refused> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) =>
        refuseChange(unit, await asked(unit, actor)),
      ),
  };
}
