import assert from 'node:assert/strict';
import type { Actor } from '../../src/domain/actor.ts';
import type { Scope } from '../../src/domain/scope.ts';
import { createLink } from '../../src/security/links.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { next } from '../factories/sequence.ts';
import { createStage, first, type House, type Stage } from './account-stage.ts';

export const PASSWORD = 'une-phrase-de-passe-longue';

/** An organism, and what tests of changes of address ask of it. */
export async function createEmailStage() {
  const stage = await createStage();
  const house: House = await stage.openHouse(1);

  return {
    ...{ stage, house },
    colleague: (fields = {}): Promise<AccountRow> =>
      createAccount(stage.db, { organism: house.organism.id, password: PASSWORD, ...fields }),
    fresh: () => `nouvelle.${next()}@test.fr`,
    ask: (
      person: AccountRow,
      newEmail: string,
      actor: Actor = first(house.actors),
      scope: Scope = house.scope,
    ) => stage.services.emailChange.ask(actor, scope, { accountId: person.id, newEmail }),
    answer: (token: string) => stage.services.emailConfirmation.answer(token),
    refuse: (token: string) => stage.services.emailConfirmation.refuse(token),
    emailOf: async (person: AccountRow): Promise<string> =>
      (await stage.db('accounts').first('email').where({ id: person.id })).email,
    messagesOf: async (person: AccountRow): Promise<[string, string][]> =>
      (await stage.db('messages').where({ account_id: person.id }).orderBy('id')).map(
        ({ template, recipient }) => [template, recipient],
      ),
    requestOf: (person: AccountRow) =>
      stage.db('requests').where({ account_id: person.id, kind: 'address' }).orderBy('id', 'desc').first(),
    /** The number of the change that waits, or null. */
    pendingId: async (person: AccountRow): Promise<number | null> =>
      (await stage.db('email_changes').first('id').where({ account_id: person.id }).whereNull('ended_at'))
        ?.id ?? null,
    links: (person: AccountRow) => linksOf(stage, person),
    /** The messages of the last change have left at this instant. */
    async sent(person: AccountRow, at = stage.clock.now()): Promise<void> {
      await stage
        .db('messages')
        .where({ account_id: person.id })
        .whereIn('template', ['email-mailbox', 'email-agreement'])
        .update({ status: 'sent', sent_at: at });
    },
  };
}

export type EmailStage = Awaited<ReturnType<typeof createEmailStage>>;

/** What makes the links of the last change of somebody, as the job does when their messages leave. */
async function linksOf(stage: Stage, person: AccountRow) {
  const change = await stage
    .db('email_changes')
    .where({ account_id: person.id })
    .orderBy('id', 'desc')
    .first();
  assert.ok(change, 'a change was asked for');
  const subject = { accountId: person.id, emailChangeId: change.id };
  return {
    mailbox: () => createLink(stage.db, 'email_mailbox', subject, stage.clock.now()),
    agreement: () => createLink(stage.db, 'email_agreement', subject, stage.clock.now()),
  };
}
