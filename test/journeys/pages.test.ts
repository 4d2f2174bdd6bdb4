import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { contacts, paths } from '../../src/paths.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { pageSpacingFaults } from '../tools/spacing.ts';

const PAGES = {
  [paths.help]: 'Aide',
  [paths.accessibility]: 'Déclaration d’accessibilité',
  [paths.personalData]: 'Données personnelles',
};

describe('the pages that anyone may read', () => {
  let portal: TestPortal;
  let visitor: Agent;
  before(async () => {
    portal = await startTestPortal({
      environment: { SESSION_IDLE_MINUTES: '17', SESSION_ABSOLUTE_HOURS: '9' },
    });
    visitor = createAgent(portal);
  });
  after(() => portal.stop());

  for (const [path, heading] of Object.entries(PAGES)) {
    test(`${path} is « ${heading} », signed in or not`, async () => {
      const member = createAgent(portal);
      await member.signIn('tmantel@caf39.caf.fr');
      for (const agent of [visitor, member]) {
        const page = await agent.get(path);
        assert.equal(page.status, 200);
        assert.equal(page.heading, heading);
      }
    });

    test(`${path}: its anchors and links lead somewhere, its French is spaced`, async () => {
      const page = await visitor.get(path);
      assert.deepEqual(await brokenLinks(page), []);
      assert.deepEqual(pageSpacingFaults(page.$), []);
    });
  }

  async function brokenLinks(page: Page): Promise<string[]> {
    const { $ } = page;
    const ids = $('[id]')
      .toArray()
      .map((element) => String($(element).attr('id')));
    const repeated = ids.filter((id, index) => ids.indexOf(id) !== index);
    const broken = repeated.map((id) => `id ${id} is there more than once`);
    for (const element of $('main a').toArray()) {
      const href = String($(element).attr('href'));
      if (href.startsWith('#') && !ids.includes(href.slice(1))) broken.push(href);
      if (!href.startsWith('/')) continue;
      const { status } = await visitor.get(href);
      if (status >= 400) broken.push(`${href}: ${status}`);
    }
    return broken;
  }

  test('the help has the four chapters of the guide, in order, and its contents lists them', async () => {
    const page = await visitor.get(paths.help);
    const chapters = page.texts('main h2').filter((heading) => /^\d/.test(heading));
    assert.deepEqual(chapters, [
      '1. Visualiser en temps réel les personnes habilitées de votre organisme',
      '2. Gérer les demandes transmises par vos équipes',
      '3. Modifier les habilitations des utilisateurs de votre organisme',
      '4. Donner délégation à une personne de votre organisme',
    ]);
    const listed = page.texts('main nav ol a').map((title, index) => `${index + 1}. ${title}`);
    assert.deepEqual(listed, chapters);
  });

  test('the help leads to the questions and to the address (R73, R74)', async () => {
    const { $ } = await visitor.get(paths.help);
    assert.equal($(`main a[href="${contacts.faq}"]`).length, 1);
    assert.equal($(`main a[href="mailto:${contacts.email}"]`).length, 1);
  });

  test('durations are those of the settings and of the rules', async () => {
    const help = (await visitor.get(paths.help)).texts('main').join();
    assert.match(help, /après 17 minutes sans action, et dans tous les cas au bout de 9 heures/);
    assert.match(help, /lien d’activation. Il sert une seule fois et il est valable 72 heures/);
    const data = (await visitor.get(paths.personalData)).texts('main').join();
    assert.match(data, /17 minutes sans action, 9 heures en tout/);
    for (const told of [
      /90 jours, que le message ait été envoyé ou/,
      /7 jours si un incident/,
      /7 jours si elle/,
    ])
      assert.match(data, told);
  });
});
