import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { dayInParis } from '../domain/clock.ts';
import type { MessageValues } from '../domain/message.ts';
import { enqueueMessages } from '../mail/outbox.ts';
import { deciderRepository } from '../repositories/deciders.ts';

type Unusual = Pick<MessageValues['unusual-act'], 'cause' | 'person'> & { organism: OrganismName };

/** Tells every administrateur Ucanss of something that a local administrator seldom does. */
export async function tellUcanss(
  unit: UnitOfWork,
  actor: Actor,
  { organism, ...unusual }: Unusual,
): Promise<void> {
  const people = await deciderRepository(unit.db, dayInParis(unit.now)).nationalAdministrators();
  const values = {
    ...{ ...unusual, organismName: organism.name, organismCode: organism.code },
    ...{ by: `${actor.firstName} ${actor.lastName}`, byEmail: actor.email },
  };
  await enqueueMessages(
    unit,
    people.map(({ id, email: to }) => ({ template: 'unusual-act', to, accountId: id, values })),
  );
}
