import type { Database } from '../database/knex.ts';
import type { UnitOfWork } from '../database/transaction.ts';
import { isBeyond, isClosedByUcanss } from '../domain/acting-upon.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { NamedHolder } from '../repositories/accounts.ts';
import { personRightsRepository } from '../repositories/person-rights.ts';

/** Those of these people whom this actor may not act upon, by what they hold (P9). */
export async function findBeyond(
  { db, now }: Pick<UnitOfWork, 'now'> & { db: Database },
  actor: Actor,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  if (actor.national === 'administrator') return new Set();
  const people = await personRightsRepository(db).ofEach(ids, dayInParis(now));
  return new Set(people.filter((person) => isBeyond(actor, person)).map(({ id }) => id));
}

/** A person, and whether their account waits for Ucanss. */
type Kept = Pick<NamedHolder, 'id' | 'active' | 'closedByUcanss'>;

/** True when this actor may neither attach this person nor open their account again (P9). */
export const isKeptByUcanss = async (
  unit: Pick<UnitOfWork, 'now'> & { db: Database },
  actor: Actor,
  person: Kept,
): Promise<boolean> =>
  isClosedByUcanss(actor, person) || (await findBeyond(unit, actor, [person.id])).has(person.id);
