import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { MessageValues } from '../domain/message.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { enqueueMessages } from '../repositories/outbox.ts';

type Values = MessageValues['unusual-act'];
type Unusual = Pick<Values, 'cause' | 'person'> & { organism: OrganismName };

/** Tells every administrateur Ucanss of something that a local administrator seldom does. */
export const tellUcanss = (unit: UnitOfWork, actor: Actor, unusual: Unusual): Promise<void> =>
  tellUcanssOf(unit, { ...unusual, by: `${actor.firstName} ${actor.lastName}`, byEmail: actor.email });

/** The same, whoever did it. */
export async function tellUcanssOf(
  unit: UnitOfWork,
  { organism, ...unusual }: Unusual & Pick<Values, 'by' | 'byEmail'>,
): Promise<void> {
  const people = await deciderRepository(unit.db, dayInParis(unit.now)).nationalAdministrators();
  const values = { ...unusual, organismName: organism.name, organismCode: organism.code };
  await enqueueMessages(
    unit,
    people.map(({ id, email: to }) => ({ template: 'unusual-act', to, accountId: id, values })),
  );
}
