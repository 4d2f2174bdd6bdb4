import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/clock.ts';
import type { MessageValues } from '../domain/message.ts';
import { enqueueMessages } from '../mail/outbox.ts';
import { deciderRepository } from '../repositories/deciders.ts';

type Values = MessageValues['unusual-act'];
type Unusual = Pick<Values, 'cause' | 'organismName' | 'person'>;

/** Tells every administrateur Ucanss of something that a local administrator seldom does. */
export const tellUcanss = (unit: UnitOfWork, actor: Actor, unusual: Unusual): Promise<void> =>
  tellUcanssOf(unit, { ...unusual, by: `${actor.firstName} ${actor.lastName}`, byEmail: actor.email });

/** The same, whoever did it. */
export async function tellUcanssOf(unit: UnitOfWork, values: Values): Promise<void> {
  const people = await deciderRepository(unit.db, dayInParis(unit.now)).nationalAdministrators();
  await enqueueMessages(
    unit,
    people.map(({ id, email: to }) => ({ template: 'unusual-act', to, accountId: id, values })),
  );
}
