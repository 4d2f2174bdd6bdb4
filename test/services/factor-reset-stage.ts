import { NATIONAL } from '../../src/domain/scope.ts';
import { createLink } from '../../src/security/links.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createFactors } from '../factories/factors.ts';
import { createStage } from './account-stage.ts';

const HOUR = 3_600_000;

/** People with a second factor, and what resets it. */
export async function createResetStage() {
  const stage = await createStage();
  const { db, clock, services } = stage;
  const resets = { ...services.factorResets, ...services.factorResetAnswers };
  const ucanss = await stage.national();
  // The last administrateur Ucanss stays.
  await stage.national();

  const factorsOf = async ({ id }: { id: number }): Promise<string[]> => {
    const live = { account_id: id, ended_at: null };
    return [
      ...(await db('authenticators').where(live).pluck('secret')).map(String),
      ...(await db('passkeys').where(live).pluck('name')),
      ...(await db('recovery_codes').where(live).pluck('code_hash')),
    ].sort();
  };

  return {
    ...{ stage, db, clock, resets, ucanss, factorsOf },
    pass: (hours: number) => clock.set(new Date(clock.now().getTime() + hours * HOUR).toISOString()),

    /** Somebody of an organism of their own, with its administrator. */
    async person(fields = {}) {
      const house = await stage.openHouse(2);
      const person = await createAccount(db, { organism: house.organism.id, password: 'x', ...fields });
      await createFactors(db, person);
      return { ...house, person };
    },

    /** The same, who administers it: a reset waits. */
    async trusted() {
      const house = await this.person();
      const actor = await stage.appoint(house.organism, house.person);
      const asked = await resets.ask(ucanss, NATIONAL, { accountId: actor.id, reason: 'Téléphone perdu' });
      return { ...house, asked };
    },

    resetOf: ({ id }: { id: number }) =>
      db('factor_resets').where({ account_id: id }).orderBy('id', 'desc').first(),

    /** The link of the last reset, as the job makes it when its message leaves. */
    async link(person: AccountRow): Promise<string> {
      const { id } = await db('factor_resets')
        .where({ account_id: person.id })
        .orderBy('id', 'desc')
        .first('id');
      return createLink(db, 'factor_reset', { accountId: person.id, factorResetId: id }, clock.now());
    },

    /** What was told to whom of a person, in order. */
    messagesOf: async ({ id }: { id: number }): Promise<[string, string][]> =>
      (await db('messages').where({ account_id: id }).orderBy('id')).map(({ template, recipient, data }) => [
        data.outcome ? `${template} ${data.outcome}` : template,
        recipient,
      ]),
  };
}
