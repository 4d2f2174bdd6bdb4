import { transaction } from '../database/transaction.ts';
import { ANONYMOUS } from '../domain/audit-event.ts';
import { TooMany } from '../domain/errors.ts';
import { credentialRepository, type Recoverable } from '../repositories/credentials.ts';
import { jobRepository } from '../repositories/jobs.ts';
import { enqueueMessage, type Message } from '../repositories/outbox.ts';
import { hourlyLimits } from '../security/limits.ts';
import type { ServiceContext } from './context.ts';

/** Forms taken an hour, for one e-mail and from one network address, whether or not the e-mail is known. */
const FORMS_AN_HOUR = { email: 10, address: 200 };

const ATTEMPTS = 12;

/** « Mot de passe oublié » (F2). */
export function passwordResetService({ db, clock }: ServiceContext) {
  const limits = hourlyLimits(db, 'password-reset', FORMS_AN_HOUR);

  return {
    /**
     * Takes the form. Whatever the e-mail, the same statements are run: whether it is known is only looked up
     * afterwards, by a job, so that neither the answer nor its time can tell.
     * @throws TooMany past 10 forms an hour for an e-mail, 200 from an address.
     */
    async ask(email: string, address: string): Promise<void> {
      const retryAfter = await limits.take({ email, address });
      if (retryAfter !== null) {
        throw new TooMany(
          `Trop de liens ont été demandés. Réessayez dans ${Math.ceil(retryAfter / 60)}\u00a0minutes.`,
          retryAfter,
        );
      }
      await jobRepository(db).add('password-reset', { email }, ATTEMPTS);
    },

    /** What the job does: sends the link to an active account, and records the demand, about it where there is one. */
    async answer(email: string): Promise<void> {
      await transaction({ db, clock, actor: ANONYMOUS }, async (unit) => {
        const account = await credentialRepository(unit.db).findRecoverable(email);
        if (account?.active) await enqueueMessage(unit, messageFor(account));
        unit.record({
          action: 'password.reset_requested',
          details: {},
          organismId: account?.organismId,
          subjectAccountId: account?.accountId,
        });
      });
    },
  };
}

/** Who never chose a password gets an activation link: it holds longer, and says what the portal is. */
function messageFor({
  accountId,
  email,
  firstName,
  lastName,
  organismName,
  hasPassword,
}: Recoverable): Message {
  const to = { to: email, accountId };
  return hasPassword
    ? { template: 'password-reset', ...to, values: { firstName, lastName } }
    : {
        template: 'activation',
        ...to,
        values: { firstName, lastName, email, organismName, cause: 'asked-again' },
      };
}
