import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountOf } from '../factories/accounts.ts';
import type { Agent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { eventually } from '../tools/eventually.ts';
import type { Page } from '../tools/page.ts';
import { PASSWORD, useSecondFactors } from './second-factor-stage.ts';

interface Person {
  id: number;
  email: string;
}

type Send = () => Promise<Page>;

const SECURITY = '/mes-informations/securite';

describe('R89: a session that ends as it gets another identifier, or opens, has no successor', () => {
  const stage = useSecondFactors();

  const sessionsOf = async ({ id }: Person): Promise<number> =>
    (await stage.db('sessions').where({ account_id: id })).length;

  /** Sends each once the one before waits for the account, or for its sessions; then lets them go, in that order. */
  async function inOrder(
    { id }: Person,
    sends: readonly Send[],
    meanwhile?: (db: typeof stage.db) => unknown,
  ) {
    const held = await stage.db.transaction();
    await held.raw('SELECT 1 FROM accounts WHERE id = ? FOR UPDATE', [id]);
    await held.raw(
      `SELECT 1 FROM sessions WHERE account_id = ? OR (sess -> 'half' ->> 'accountId')::bigint = ? FOR UPDATE`,
      [id, id],
    );
    const waiting = async () => {
      const { rows } = await stage.db.raw(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length;
    };
    const answers: Promise<Page>[] = [];
    try {
      for (const send of sends) {
        answers.push(send());
        await eventually(async () => (await waiting()) >= answers.length, 20);
      }
      await meanwhile?.(held);
    } finally {
      await held.commit();
    }
    return Promise.all(answers);
  }

  const enrolledFor = async () => ({ ...(await stage.enrolled()), closer: await closing() });

  /** Somebody who closes the sessions of a person. */
  async function closing(): Promise<(person: Person) => Promise<Send>> {
    const ucanss = stage.newAgent();
    await stage.passwordOf(ucanss, await accountOf(stage.db, 'national@ucanss.fr'));
    return async ({ id }) => {
      const page = await ucanss.get(`/gestion/comptes/${id}/sessions`);
      return () => ucanss.submit(page, 'Confirmer', { motif: 'Essai' });
    };
  }

  /** Each of what renews a session, or opens it from a half one, ready to be sent. */
  const RENEWALS: Record<string, (agent: Agent, person: Person, key: string) => Promise<Send>> = {
    async identity(agent, person, key) {
      await stage.forget(person);
      const asked = await agent.follow(await agent.get(`${SECURITY}/mot-de-passe`));
      assert.equal(asked.heading, 'Confirmez votre identité');
      return () => agent.submit(asked, 'Continuer', { facteur: stage.codeOf(key) });
    },
    async password(agent) {
      const page = await agent.get(`${SECURITY}/mot-de-passe`);
      const password = 'girafe-bleue-77-tracteur';
      return () => agent.submit(page, 'Enregistrer', { actuel: PASSWORD, password, confirmation: password });
    },
    async application(agent) {
      const page = await agent.get(`${SECURITY}/application`);
      const another = page.texts('.secret-key').join('').replace(/\s/g, '');
      return () => agent.submit(page, 'Valider', { facteur: stage.codeOf(another) });
    },
    async 'second step'(agent, person, key) {
      await stage.signOut(agent);
      const step = await stage.passwordOf(agent, person);
      return () => agent.submit(step, 'Valider', { facteur: stage.codeOf(key) });
    },
  };

  for (const [what, prepare] of Object.entries(RENEWALS))
    for (const first of ['renewal', 'end'] as const)
      test(`${what}, ${first} first: closed by an administrator, it is closed`, async () => {
        const { person, agent, key, closer } = await enrolledFor();
        const [renewal, end] = [await prepare(agent, person, key), await closer(person)];
        const sends = first === 'renewal' ? [renewal, end] : [end, renewal];
        const answers = await inOrder(person, sends);
        assert.ok(allOf(answers, ({ status }) => [303, 403].includes(status)));
        assert.equal(await sessionsOf(person), 0);
        assert.notEqual((await agent.follow(await agent.get(SECURITY))).heading, 'Ma sécurité');
      });

  for (const first of ['renewal', 'end'] as const)
    test(`identity, ${first} first: signed out in another tab, or closed from another session, it is closed`, async () => {
      const { person, agent, key } = await stage.enrolled();
      const renewal = await RENEWALS.identity?.(agent, person, key);
      const _csrf = await agent.token();
      const signOut = () => agent.post('/deconnexion', { _csrf });
      assert.ok(renewal);
      await inOrder(person, first === 'renewal' ? [renewal, signOut] : [signOut, renewal]);
      assert.equal(await sessionsOf(person), 0);
    });

  test('who one is, shown three times at once by one browser: one session', async () => {
    const { person, agent } = await stage.signedIn();
    await stage.forget(person);
    const pages = await Promise.all(
      [1, 2, 3].map(async () => agent.follow(await agent.get(`${SECURITY}/mot-de-passe`))),
    );
    const sends = pages.map((page) => () => agent.submit(page, 'Continuer', { password: PASSWORD }));
    const answers = await inOrder(person, sends);
    assert.deepEqual(
      new Set(answers.map(({ headers }) => headers.location)),
      new Set([`${SECURITY}/mot-de-passe`]),
    );
    assert.equal(await sessionsOf(person), 1);
    assert.equal((await agent.get(`${SECURITY}/mot-de-passe`)).heading, 'Changer de mot de passe');
    const confirmed = (await stage.eventsOf(person)).filter((action) => action === 'identity.confirmed');
    assert.equal(confirmed.length, 1);
  });

  /** Who one is, asked before a page, and the same form of it sent as often as one likes. */
  async function asked() {
    const { person, agent, key } = await stage.enrolled();
    await stage.forget(person);
    const page = await agent.follow(await agent.get(`${SECURITY}/mot-de-passe`));
    const facteur = stage.codeOf(key);
    return { person, agent, send: () => agent.submit(page, 'Continuer', { facteur }) };
  }

  test('the same form sent twice at once leads to the same page, in one session', async () => {
    const { person, agent, send } = await asked();
    for (const answer of await Promise.all([send(), send()]))
      assert.equal((await agent.follow(answer)).heading, 'Changer de mot de passe');
    assert.equal(await sessionsOf(person), 1);
  });

  test('the same form that comes after the session got another identifier was done, and is not done again', async () => {
    const { person, agent, send } = await asked();
    const former = agent.cookies();
    await send();
    const renewed = agent.cookies();
    agent.borrowCookies(former);
    const late = await send();
    assert.match(late.headers.location ?? '', /^\/connexion\?.*&fin=faite$/);
    agent.borrowCookies(renewed);
    assert.equal(
      (await agent.follow(late)).heading,
      'Changer de mot de passe',
      'in by the session that followed',
    );
    assert.equal(await sessionsOf(person), 1);
  });

  test('the password changed at once in three sessions: in one, and the others are closed', async () => {
    const person = await stage.newPerson();
    const words = ['girafe-bleue-77-tracteur', 'cactus-orange-12-velours', 'bouleau-mauve-58-galaxie'];
    const changes = await Promise.all(
      words.map(async (password) => {
        const agent = stage.newAgent();
        await stage.passwordOf(agent, person);
        const page = await agent.get(`${SECURITY}/mot-de-passe`);
        return () =>
          agent.submit(page, 'Enregistrer', { actuel: PASSWORD, password, confirmation: password });
      }),
    );
    const answers = await inOrder(person, changes);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [303, 403, 403],
    );
    assert.match(answers[1]?.texts('main').join() ?? '', /rien n’a été fait/);
    assert.equal(await sessionsOf(person), 1);
    const [winner = ''] = words;
    assert.notEqual((await stage.passwordOf(stage.newAgent(), person, winner)).heading, 'Connexion');
  });

  test('a password that was changed while it opened a session opens none', async () => {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    const send = () => agent.post('/connexion', { email: person.email, password: PASSWORD });
    const [answer] = await inOrder(person, [send], (db) =>
      db('credentials').where({ account_id: person.id }).update({ changed_at: new Date() }),
    );
    assert.equal(answer?.status, 403);
    assert.match(answer?.texts('main').join() ?? '', /rien n’a été ouvert/);
    assert.equal(await sessionsOf(person), 0);
    assert.ok(!(await stage.eventsOf(person)).includes('sign_in.succeeded'));
  });

  test('recovery codes that others have replaced meanwhile are shown no more', async () => {
    const { person, agent, codes } = await stage.enrolled();
    const other = stage.newAgent();
    await stage.passwordOf(other, person);
    await other.submit(await other.get('/connexion/second-facteur'), 'Valider', { facteur: codes[0] ?? '' });
    const ask = async (browser: Agent) => browser.submit(await stage.askNewCodes(browser), 'Confirmer');
    const first = await ask(agent);
    const shown = await other.follow(await ask(other));
    assert.equal(stage.codesOn(shown).length, 10);
    const over = await agent.follow(first);
    assert.equal(over.heading, 'Ma sécurité');
    assert.deepEqual(stage.codesOn(over), []);
  });
});
