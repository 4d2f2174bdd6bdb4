import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { type Cable, createCable } from '../tools/cable.ts';
import { eventually } from '../tools/eventually.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const UCANSS = 'national@ucanss.fr';
const CHECK = 'Vérifier ce qui a été enregistré';
const PERHAPS = /Votre action a peut-être été enregistrée : vérifiez avant de recommencer/;

describe('an act while the database goes away', () => {
  let portal: TestPortal;
  let cable: Cable | undefined;
  let agent: Agent;
  let person: AccountRow;
  let confirmation: Page;

  before(async () => {
    portal = await startTestPortal({
      limits: { drain: 500 },
      databaseUrl: async (real) => {
        cable = await createCable(real);
        return cable.url;
      },
    });
    agent = createAgent(portal);
    await agent.signIn(UCANSS);
    await portal.db.raw(`
      CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.first_name = 'Lente' THEN PERFORM pg_sleep(1); END IF; RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER slowly AFTER UPDATE ON accounts DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION slowly()`);
  });
  afterEach(async () => {
    cable?.repair();
    await eventually(async () => (await agent.get('/mes-informations')).status === 200);
  });
  after(async () => {
    agent?.close();
    cable?.repair();
    await portal?.stop();
    cable?.close();
  });

  /** The page before a deactivation; the COMMIT of « Lente » takes a second. */
  async function prepare(firstName: string): Promise<void> {
    person = await createAccount(portal.db, { first_name: firstName });
    confirmation = await agent.get(`/gestion/comptes/${person.id}/desactivation?perimetre=CAF-391`);
    assert.equal(confirmation.status, 200);
  }
  const confirm = () => agent.submit(confirmation, 'Confirmer', { motif: 'Départ' });

  const isActive = async (): Promise<boolean> =>
    (await portal.db('accounts').first('active').where({ id: person.id })).active;

  async function activity(condition: string): Promise<number> {
    const { rows } = await portal.db.raw(
      `SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND ${condition}`,
    );
    return Number(rows[0].count);
  }

  function assertPage(page: Page, said: RegExp): void {
    assert.equal(page.status, 503);
    assert.equal(page.heading, 'Service momentanément indisponible');
    assert.match(page.notices.join(), said);
    assert.ok(Number(page.headers['retry-after']) > 0);
  }

  test('whose COMMIT is not answered: the page says that it may be done, and leads to the record', async () => {
    await prepare('Lente');
    const answer = confirm();
    await eventually(async () => (await activity(`wait_event = 'PgSleep'`)) > 0);
    cable?.cut();
    const page = await answer;
    assertPage(page, PERHAPS);
    const links = page.$('main a').toArray();
    assert.equal(page.$(links[0]).text().trim(), CHECK);
    assert.equal(page.$(links[0]).attr('href'), `/gestion/comptes/${person.id}?perimetre=CAF-391`);
    // It is done, unless the server found the client gone first, which it looks for every two seconds: whole or not at all.
    await eventually(async () => (await activity(`wait_event = 'PgSleep'`)) === 0);
    const told = portal.db('audit_events').where({ subject_account_id: person.id });
    await eventually(async () => {
      const [event] = await told.clone().where({ action: 'account.deactivated' }).select('id');
      return (event !== undefined) === !(await isActive());
    });
  });

  test('that never came to its COMMIT: the page says that it is not done', async () => {
    await prepare('Bloquée');
    await portal.db.transaction(async (lock) => {
      await lock('accounts').where({ id: person.id }).forUpdate();
      const page = await confirm();
      assertPage(page, /Votre action n’a pas été faite/);
      assert.ok(!page.texts('main a').includes(CHECK));
    });
    assert.equal(await isActive(), true);
  });

  test('that could not even be begun: the page says that it is not done', async () => {
    await prepare('Coupée');
    cable?.cut();
    assertPage(await confirm(), /Votre action n’a pas été faite/);
    assert.equal(await isActive(), true);
  });

  test('that can be done again without harm, or a page: it is only said to try again', async () => {
    cable?.cut();
    assertPage(await agent.get('/gestion/etat'), /^Le portail ne peut pas joindre ses données/);
  });

  test('and that is silent does not keep the portal from stopping', async () => {
    const beside = await startTestPortal({
      beside: portal,
      limits: { drain: 500 },
      databaseUrl: () => cable?.url ?? '',
    });
    const other = createAgent(beside);
    await other.signIn('intercaf@caf.fr');
    cable?.freeze();
    const began = performance.now();
    const answer = other.get('/gestion/etat').catch((error: Error) => error);
    await beside.stop();
    assert.ok(performance.now() - began < 30_000);
    await answer;
    other.close();
  });
});
