import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { paths } from '../../src/paths.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createDraft } from '../factories/drafts.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const BOTH = 'intercaf@caf.fr';
const UCANSS = 'national@ucanss.fr';
const ALONE = 'wtestportail@test.fr';

/** Pages of management, where a person of the organism, their right and their request are known by number. */
const pagesOf = (account: number, assignment: number, request: number, stranger: number) => {
  const person = `/gestion/comptes/${account}`;
  return {
    read: [
      ...['/gestion/etat?taille=10&q=a', '/gestion/comptes?role=energie-lecteur', '/gestion/lots', person],
      ...['/gestion/demandes/en-cours', '/gestion/demandes/accepte', '/gestion/demandes/refus?page=99'],
      ...[
        '/gestion/motifs-de-refus',
        '/gestion/administrateurs-locaux',
        '/gestion/administrateurs-locaux/tous',
      ],
      ...['/gestion/administrateurs-locaux/nouveau', `${person}/historique`, `${person}/modification`],
      ...[`${person}/adresse`, '/gestion/journal?taille=10', '/mes-informations', '/'],
    ],
    national: [
      ...[
        '/gestion/applications-et-roles',
        '/gestion/applications-et-roles/nouveau-role',
        '/gestion/organismes',
      ],
      ...['/gestion/organismes/nouveau', '/gestion/profils-nationaux', '/gestion/messages?etat=tous'],
      ...['/gestion/profils-nationaux/nouveau?q=mantel', `/gestion/profils-nationaux/${account}/attribution`],
    ],
    confirm: [
      ...['/gestion/comptes/nouveau', `${person}/desactivation`, `/gestion/comptes/${stranger}/rattachement`],
      ...[`${person}/activation-de-droits?role=sda-consultation`, `${person}/droits/${assignment}/fin`],
      ...[`${person}/suppression-de-droits?role=energie-lecteur`],
      ...[`/gestion/demandes/${request}/acceptation`, `/gestion/demandes/${request}/refus`],
      `/gestion/administrateurs-locaux/${account}/designation`,
    ],
  };
};

const inPerimeter = (path: string, code: string) =>
  `${path}${path.includes('?') ? '&' : '?'}perimetre=${encodeURIComponent(code)}`;

/** Every address and form of management on a page, as the `perimetre` that each carries. */
function perimetersOn(page: Page): { links: (string | null)[]; forms: (string | null)[]; bare: string[] } {
  const base = 'http://portail.invalid';
  const links = page
    .$('a[href^="/gestion"]')
    .toArray()
    .map((link) => new URL(page.$(link).attr('href') ?? '', base).searchParams.get('perimetre'));
  const forms = page.$('form[action^="/gestion"]').toArray();
  const perimeterOf = (form: (typeof forms)[number]) => {
    const field = page.$(form).find('[name=perimetre]');
    return field.length === 0 ? null : field.is('select') ? 'chosen' : String(field.attr('value'));
  };
  const bare = forms.filter((form) => {
    const fields = page.$(form).find('[name=organisme][type=hidden]').length;
    return fields !== (page.$(form).attr('method') === 'post' ? 1 : 0);
  });
  return {
    links,
    forms: forms.map(perimeterOf),
    bare: bare.map((form) => page.$(form).attr('action') ?? ''),
  };
}

