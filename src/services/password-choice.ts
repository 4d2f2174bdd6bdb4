import { transaction, type UnitOfWork } from '../database/transaction.ts';
import { NotFound } from '../domain/errors.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { credentialRepository } from '../repositories/credentials.ts';
import { factorRepository } from '../repositories/factors.ts';
import { sessionRepository } from '../repositories/sessions.ts';
import { type LinkedAccount, tokenRepository } from '../repositories/tokens.ts';
import { prepareGuessing } from '../security/guessing.ts';
import { queues } from '../security/in-turn.ts';
import { hashToken } from '../security/links.ts';
import { judgePassword, type Strength } from '../security/password-strength.ts';
import { hashPassword } from '../security/passwords.ts';
import type { ServiceContext } from './context.ts';
import { endOwnChange } from './email-steps.ts';
import { tellPerson } from './own-factors.ts';
import { recordEnded } from './session-ends.ts';
import type { Shown } from './sign-in.ts';

/** The links that let one choose a password. */
export type PasswordLink = 'activation' | 'password_reset';

const PASSWORD_LINKS: readonly PasswordLink[] = ['activation', 'password_reset'];

type Choice =
  /** `half`: the second factor stays, and is asked for before they are in (R89). */
  | { kind: 'chosen'; accountId: number; half: boolean; shown: Shown }
  | { kind: 'weak'; message: string }
  /** The link was used up meanwhile, or its account deactivated. */
  | { kind: 'ended' };

/** Choosing a password through the link of a message (R51, F2). */
export function passwordChoiceService({ db, clock, breached }: ServiceContext) {
  const inTurn = queues();

  const find = (link: PasswordLink, token: string): Promise<LinkedAccount | undefined> =>
    tokenRepository(db).findAccount(link, hashToken(token), clock.now());

  async function choose(link: PasswordLink, token: string, password: string): Promise<Choice> {
    const account = await find(link, token);
    if (!account) return { kind: 'ended' };
    const strength = await judgePassword(password, wordsOf(account), breached);
    if (!strength.accepted) return { kind: 'weak', message: strength.message };
    const { accountId } = account;
    // Hashed before the transaction, which then holds its locks for the shortest time.
    const hash = await hashPassword(password);
    const chosen = await transaction({ db, clock, actor: { kind: 'account', accountId } }, (unit) =>
      setPassword(unit, accountId, hash, { link, tokenHash: hashToken(token) }),
    );
    return chosen === null ? { kind: 'ended' } : { kind: 'chosen', accountId, ...chosen };
  }

  return {
    /** The account behind a link that still holds, undefined otherwise. Looking does not use the link up. */
    find(link: PasswordLink, token: string): Promise<LinkedAccount | undefined> {
      prepareGuessing();
      return find(link, token);
    },

    /**
     * Judges what is typed in the form of a link.
     * @throws NotFound for a link that no longer holds: nobody else needs an answer.
     */
    async judge(link: PasswordLink, token: string, password: string): Promise<Strength> {
      const account = await find(link, token);
      if (!account) throw new NotFound();
      return judgePassword(password, wordsOf(account), breached);
    },

    /**
     * Uses the link up and sets the password; every other link and session of the account ends. Of any number of
     * uses at once, one succeeds: here they follow one another, so that the others cost nothing, and between
     * processes the database decides.
     */
    choose: (link: PasswordLink, token: string, password: string): Promise<Choice> =>
      inTurn(hashToken(token), () => choose(link, token, password)),
  };
}

/** Null when the link was used meanwhile, or the account deactivated. */
async function setPassword(
  unit: UnitOfWork,
  accountId: number,
  hash: string,
  { link, tokenHash }: { link: PasswordLink; tokenHash: string },
): Promise<{ half: boolean; shown: Shown } | null> {
  // The account first, as everywhere; it may have been deactivated meanwhile.
  const person = await accountRepository(unit.db).lockOne(accountId, null);
  const tokens = tokenRepository(unit.db);
  if (!person.active || !(await tokens.use(link, tokenHash, unit.now))) return null;
  await tokens.voidOf([accountId], PASSWORD_LINKS, unit.now);
  await credentialRepository(unit.db).setPassword(accountId, hash, unit.now);
  const ended = await sessionRepository(unit.db).endAll([accountId]);
  const half = (await factorRepository(unit.db).count(accountId)) > 0;
  const about = { subjectAccountId: accountId };
  unit.record({
    action: 'password.chosen',
    details: { after: link === 'activation' ? 'activation' : 'reset' },
    ...about,
  });
  recordEnded(unit, ended, { cause: 'password_reset', ...about });
  const endedEmail = await endOwnChange(unit, accountId);
  if (link === 'password_reset') await tellPerson(unit, person, 'password_changed', { endedEmail });
  return { half, shown: { changedAt: unit.now.toISOString() } };
}

export const wordsOf = ({
  lastName,
  firstName,
  email,
  organismCode,
  organismName,
}: Pick<LinkedAccount, 'lastName' | 'firstName' | 'email' | 'organismCode' | 'organismName'>): string[] => [
  lastName,
  firstName,
  email,
  organismCode,
  organismName,
];
