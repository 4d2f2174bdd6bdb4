import { recordEvents, transaction } from '../database/transaction.ts';
import { ANONYMOUS } from '../domain/audit-event.ts';
import { credentialRepository } from '../repositories/credentials.ts';
import { attemptCounter, type Limited } from './attempts.ts';
import type { ServiceContext } from './context.ts';
import { queues } from './in-turn.ts';
import { verifyPassword } from './passwords.ts';

export type SignInResult =
  | { kind: 'signed-in'; accountId: number }
  | { kind: 'refused' }
  | { kind: 'limited'; limit: Limited };

/** Signing in and out. */
export function signInService({ db, clock }: ServiceContext) {
  const attempts = attemptCounter(db);
  const inTurn = queues();

  async function attempt(email: string, password: string, address: string): Promise<SignInResult> {
    const limit = await attempts.check(email, address);
    if (limit) {
      if (limit.first) {
        const aimedAt =
          limit.scope === 'account' ? await credentialRepository(db).findByEmail(email) : undefined;
        await recordEvents(
          { db, clock, actor: ANONYMOUS },
          {
            action: 'sign_in.limited',
            details: { scope: limit.scope },
            subjectAccountId: aimedAt?.accountId,
          },
        );
      }
      return { kind: 'limited', limit };
    }
    const found = await credentialRepository(db).findByEmail(email);
    // Verified even without account, and before its state is looked at: every refusal takes the same time.
    const matches = await verifyPassword(found?.passwordHash ?? null, password);
    if (found && matches && found.active) return { kind: 'signed-in', accountId: found.accountId };
    await attempts.failed(email, address);
    await recordEvents(
      { db, clock, actor: ANONYMOUS },
      {
        action: 'sign_in.refused',
        details: { cause: matches ? 'inactive' : 'wrong' },
        subjectAccountId: found?.accountId,
        // Told here, or looked for: an address with an account would cost a statement more than one without.
        organismId: found?.organismId,
      },
    );
    return { kind: 'refused' };
  }

  function signedIn(accountId: number): Promise<void> {
    return transaction({ db, clock, actor: { kind: 'account', accountId } }, async (unit) => {
      await credentialRepository(unit.db).markSignedIn(accountId, unit.now);
      unit.record({ action: 'sign_in.succeeded', details: {}, subjectAccountId: accountId });
    });
  }

  return {
    /**
     * Tries an address and a password. Attempts on one account are evaluated one after the other, so that a burst
     * of guesses cannot pass before the first failures are counted.
     */
    signIn: (email: string, password: string, address: string): Promise<SignInResult> =>
      inTurn(email, async () => {
        const result = await attempt(email, password, address);
        if (result.kind === 'signed-in') await signedIn(result.accountId);
        return result;
      }),

    /** Asks a signed-in person for their password again: wrong ones count as those of « Connexion » do. */
    confirmPassword: (email: string, password: string, address: string): Promise<SignInResult> =>
      inTurn(email, () => attempt(email, password, address)),

    /** Traces the end of a session that the person asked for. */
    signOut: (accountId: number): Promise<void> =>
      recordEvents(
        { db, clock, actor: { kind: 'account', accountId } },
        { action: 'sign_out', details: {}, subjectAccountId: accountId },
      ),
  };
}
