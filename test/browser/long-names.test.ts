import { after, before, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { expectNoSidewaysScroll, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

let portal: TestPortal;
before(async () => {
  portal = await startTestPortal();
});
after(() => portal?.stop());
const { withPage } = useBrowser(() => portal);

// As long as the portal lets a name be, without a place to cut it at.
const LONG = { last_name: 'S'.repeat(80), first_name: 'W'.repeat(80), function_title: 'F'.repeat(150) };

test('a name as long as it may be, in one word, widens no page', async () => {
  const { id } = await createAccount(portal.db, LONG);
  const paths = [
    `/gestion/comptes/${id}`,
    `/gestion/comptes/${id}/historique`,
    `/gestion/comptes/${id}/modification`,
    `/gestion/comptes/${id}/desactivation`,
    '/gestion/comptes?nom=sssss',
    '/gestion/etat?nom=sssss',
    '/gestion/administrateurs-locaux',
    '/gestion/journal?personne=sssss',
  ];
  await withPage({ as: 'wtestportail@test.fr' }, async (page) => {
    for (const path of paths) {
      await page.goto(path);
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await expectNoSidewaysScroll(page);
      }
    }
  });
});
