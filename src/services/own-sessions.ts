import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { credentialRepository } from '../repositories/credentials.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { type OpenSession, sessionRepository } from '../repositories/sessions.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import { actingForOneself } from '../security/acting.ts';
import { judgePassword, type Strength } from '../security/password-strength.ts';
import { hashPassword } from '../security/passwords.ts';
import type { ServiceContext } from './context.ts';
import { endOwnChange } from './email-steps.ts';
import { tellPerson } from './own-factors.ts';
import { wordsOf } from './password-choice.ts';
import { endOthers, type OwnSession, recordEnded } from './session-ends.ts';

/** One's own sessions, and one's own password (R89). */
export function ownSessionService({ db, clock, breached }: ServiceContext) {
  async function judge(actor: Actor, password: string): Promise<Strength> {
    const { code } = await organismRepository(db).get(actor.organismId);
    return judgePassword(password, wordsOf({ ...actor, organismCode: code }), breached);
  }

  return {
    list: (actor: Actor): Promise<OpenSession[]> => sessionRepository(db).listOf(actor.id),

    /** Closes one of them, or all but that one; returns how many were open. */
    close: (actor: Actor, which: { ref: string } | { allBut: string }): Promise<number> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        const closed = await sessionRepository(unit.db).end(actor.id, which);
        recordEnded(unit, closed, { cause: 'closed', subjectAccountId: actor.id });
        if (closed > 0) await tellPerson(unit, actor, 'sessions_closed', { detail: String(closed) });
        return closed;
      }),

    /** How hard to guess what they type is, for them. */
    judge,

    /** Sets another password, whose predecessor was just shown; every other session ends, and so do links to choose one. */
    async changePassword(actor: Actor, password: string, own: OwnSession): Promise<Strength> {
      const strength = await judge(actor, password);
      if (!strength.accepted) return strength;
      const hash = await hashPassword(password);
      await transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        await accountRepository(unit.db).lockOne(actor.id, null);
        await tokenRepository(unit.db).voidOf([actor.id], ['activation', 'password_reset'], unit.now);
        await credentialRepository(unit.db).setPassword(actor.id, hash, unit.now);
        unit.record({ action: 'password.chosen', details: { after: 'change' }, subjectAccountId: actor.id });
        await endOthers(unit, actor.id, { ...own, cause: 'password_changed' });
        const endedEmail = await endOwnChange(unit, actor.id);
        await tellPerson(unit, actor, 'password_changed', { endedEmail });
      });
      return strength;
    },
  };
}
