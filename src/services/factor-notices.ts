import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { enqueueMessages } from '../repositories/outbox.ts';

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
