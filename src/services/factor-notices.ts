import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { MessageValues } from '../domain/message.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import type { FactorReset } from '../repositories/factor-resets.ts';
import { enqueueMessage, enqueueMessages } from '../repositories/outbox.ts';

/** The other administrators learn that somebody who administers with them has a first factor: it may not be theirs. */
export async function tellColleagues(unit: UnitOfWork, actor: Actor): Promise<void> {
  const deciders = deciderRepository(unit.db, dayInParis(unit.now));
  const local = await deciders.localAdministrators(actor.administers.map(({ id }) => id));
  const national = actor.national === null ? [] : await deciders.nationalAdministrators();
  const others = [...[...local.values()].flat(), ...national].filter(({ id }) => id !== actor.id);
  const { firstName, lastName, email } = actor;
  await enqueueMessages(
    unit,
    [...new Map(others.map((other) => [other.id, other])).values()].map(({ email: to }) => ({
      template: 'factor-of-colleague' as const,
      to,
      accountId: actor.id,
      values: { firstName, lastName, email, at: unit.now.toISOString() },
    })),
  );
}

/** Who asked for a reset, where nobody signed in did. */
export const COMMAND = 'la commande factor:reset';

/** Tells the person, at their present address, of what is done with their second factor. */
export async function tellReset(
  unit: UnitOfWork,
  reset: FactorReset,
  outcome: MessageValues['factor-reset']['outcome'],
): Promise<void> {
  const { id, accountId, email, firstName, lastName, organismName, askedBy, reason, effectiveAt } = reset;
  await enqueueMessage(unit, {
    template: 'factor-reset',
    to: email,
    accountId,
    values: {
      firstName,
      lastName,
      organismName,
      askedBy,
      reason,
      outcome,
      effectiveAt: effectiveAt.toISOString(),
      resetId: outcome === 'ended' ? null : id,
    },
  });
}

/** « Ce n'est pas moi », told to who asked for the reset, to who administers the organism and to Ucanss. */
export async function tellStopped(unit: UnitOfWork, reset: FactorReset): Promise<void> {
  const deciders = deciderRepository(unit.db, dayInParis(unit.now));
  const { accountId, organismId, askedById, firstName, lastName, email, organismName, organismCode } = reset;
  const asker = askedById === null ? null : await accountRepository(unit.db).get(askedById);
  const told = [
    ...(asker?.active ? [asker] : []),
    ...((await deciders.localAdministrators([organismId])).get(organismId) ?? []),
    ...(await deciders.nationalAdministrators()),
  ].filter(({ id }) => id !== accountId);
  const values = {
    firstName,
    lastName,
    email,
    organismName,
    organismCode,
    askedBy: reset.askedBy ?? COMMAND,
    askedAt: reset.askedAt.toISOString(),
    reason: reset.reason,
  };
  await enqueueMessages(
    unit,
    [...new Set(told.map(({ email: to }) => to))].map((to) => ({
      template: 'factor-reset-stopped' as const,
      to,
      accountId,
      values,
    })),
  );
}
