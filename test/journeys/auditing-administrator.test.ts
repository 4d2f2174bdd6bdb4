import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { maker } from './access-people.ts';
import type { Case, Outcome } from './access-rows.ts';
import { EXPECTED } from './access-table.ts';

const PASSWORD = 'une-phrase-de-passe-longue';
const FILE = /\.(xlsx|pdf|csv)$/;

/** Of the table, the cases that name something that exists, of pages of management: files are read by an auditor anyway. */
const CASES = [...EXPECTED]
  .filter(([name]) => / \/gestion/.test(name) && !FILE.test(name))
  .flatMap(([name, { cases }]) => cases.map((each) => ({ name, each })))
  .filter(({ each: { path } }) => path === undefined || path.includes('$') || path === '5');

/** In the organism that they administer they are its administrator, and the auditor of what Ucanss alone has. */
const atHome = ({ row }: Case): Outcome =>
  row.administrator === 'refused' ? row.auditor : row.administrator;

describe('who audits the country and administers one organism', () => {
  let portal: TestPortal;
  let agent: Agent;
  let own: AccountRow;
  let token: string;
  let make: ReturnType<typeof maker>;

  before(async () => {
    portal = await startTestPortal();
    own = await createAccount(portal.db, { password: PASSWORD, last_name: 'DOUBLE' });
    await grant(portal.db, own, 'auditeur');
    await grant(portal.db, own, 'administrateur-local', { organism: 'CAF-391' });
    agent = createAgent(portal);
    await agent.signIn(own.email, PASSWORD);
    token = await agent.token();
    make = maker(portal, () => own);
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  /** Asks for a case in an organism, or in all of them, of what is there. */
  async function ask(name: string, each: Case, perimetre: string): Promise<Outcome | string> {
    const as = perimetre === 'CPAM-391' ? 'otherAdministrator' : 'administrator';
    const [method = '', path = ''] = name.split(' ');
    const words: string[] = [];
    for (const word of each.path?.split('/') ?? []) words.push(await make(word, as));
    const fields: Record<string, string> = {};
    for (const [field, word] of Object.entries(each.fields ?? {})) fields[field] = await make(word, as);
    const address = path.replace(/:\w+/g, () => words.shift() ?? '');
    const sent = { _csrf: token, organisme: perimetre, motif: 'Essai', ...fields };
    const answer =
      method === 'GET'
        ? await agent.get(`${address}?${new URLSearchParams({ perimetre, ...fields })}`)
        : await agent.post(`${address}?perimetre=${perimetre}`, sent);
    if ([200, 302, 303, 409, 422].includes(answer.status)) return 'answer';
    if (answer.status === 403) return 'refused';
    return answer.status === 404 ? 'unknown' : `status ${answer.status}`;
  }

  async function faults(perimetre: string, expected: (each: Case) => Outcome): Promise<string[]> {
    const wrong: string[] = [];
    // A draft is of one organism.
    for (const { name, each } of CASES.filter(
      ({ each: { path } }) => perimetre !== 'tous' || path !== '$draft',
    )) {
      const [got, wanted] = [await ask(name, each, perimetre), expected(each)];
      if (got !== wanted) wrong.push(`${name} ${each.path ?? ''} in ${perimetre}: ${got}, not ${wanted}`);
    }
    return wrong;
  }

  const doneBy = () =>
    portal
      .db('audit_events')
      .join('organisms', 'organisms.id', 'audit_events.organism_id')
      .where({ actor_account_id: own.id })
      .whereNotIn('action', ['sign_in.succeeded', 'access.refused', 'search.outside', 'search.person_told'])
      .distinct()
      .pluck('code');

  test('over all organisms they read as an auditor, and change nothing', async () => {
    assert.ok(CASES.length > 80, `${CASES.length} cases`);
    assert.deepEqual(await faults('tous', ({ row }) => row.auditor), []);
    assert.deepEqual(await doneBy(), []);
  });

  test('in another organism too', async () => {
    // A page of one organism shows nobody of another.
    const expected = ({ path, row }: Case) =>
      path?.startsWith('$strange') && row.auditor === 'answer' ? 'unknown' : row.auditor;
    assert.deepEqual(await faults('CPAM-391', expected), []);
    assert.deepEqual(await doneBy(), []);
  });

  test('in their own they act as its administrator, and upon nobody else', async () => {
    assert.deepEqual(await faults('CAF-391', atHome), []);
    assert.ok((await doneBy()).includes('CAF-391'));
  });

  test('the acts are offered in their own organism alone', async () => {
    const buttons = async (perimetre: string) =>
      (await agent.get(`/gestion/comptes?perimetre=${perimetre}`)).texts('main tbody button').length;
    assert.ok((await buttons('CAF-391')) > 0);
    assert.deepEqual([await buttons('CPAM-391'), await buttons('tous')], [0, 0]);
  });
});
