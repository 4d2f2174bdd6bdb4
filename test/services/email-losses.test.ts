import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import type { House, Stage } from './account-stage.ts';
import { createEmailStage, type EmailStage, PASSWORD } from './email-stage.ts';

interface Asked {
  own: House;
  asker: Actor;
  other: Actor;
  person: AccountRow;
  mailbox: string;
  agreement: string;
}

/** A right is lost between asking for an address and the last answer: whatever the answer, nothing is changed (P10). */
describe('P10: who asked for an address loses the right to', () => {
  let emails: EmailStage;
  let stage: Stage;
  let ucanss: Actor;
  before(async () => {
    emails = await createEmailStage();
    ({ stage } = emails);
    ucanss = await stage.national();
  });
  beforeEach(() => stage.db('rate_limits').delete());
  after(() => stage.drop());

  async function ask(actor?: Actor): Promise<Asked> {
    const own = await stage.openHouse(2);
    const [asker, other] = own.actors;
    assert.ok(asker && other);
    const person = await createAccount(stage.db, { organism: own.organism.id, password: PASSWORD });
    const by = actor ?? asker;
    const asked = await emails.ask(person, emails.fresh(), by, actor ? NATIONAL : own.scope);
    assert.equal(asked.kind, 'asked');
    const links = await emails.links(person);
    const tokens = { mailbox: await links.mailbox(), agreement: await links.agreement() };
    return { own, asker: by, other, person, ...tokens };
  }

  const endRights = (account: { id: number }) =>
    stage
      .db('assignments')
      .where({ account_id: account.id })
      .update({ ended_at: stage.clock.now(), end_kind: 'removed' });
  const deactivate = ({ asker, other, own }: Asked) =>
    stage.services.accounts.deactivate(other, own.scope, { accountId: asker.id, reason: 'Départ' });

  const LOSSES: Record<string, (asked: Asked) => Promise<unknown>> = {
    'by losing the delegation': ({ asker }) => endRights(asker),
    'by losing it here, though not elsewhere': async ({ asker }) => {
      const { organism } = await stage.openHouse(1);
      await endRights(asker);
      return grant(stage.db, asker, 'administrateur-local', { organism: organism.code });
    },
    'by its end date': ({ asker }) =>
      stage.db('assignments').where({ account_id: asker.id }).update({ ends_on: '2020-01-01' }),
    'by being deactivated': deactivate,
    'by being attached elsewhere': async ({ asker }) =>
      stage.services.attaching.attach(ucanss, (await stage.openHouse(1)).scope, asker.id),
    'by the person becoming more than they are': ({ person }) => grant(stage.db, person, 'auditeur'),
    'by the person administering another organism': async ({ person }) =>
      stage.appoint((await stage.openHouse(1)).organism, person),
  };

  /** What is said first, and the last answer, which would do it. */
  const ANSWERS: Record<string, [(asked: Asked) => Promise<unknown>, (asked: Asked) => Promise<unknown>]> = {
    'the link of the new mailbox': [
      ({ agreement }) => emails.answer(agreement),
      ({ mailbox }) => emails.answer(mailbox),
    ],
    'the link of the present address': [
      ({ mailbox }) => emails.answer(mailbox),
      ({ agreement }) => emails.answer(agreement),
    ],
    'the person, signed in': [
      ({ mailbox }) => emails.answer(mailbox),
      async ({ own, person }) =>
        stage.services.ownEmailAnswers.agree(
          { ...(own.actors[0] as Actor), ...{ id: person.id, administers: [] } },
          await emails.pendingId(person),
        ),
    ],
    'an administrateur Ucanss': [
      ({ mailbox }) => emails.answer(mailbox),
      async ({ person }) =>
        stage.services.deciding.accept(ucanss, NATIONAL, {
          requestId: (await emails.requestOf(person)).id,
          endsOn: null,
        }),
    ],
  };

  for (const [loss, lose] of Object.entries(LOSSES)) {
    for (const [who, [before, last]] of Object.entries(ANSWERS)) {
      test(`${loss}: … ${who} changes nothing, and that is traced`, async () => {
        const asked = await ask();
        await before(asked);
        await lose(asked);
        // Their rights changed under a session that was open: the act is refused, or does nothing.
        await last(asked).catch((error: Error) => assert.equal(error.constructor.name, 'Forbidden'));
        await stage.services.emailConfirmation.settle();
        assert.equal(await emails.emailOf(asked.person), asked.person.email);
        assert.equal((await emails.requestOf(asked.person)).status, 'cancelled');
        const ends = (await stage.eventsOf(asked.person)).filter(
          ([action]) => action === 'account.email_change_cancelled',
        );
        assert.deepEqual(
          ends.map(([, details]) => (details as { cause: string }).cause),
          ['asker'],
        );
        assert.notEqual(((await emails.answer(asked.mailbox)) as { kind: string }).kind, 'changed');
      });
    }
  }

  const REGAINED: Record<string, (asked: Asked) => Promise<unknown>> = {
    'the delegation was given back': async ({ asker, other, own }) => {
      const { delegations } = stage.services;
      const order = { accountId: asker.id, reason: '' };
      await delegations.remove(other, own.scope, order);
      return delegations.grant(other, own.scope, { ...order, endsOn: null });
    },
    'the account was opened again': async (asked) => {
      await deactivate(asked);
      const order = { accountId: asked.asker.id, reason: '' };
      return stage.services.accounts.reactivate(asked.other, asked.own.scope, order);
    },
  };
  for (const [how, regain] of Object.entries(REGAINED)) {
    test(`what ended then stays so, though ${how}`, async () => {
      const asked = await ask();
      await emails.answer(asked.mailbox);
      await regain(asked);
      assert.equal((await emails.requestOf(asked.person)).status, 'cancelled', 'at once');
      assert.deepEqual(await emails.answer(asked.agreement), { kind: 'ended' });
      assert.equal(await emails.emailOf(asked.person), asked.person.email);
    });
  }

  test('silence agrees to nothing that Ucanss asked and could not ask any more', async () => {
    const former = await stage.national();
    const asked = await ask(former);
    await emails.answer(asked.mailbox);
    await emails.sent(asked.person, new Date(stage.clock.now().getTime() - 50 * 3_600_000));
    await endRights(former);
    await stage.services.emailConfirmation.settle();
    assert.equal(await emails.emailOf(asked.person), asked.person.email);
    assert.equal((await emails.requestOf(asked.person)).status, 'cancelled');
  });
});
