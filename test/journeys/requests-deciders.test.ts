import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { readCsv } from '../tools/files.ts';
import { useManagement } from './management-stage.ts';

const PENDING = '/gestion/demandes/en-cours';
const PASSWORD = 'une-phrase-de-passe-longue';
const RESERVED = 'energie-administrateur';

describe('whom requests wait for, and for how long', () => {
  const stage = useManagement();

  const names = async (agent: Agent, query: string) =>
    (await agent.get(`${PENDING}?${query}`)).column('Nom').toSorted();
  const files = async (agent: Agent, query: string) =>
    readCsv((await agent.get(`${PENDING}.csv?${query}`)).bytes)
      .slice(1)
      .map(([name]) => name)
      .toSorted();
  const menu = async (agent: Agent, query = '') => {
    const page = await agent.get(PENDING + query);
    const link = page
      .$('nav[aria-label="Menu principal"] a')
      .toArray()
      .map((each) => page.$(each));
    const entry = link.find((each) => each.children().first().text() === 'En cours');
    entry?.find('[aria-hidden]').remove();
    return entry?.text().replace(/\s+/g, ' ').trim();
  };

  test('R21 each line says since when it waits, beside the date and out of its text', async () => {
    const account = await createAccount(stage.portal.db, { last_name: 'ATTENDUE' });
    const asked = (submitted_at: string) => createRequest(stage.portal.db, { account, submitted_at });
    const id = await asked('2026-11-21T22:30:00Z');
    const shown = async () => {
      const page = await stage.local.get(`${PENDING}?q=attendue`);
      const tag = page.$('td[data-label="Date de la demande"] .tag');
      return [page.column('Date de la demande')[0], tag.attr('aria-label'), tag.hasClass('tag-warning')];
    };
    for (const [submitted_at, date, said, late] of [
      ['2026-11-22T08:00:00Z', '22/11/2026', 'aujourd’hui', false],
      ['2026-11-21T22:30:00Z', '21/11/2026', '1\u00a0jour', false],
      ['2026-11-12T10:00:00Z', '12/11/2026', '10\u00a0jours', false],
      ['2026-11-10T10:00:00Z', '10/11/2026', '12\u00a0jours', true],
    ] as const) {
      await stage.portal.db('requests').where({ id }).update({ submitted_at });
      assert.deepEqual(
        (await shown()).map((part) => String(part).replace(/\s/g, ' ')),
        [...[date, said.replace(/\s/g, ' '), String(late)]],
      );
    }
  });

  test('« plus de 10 jours » narrows the page and its files; another value is refused in a sentence', async () => {
    for (const [last_name, submitted_at] of [
      ['VIEILLIE', '2026-11-11T22:59:00Z'],
      ['VIEILLIEPAS', '2026-11-11T23:01:00Z'],
    ] as const) {
      const account = await createAccount(stage.portal.db, { last_name });
      await createRequest(stage.portal.db, { account, submitted_at });
    }
    assert.deepEqual(await names(stage.local, 'q=vieillie'), ['VIEILLIE', 'VIEILLIEPAS']);
    for (const found of [names, files])
      assert.deepEqual(await found(stage.local, 'q=vieillie&age=plus-de-10-jours'), ['VIEILLIE']);
    const wrong = await stage.local.get(`${PENDING}?q=vieillie&age=moins`);
    assert.match(wrong.notices.join(), /Ancienneté : cette valeur est inconnue, toutes sont affichées/);
    assert.equal((await stage.local.get(`${PENDING}.csv?age=moins`)).status, 422);
    const none = await stage.local.get(`${PENDING}?q=vieilliepas&age=plus-de-10-jours`);
    assert.match(none.text, /Aucune demande ne correspond/);
  });

  test('P1, P3 « À décider par » narrows the page and its files, for each profile', async () => {
    const { db } = stage.portal;
    const me = await accountOf(db, 'wtestportail@test.fr');
    const organism = await createOrganism(db);
    const ask = async (
      last_name: string,
      fields: { role?: string; requested_by?: number; organism?: number },
    ) => {
      const { organism: of, ...columns } = fields;
      const account = await createAccount(db, { last_name, ...(of ? { organism: of } : {}) });
      await createRequest(db, { account, ...columns });
    };
    await ask('ATTRIBUÉE', {});
    await ask('ATTRIBUÉERESERVEE', { role: RESERVED });
    await ask('ATTRIBUÉEPARMOI', { requested_by: me.id });
    await ask('ATTRIBUÉEORPHELINE', { organism: organism.id });
    for (const [agent, decider, expected] of [
      ['local', 'moi', ['ATTRIBUÉE']],
      ['other', 'moi', ['ATTRIBUÉE', 'ATTRIBUÉEPARMOI']],
      ['local', 'ucanss', ['ATTRIBUÉERESERVEE']],
      ['local', 'administrateur-local', ['ATTRIBUÉE', 'ATTRIBUÉEPARMOI']],
      ['national', 'moi', ['ATTRIBUÉEORPHELINE', 'ATTRIBUÉERESERVEE']],
      ['national', 'ucanss', ['ATTRIBUÉEORPHELINE', 'ATTRIBUÉERESERVEE']],
      ['national', 'administrateur-local', ['ATTRIBUÉE', 'ATTRIBUÉEPARMOI']],
      ['auditor', 'moi', []],
      ['auditor', 'ucanss', ['ATTRIBUÉEORPHELINE', 'ATTRIBUÉERESERVEE']],
    ] as const) {
      const query = `q=attribuee&decideur=${decider}&tri=role`;
      for (const found of [names, files])
        assert.deepEqual(await found(stage[agent], query), [...expected], `${agent} ${decider}`);
    }
  });

  test('F6, P1 each line names who can decide it; where nobody of the organism can, it says so', async () => {
    const { db } = stage.portal;
    const me = await accountOf(db, 'wtestportail@test.fr');
    const organism = await createOrganism(db);
    const account = await createAccount(db, { last_name: 'NOMMÉE', organism: organism.id });
    await grant(db, account, 'administrateur-local', { organism: organism.code });
    await createRequest(db, { account });
    const said = async (agent: Agent) => (await agent.get(`${PENDING}?q=nommee`)).texts('main .deciders');
    assert.deepEqual(await said(stage.national), [
      'Personne ne peut décider dans l’organisme : l’Ucanss en décide',
    ]);
    const { id } = await stage.ask('NOMMÉEICI');
    assert.deepEqual(await said(stage.local), ['Peuvent décider : Maud SUPPLÉANTE, Welcome TESTPORTAIL']);
    await db('requests').where({ id }).update({ requested_by: me.id });
    assert.deepEqual(await said(stage.local), ['Décide : Maud SUPPLÉANTE']);
    await stage.ask('NOMMÉERESERVEE', RESERVED);
    assert.deepEqual((await said(stage.local)).toSorted(), ['Décide : Maud SUPPLÉANTE', 'Décide : l’Ucanss']);
  });

  test('R5, P1, P3 the badge counts what one can decide, and says in grey what others do', async () => {
    const { db } = stage.portal;
    const organism = await createOrganism(db);
    const [one, other] = [
      await createAccount(db, { organism: organism.id, password: PASSWORD }),
      await createAccount(db, { organism: organism.id }),
    ];
    await grant(db, one, 'administrateur-local', { organism: organism.code });
    const agent = createAgent(stage.portal);
    await agent.signIn(one.email, PASSWORD);
    const about = `?perimetre=${organism.code}`;
    assert.equal(await menu(agent), 'En cours');
    await createRequest(db, { account: other, role: RESERVED });
    assert.equal(await menu(agent), 'En cours 1 à décider par l’Ucanss');
    await createRequest(db, { account: other });
    await createRequest(db, { account: other, role: 'marches-lecteur' });
    assert.equal(await menu(agent), 'En cours (2 demandes à décider) et 1 à décider par l’Ucanss');
    assert.equal(
      await menu(stage.national, about),
      'En cours (1 demande à décider) et 2 à décider par les administrateurs locaux',
    );
    assert.equal(await menu(stage.auditor, about), 'En cours 3 en cours');
    // One's own is decided by Ucanss, where nobody else can.
    await createRequest(db, { account: one });
    assert.equal(await menu(agent), 'En cours (2 demandes à décider) et 2 à décider par l’Ucanss');
    assert.equal(
      await menu(stage.national, about),
      'En cours (2 demandes à décider) et 2 à décider par les administrateurs locaux',
    );
    agent.close();
  });

  test('R5 in all organisms, Ucanss counts what it decides as the filter does', async () => {
    const count = async (decider: string) => {
      const page = await stage.national.get(`${PENDING}?decideur=${decider}`);
      return /(\d+) demande/.exec(page.texts('.page-summary').join())?.[1] ?? '0';
    };
    const [mine, others] = [await count('moi'), await count('administrateur-local')];
    assert.ok(Number(mine) > 0 && Number(others) > 0);
    assert.match(
      (await menu(stage.national)) ?? '',
      new RegExp(`^En cours \\(${mine} demandes? à décider\\) et ${others} `),
    );
  });

  test('R23 decided requests are sorted by the day of their decision', async () => {
    const { db } = stage.portal;
    const decider = await accountOf(db, 'suppleante@caf39.caf.fr');
    for (const [rank, decided_at] of ['2026-10-05T10:00:00Z', '2026-10-01T10:00:00Z'].entries()) {
      const account = await createAccount(db, { last_name: `RANGÉE${rank}` });
      await createRequest(db, { account, status: 'accepted', decided_at, decided_by: decider.id });
    }
    const sorted = async (way: string) =>
      (await stage.local.get(`/gestion/demandes/accepte?q=rangee&tri=decision&sens=${way}`)).column('Nom');
    assert.deepEqual(await sorted('asc'), ['RANGÉE1', 'RANGÉE0']);
    assert.deepEqual(await sorted('desc'), ['RANGÉE0', 'RANGÉE1']);
  });
});
