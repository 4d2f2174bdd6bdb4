import assert from 'node:assert/strict';
import type { Actor } from '../../src/domain/actor.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import type { AccountRow } from '../factories/accounts.ts';
import { first } from './account-stage.ts';
import { createEmailStage } from './email-stage.ts';

const HOUR = 3_600_000;

/** The stage of changes of address, with those who agree to one or refuse it. */
export async function createAgreementStage() {
  const emails = await createEmailStage();
  const { stage, house } = emails;
  const ucanss = await stage.national();

  return {
    ...emails,
    ucanss,
    pass: (hours: number) =>
      stage.clock.set(new Date(stage.clock.now().getTime() + hours * HOUR).toISOString()),

    /** The person, signed in. */
    asActor: (person: AccountRow): Actor => ({
      ...first(house.actors),
      ...{ id: person.id, email: person.email, administers: [] },
    }),

    accept: async (actor: Actor, person: AccountRow) =>
      stage.services.deciding.accept(actor, NATIONAL, {
        requestId: (await emails.requestOf(person)).id,
        endsOn: null,
      }),

    /** A change of somebody's address, asked for by their administrator unless told. */
    async asked(actor?: Actor) {
      const person = await emails.colleague();
      const newEmail = emails.fresh();
      const scope = actor === ucanss ? NATIONAL : house.scope;
      assert.equal((await emails.ask(person, newEmail, actor, scope)).kind, 'asked');
      return { person, newEmail, ...(await emails.links(person)) };
    },
  };
}

export type AgreementStage = Awaited<ReturnType<typeof createAgreementStage>>;