describe('P13: every address and form of management says its organism, for who chooses one', () => {
  let portal: TestPortal;
  const agents = new Map<string, Agent>();
  const people = new Map<string, { account: AccountRow; assignment: number; request: number }>();
  let stranger: AccountRow;

  before(async () => {
    portal = await startTestPortal();
    for (const email of [BOTH, UCANSS, ALONE]) {
      const agent = createAgent(portal);
      await agent.signIn(email);
      agents.set(email, agent);
    }
    stranger = await createAccount(portal.db, { organism: 'UCN' });
    for (const organism of ['CAF-251', 'CAF-391']) {
      const account = await createAccount(portal.db, { organism });
      await grant(portal.db, account, 'energie-lecteur');
      const held = await portal.db('assignments').first('id').where({ account_id: account.id });
      const request = await createRequest(portal.db, { account, role: 'annuaire-add-lecteur' });
      people.set(organism, { account, assignment: held.id, request });
    }
  });
  after(async () => {
    for (const agent of agents.values()) agent.close();
    await portal?.stop();
  });

  const pages = (organism: string) => {
    const known = people.get(organism);
    assert.ok(known);
    return pagesOf(known.account.id, known.assignment, known.request, stranger.id);
  };

  /** The pages before an act, with those of drafts of the person's own. */
  async function confirming(email: string, code: string): Promise<string[]> {
    const known = people.get(code);
    assert.ok(known);
    const [person, organism] = [await accountOf(portal.db, email), await organismOf(portal.db, code)];
    const draft = { createdBy: person.id, organismId: organism.id };
    const ofPeople = { ...draft, selectedIds: [known.account.id] };
    const ofRequests = { ...draft, selectedIds: [known.request] };
    return [
      ...pages(code).confirm,
      paths.batches.show({ id: await createDraft(portal.db, ofPeople) }),
      paths.batches.show({ id: await createDraft(portal.db, { ...ofRequests, kind: 'accept' }) }),
      paths.batches.show({ id: await createDraft(portal.db, { ...ofRequests, kind: 'refuse' }) }),
    ];
  }

  async function open(email: string, path: string): Promise<Page> {
    const page = await agents.get(email)?.visit(path);
    assert.equal(page?.status, 200, `${email} ${path}`);
    return page as Page;
  }

  test('an administrator of several: that of the page, whatever was seen last; each confirmation names it, once', async () => {
    const { read } = pages('CAF-251');
    const confirm = await confirming(BOTH, 'CAF-251');
    for (const path of [...read, ...confirm]) {
      const page = await open(BOTH, inPerimeter(path, 'CAF-251'));
      const { links, forms, bare } = perimetersOn(page);
      assert.deepEqual([...new Set([...links, ...forms])], ['CAF-251'], path);
      assert.deepEqual(bare, [], path);
    }
    for (const path of confirm) {
      const main = (await open(BOTH, inPerimeter(path, 'CAF-251'))).texts('main').join();
      assert.equal(main.split('Organisme : CAF du Doubs').length, 2, path);
    }
  });

  test('a national profile: that of the page, « tous » where none is chosen', async () => {
    const { read, national } = pages('CAF-391');
    const confirm = await confirming(UCANSS, 'CAF-391');
    // A delegation is changed within its organism, and a national profile is of a person of any.
    const leadElsewhere = ['/gestion/administrateurs-locaux', '/gestion/profils-nationaux'];
    const visits = [
      ...[...read, ...national].map((path) => [path, 'tous'] as const),
      ...[...read, ...national, ...confirm].map((path) => [path, 'CAF-391'] as const),
    ];
    for (const [path, code] of visits) {
      const { links, forms, bare } = perimetersOn(await open(UCANSS, inPerimeter(path, code)));
      const found = new Set([...links, ...forms]);
      assert.ok(found.has(code), path);
      assert.ok(!found.has(null), path);
      const others = [...found].filter((one) => one !== code && one !== 'chosen');
      if (!leadElsewhere.some((list) => path.startsWith(list)))
        assert.deepEqual(others, [], `${path} ${code}`);
      assert.deepEqual(bare, [], path);
    }
  });

  test('who administers one has none of it', async () => {
    const { read } = pages('CAF-391');
    const confirm = await confirming(ALONE, 'CAF-391');
    for (const path of [...read, ...confirm]) {
      const { links, forms, bare } = perimetersOn(await open(ALONE, path));
      assert.deepEqual([...new Set([...links, ...forms])], [null], path);
      assert.deepEqual(bare, [], path);
    }
  });

  test('a form that says another organism than its address is refused with a sentence: nothing is done', async () => {
    const agent = agents.get(BOTH);
    const account = people.get('CAF-251')?.account;
    const page = await open(BOTH, `/gestion/comptes/${account?.id}/desactivation?perimetre=CAF-251`);
    const answer = await agent?.submit(page, 'Confirmer', { organisme: 'CAF-701', motif: 'Départ' });
    assert.match(answer?.refused(422).texts('[role=alert]').join() ?? '', /rien n’a été changé/);
    const stored = await portal.db('accounts').first('active').where({ id: account?.id });
    assert.equal(stored.active, true);
  });
});
