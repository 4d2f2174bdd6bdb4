import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { accountOf } from '../factories/accounts.ts';
import { expectAccessible, expectFocus, expectNoSidewaysScroll, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const LOCAL = 'wtestportail@test.fr';

describe('« Recherche » from anywhere, in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);
  const field = (page: Page) => page.locator('#recherche-entete');
  const found = (page: Page) => page.locator('.top-found');

  test('Ctrl+K from any page, what is found as one types, down to it, and its page', async () => {
    const { id } = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    await withPage({ as: LOCAL, javaScriptEnabled: true }, async (page) => {
      await page.goto('/gestion/journal');
      await page.keyboard.press('Control+k');
      await expectFocus(field(page));
      await page.keyboard.type('mantel thom');
      await found(page).getByText('Thomas MANTEL', { exact: true }).waitFor();
      await expectAccessible(page);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      await expectFocus(field(page));
      await page.keyboard.press('ArrowDown');
      await expectFocus(found(page).getByText('Thomas MANTEL', { exact: true }));
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/gestion/comptes/${id}`);
    });
  });

  test('Escape closes what was found and stays in the field; so does going elsewhere', async () => {
    await withPage({ as: LOCAL, javaScriptEnabled: true }, async (page) => {
      await page.goto('/gestion/journal');
      await field(page).fill('mantel');
      await found(page).locator('a').first().waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Escape');
      await expectFocus(field(page));
      await found(page).waitFor({ state: 'hidden' });
      await field(page).fill('mante');
      await found(page).locator('a').first().waitFor();
      await page.getByRole('link', { name: 'Aide' }).focus();
      await found(page).waitFor({ state: 'hidden' });
    });
  });

  test('of each kind a few, and the page has the others', async () => {
    await withPage({ as: LOCAL, javaScriptEnabled: true }, async (page) => {
      await page.goto('/gestion/journal');
      await field(page).fill('caf');
      await found(page).locator('a').first().waitFor();
      for (const list of await found(page).locator('ul').all())
        assert.ok((await list.locator('li').count()) <= 4);
      await found(page).getByRole('link', { name: 'Voir tout ce qui correspond' }).click();
      await page.waitForURL('**/recherche?q=caf');
      assert.ok((await page.locator('main .found').first().locator('li').count()) > 4);
    });
  });

  test('on its own page the answers follow what is typed, and the address with them', async () => {
    await withPage({ as: LOCAL, javaScriptEnabled: true }, async (page) => {
      await page.goto('/recherche?q=energie');
      await page.keyboard.press('Control+k');
      await expectFocus(page.locator('#recherche'));
      await page.keyboard.type('mantel');
      await page.locator('main').getByText('Thomas MANTEL', { exact: true }).waitFor();
      await page.waitForURL('**/recherche?q=mantel');
      assert.equal(await field(page).count(), 0);
    });
  });

  test('« / » is a letter as any other, until it is switched on in « Mes informations »', async () => {
    await withPage({ as: LOCAL, javaScriptEnabled: true }, async (page) => {
      await page.goto('/mes-informations');
      await page.keyboard.press('/');
      assert.equal(await page.evaluate('document.activeElement?.id'), '');
      await page.getByLabel('Aussi la touche « / », dans ce navigateur').check();
      await page.goto('/gestion/etat');
      await page.keyboard.press('/');
      await expectFocus(field(page));
      await page.getByLabel('Nom :').focus();
      await page.keyboard.press('/');
      assert.equal(await page.getByLabel('Nom :').inputValue(), '/');
    });
  });

  test('on a small screen, and without script, it is a page', async () => {
    await withPage(
      { as: LOCAL, javaScriptEnabled: false, viewport: { width: 320, height: 700 } },
      async (page) => {
        await page.goto('/gestion/journal');
        assert.ok(!(await field(page).isVisible()));
        await page.getByRole('link', { name: 'Recherche', exact: true }).click();
        await page.getByLabel('Recherche', { exact: true }).fill('qui a Energie Lecteur ?');
        await page.getByRole('button', { name: 'Lancer la recherche' }).click();
        await expectNoSidewaysScroll(page);
        await page.getByRole('link', { name: 'Energie Lecteur', exact: true }).first().click();
        await page.waitForURL('**/gestion/roles/energie-lecteur');
      },
    );
    await withPage({ as: LOCAL, javaScriptEnabled: false }, async (page) => {
      await page.goto('/gestion/journal');
      await field(page).fill('mantel');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/recherche?q=mantel');
      await page.getByRole('link', { name: 'Thomas MANTEL' }).first().waitFor();
    });
  });
});
