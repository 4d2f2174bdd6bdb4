import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { routes } from '../../src/routes/index.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { fillForm, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { KINDS, WITHOUT_FIELDS } from './kept-forms-kinds.ts';
import type { Kind } from './kept-forms-national.ts';

describe('each form whose session is over, or another one, is there again as it was filled in', () => {
  let portal: TestPortal;
  const agents = new Map<string, Agent>();

  before(async () => {
    portal = await startTestPortal();
  });
  after(async () => {
    for (const agent of agents.values()) agent.close();
    await portal?.stop();
  });

  /** A browser a person: it signs in as from another tab, whoever is signed in already. */
  async function signedIn(email: string): Promise<Agent> {
    const agent = agents.get(email) ?? createAgent(portal);
    agents.set(email, agent);
    assert.equal((await agent.post('/connexion', { email, password: demonstrationPassword })).status, 303);
    return agent;
  }

  /** What the button sends, without what is new at each display: the token, the key of the form. */
  const contentOf = (page: Page, { button, values }: Kind, typed = false) =>
    fillForm(page, button, typed ? values : {})
      .fields.filter(([name]) => !['_csrf', '_cle', 'password'].includes(name))
      .map(([name, value]) => `${name}=${value.replaceAll('\r\n', '\n')}`)
      .toSorted();

  const acts = async () =>
    (await portal.db('audit_events').orderBy('id').pluck('action')).filter(
      (action) => !/^(sign_|session|search)/.test(action),
    );

  const sent = (page: Page, { button, values }: Kind) => {
    const { action, fields } = fillForm(page, button, values);
    return [action, fields] as const;
  };

  for (const [index, kind] of KINDS.entries()) {
    const name = `${index + 1}. ${kind.path} by ${kind.as.split('@')[0]}`;
    test(`${name}: the session is over`, async () => {
      const agent = await signedIn(kind.as);
      const form = await agent.get(await kind.page(portal, agent));
      assert.equal(form.status, 200, form.heading);
      const before = await acts();
      await portal.db('sessions').delete();
      const answer = await agent.post(...sent(form, kind));
      assert.equal(answer.status, 303);
      const signIn = await agent.follow(answer);
      assert.match(
        signIn.notices.join(),
        /^Votre session a pris fin : rien n’a été enregistré\. .*vous retrouverez/,
      );
      const password = demonstrationPassword;
      const back = await agent.follow(
        await agent.submit(signIn, 'Se connecter', { email: kind.as, password }),
      );
      assert.equal(back.status, 200);
      assert.match(back.notices.join(), /^Votre session avait pris fin/);
      assert.equal(new URL(back.path, portal.url).pathname, new URL(form.path, portal.url).pathname);
      assert.deepEqual(contentOf(back, kind), contentOf(form, kind, true));
      assert.deepEqual(await acts(), before, 'nothing was done by itself');
    });

    test(`${name}: the token is of an older session, or absent`, async () => {
      const agent = await signedIn(kind.as);
      const form = await agent.get(await kind.page(portal, agent));
      const [action, fields] = sent(form, kind);
      await signedIn(kind.as);
      const before = await acts();
      for (const again of [fields, fields.filter(([field]) => field !== '_csrf')]) {
        const page = await agent.post(action, again);
        assert.equal(page.status, 422);
        assert.match(page.notices.join(), /^Votre session n’est plus celle.*rien n’a été enregistré/);
        assert.deepEqual(contentOf(page, kind), contentOf(form, kind, true));
      }
      assert.deepEqual(await acts(), before, 'nothing was done');
    });
  }

  test('every form that has a page of its own is among them', () => {
    const shown = new Set(routes.filter(({ method }) => method === 'get').map(({ path }) => path));
    const forms = routes
      .filter(({ method, access, path }) => method === 'post' && access !== 'public' && shown.has(path))
      .map(({ path }) => path)
      .filter((path) => !WITHOUT_FIELDS.includes(path as never));
    const covered = new Set(KINDS.map(({ path }) => path));
    assert.deepEqual(
      forms.filter((path) => !covered.has(path)),
      [],
    );
  });
});
