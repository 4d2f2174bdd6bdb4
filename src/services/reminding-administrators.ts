import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { dayInParis, daysBetween } from '../domain/calendar.ts';
import { remindableOn } from '../domain/request.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { delegationRepository } from '../repositories/delegations.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import { type AwaitedAdministrator, reminderRepository } from '../repositories/reminders.ts';
import { requestRepository } from '../repositories/requests.ts';
import { acting } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';
import type { At } from './email-steps.ts';

/** What the local administrators of an organism may be reminded of, and why they are not now. */
export interface AdministratorsReminder {
  organism: OrganismName;
  people: AwaitedAdministrator[];
  /** How many requests wait for them, at most 1,000, and since when the oldest does; null for none. */
  waiting: number;
  since: Date | null;
  remindedAt: Date | null;
  refusal: 'nothing_waits' | 'too_early' | null;
}

/** « Rappeler aux administrateurs »: Ucanss reminds those of an organism of what waits for them, once a week at most. */
export function remindingAdministratorsService({ db, clock }: ServiceContext) {
  return {
    /**
     * Whom it would tell, of what, in the organism of this request.
     * @throws NotFound for a request outside the scope.
     */
    preview: (scope: Scope, requestId: number): Promise<AdministratorsReminder> =>
      organismOf(db, scope, requestId).then((organism) => judge({ db, now: clock.now() }, organism)),

    /**
     * Tells each of them, in one message, how much waits; of two at once, one is sent.
     * @throws NotFound for a request outside the scope.
     */
    remind: (actor: Actor, scope: Scope, requestId: number): Promise<AdministratorsReminder> =>
      transaction(acting({ db, clock }, actor, scope), async (unit) => {
        const organism = await organismOf(unit.db, scope, requestId);
        // A second reminder waits here, and sees the first.
        await delegationRepository(unit.db).lockOrganisms([organism.id]);
        const reminder = await judge(unit, organism);
        if (reminder.refusal === null && reminder.since !== null) await tell(unit, reminder, reminder.since);
        return reminder;
      }),
  };
}

async function organismOf(db: At['db'], scope: Scope, requestId: number): Promise<OrganismName> {
  const request = await requestRepository(db).getManaged(requestId, organismIdOf(scope));
  return organismRepository(db).get(request.organismId);
}

async function judge({ db, now }: At, organism: OrganismName): Promise<AdministratorsReminder> {
  const today = dayInParis(now);
  const reminders = reminderRepository(db);
  const people = await reminders.awaitedIn(organism.id, today);
  const [since = null] = people.map((person) => person.since).toSorted((one, other) => +one - +other);
  const remindedAt = await reminders.lastOf(organism.id);
  const isEarly = since !== null && today < remindableOn(since, remindedAt);
  const refusal = since === null ? 'nothing_waits' : isEarly ? 'too_early' : null;
  const waiting = await deciderRepository(db, today).countWaiting('local_administrators', organism.id);
  return { organism, people, waiting, since, remindedAt, refusal };
}

async function tell(
  unit: UnitOfWork,
  { organism, people }: AdministratorsReminder,
  since: Date,
): Promise<void> {
  const today = dayInParis(unit.now);
  const count = await reminderRepository(unit.db).mark(organism.id, today, unit.now);
  unit.record({
    action: 'requests.reminded',
    details: { count, since: dayInParis(since), administrators: people.length },
    organismId: organism.id,
  });
  const about = { organismName: organism.name, organismCode: organism.code };
  await enqueueMessages(
    unit,
    people.map(({ email, firstName, lastName, waiting, ...person }) => {
      const oldest = dayInParis(person.since);
      const days = daysBetween(oldest, today);
      const values = { firstName, lastName, ...about, waiting, since: oldest, days };
      return { template: 'requests-waiting', to: email, values } as const;
    }),
  );
}
