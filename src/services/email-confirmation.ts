import { type ActContext, transaction, type UnitOfWork } from '../database/transaction.ts';
import { ANONYMOUS, job } from '../domain/audit-event.ts';
import { hasLapsed } from '../domain/email-change.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { type EmailLink, emailChangeRepository } from '../repositories/email-changes.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import { queues } from '../security/in-turn.ts';
import { hashToken } from '../security/links.ts';
import type { ServiceContext } from './context.ts';
import {
  type Answered,
  agree,
  answerChange,
  type ChangeState,
  confirmMailbox,
  type Question,
  type RefusalState,
  type Refused,
  refusalOf,
  refuseChange,
  stateOf,
  takenOr,
} from './email-answers.ts';
import { type At, endChange, judgeChange, takeEffect, tellAsker } from './email-steps.ts';

const QUESTIONS: Record<EmailLink, Question> = {
  email_change: 'mailbox',
  email_mailbox: 'mailbox',
  email_agreement: 'agreement',
};

/** Changes whose turn comes in one reading. */
const BATCH = 200;

/** Answers to a change of address by the link of a message, where nobody is signed in, or by nobody in time (P11). */
export function emailConfirmationService({ db, clock }: ServiceContext) {
  const inTurn = queues();
  const anonymous: ActContext = { db, clock, actor: ANONYMOUS };
  const now = (): At => ({ db, now: clock.now() });
  const ofLink = (at: At, hash: string) => emailChangeRepository(at.db).findByLink(hash, at.now);

  /** The change that a link may refuse: the address that is changed has it, the new one has not. */
  async function refusable(at: At, hash: string) {
    const change = await ofLink(at, hash);
    return change?.link === 'email_agreement' ? change : undefined;
  }

  async function answer(unit: UnitOfWork, hash: string): Promise<Answered> {
    const seen = await ofLink(unit, hash);
    if (seen?.link === 'email_agreement') {
      // Such a link refuses too, once agreed: refusing alone uses it up.
      return answerChange(unit, seen, 'agreement', (change) => agree(unit, change, change.accountId));
    }
    return answerChange(unit, seen, 'mailbox', async (change) => {
      const used = seen && (await tokenRepository(unit.db).use(seen.link, hash, unit.now));
      return used ? confirmMailbox(unit, change) : false;
    });
  }

  async function refuse(unit: UnitOfWork, hash: string): Promise<Refused> {
    const refused = await refuseChange(unit, await refusable(unit, hash));
    if (refused.kind !== 'ended') await tokenRepository(unit.db).spend(hash, unit.now);
    return refused;
  }

  return {
    /** What the link stands for. Looking does not use it up. */
    async find(token: string): Promise<ChangeState> {
      const change = await ofLink(now(), hashToken(token));
      return change ? stateOf(now(), change, QUESTIONS[change.link]) : { kind: 'ended' };
    },

    /**
     * Answers by a link: of any number of uses at once, one succeeds; here they follow one another, and between
     * processes the database decides. Once all that it waits for is said, the new address is the identifier, every
     * open session ends, every other link is void, and the former address is told.
     */
    answer: (token: string): Promise<Answered> => {
      const hash = hashToken(token);
      return inTurn(hash, () => transaction(anonymous, (unit) => answer(unit, hash))).catch(takenOr);
    },

    /** What « Ce n'est pas moi » would do, by the link sent to the address that is changed. */
    async findRefusal(token: string): Promise<RefusalState> {
      const change = await refusable(now(), hashToken(token));
      return change ? refusalOf(change, clock.now()) : { kind: 'ended' };
    },

    /** « Ce n'est pas moi »: stops what waits, or puts back what took effect within seven days. */
    refuse: (token: string): Promise<Refused> => {
      const hash = hashToken(token);
      return inTurn(hash, () => transaction(anonymous, (unit) => refuse(unit, hash)));
    },

    /** What the clock does to changes that others asked: silence agrees, time ends. Returns how many it ended. */
    async settle(): Promise<number> {
      let settled = 0;
      for (let after = 0; ; ) {
        const waiting = await emailChangeRepository(db).listWaiting(after, BATCH);
        for (const { id, accountId } of waiting) {
          const context = { db, clock, actor: job('email-changes') };
          // An account made with the address in this very instant: it waits until it is given up, or lapses.
          const one = transaction(context, (unit) => settle(unit, id, accountId)).catch(
            (error: unknown) => takenOr(error).kind !== 'taken',
          );
          if (await one) settled += 1;
        }
        if (waiting.length < BATCH) return settled;
        after = waiting.at(-1)?.id ?? after;
      }
    },
  };
}

/** True where the change ended, done or not. */
async function settle(unit: UnitOfWork, id: number, accountId: number): Promise<boolean> {
  await accountRepository(unit.db).lockOne(accountId, null);
  const change = await emailChangeRepository(unit.db).get(id);
  if (change.outcome !== null) return false;
  if (hasLapsed(change, unit.now)) {
    await endChange(unit, change, 'lapsed', 'lapsed');
    await tellAsker(unit, change, { outcome: 'lapsed', by: null, reason: '' });
    return true;
  }
  const { fault } = await judgeChange(unit, change);
  if (fault !== 'asker') return (await takeEffect(unit, id)) === 'changed';
  await endChange(unit, change, 'cancelled', 'asker');
  return true;
}
