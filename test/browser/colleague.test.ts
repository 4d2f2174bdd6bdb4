import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { next } from '../factories/sequence.ts';
import {
  expectAccessible,
  expectFocus,
  expectNoSidewaysScroll,
  scriptsRun,
  useBrowser,
} from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMIN = 'wtestportail@test.fr';
const NEW = '/gestion/comptes/nouveau';

let portal: TestPortal;
before(async () => {
  portal = await startTestPortal();
});
after(() => portal?.stop());
const { withPage } = useBrowser(() => portal);

for (const [how, options] of [
  ['with script', {}],
  ['without script', { javaScriptEnabled: false }],
] as const) {
  test(`R77 a colleague’s roles, then the next person, by the keyboard, ${how}`, async () => {
    const email = `clavier.${next()}@caf39.caf.fr`;
    await withPage({ ...options, as: ADMIN }, async (page) => {
      const isScripted = how === 'with script';
      await page.goto(NEW);
      if (isScripted) await scriptsRun(page);
      await page.getByLabel('Nom', { exact: true }).fill('CLAVIER');
      // Enter in a field is for the account, not for a colleague’s roles: the address is missing.
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('Indiquez l’adresse professionnelle').waitFor();
      assert.equal(await page.locator('#collegue-erreur').count(), 0);
      await page.getByLabel('Prénom').fill('Anne');
      await page.getByLabel('Email professionnel').fill(email);
      await page.getByLabel('Collègue').fill('mantel thomas');
      await page.getByLabel('Collègue').press('Tab');
      await expectFocus(page.getByRole('button', { name: 'Reprendre ses rôles' }));
      await page.keyboard.press('Enter');
      const told = page.locator('#droits-repris');
      await told.getByText('1 droit repris de Thomas MANTEL : Energie Lecteur.').waitFor();
      await expectFocus(told);
      const { y = Number.NaN } = (await told.boundingBox()) ?? {};
      assert.ok(y > -1 && y < 700, 'in sight');
      assert.equal(await page.locator('[data-side=assigned] li').count(), 1);
      if (isScripted) await expectAccessible(page);
      await page.getByRole('button', { name: 'Créer et saisir le suivant' }).press('Enter');
      await page.getByRole('status').getByText('Le compte de Anne CLAVIER est créé').waitFor();
      await expectFocus(page.getByLabel('Civilité'));
      assert.equal(await page.locator('[data-side=assigned] li').count(), 1);
      if (isScripted) await expectAccessible(page);
    });
  });
}

test('R77 at 320 px the roles that were taken are ticked in the one list, and nothing is cut', async () => {
  await withPage({ as: ADMIN, viewport: { width: 320, height: 800 } }, async (page) => {
    await page.goto(NEW);
    await page.getByLabel('Collègue').fill('tmantel@caf39.caf.fr');
    await page.getByRole('button', { name: 'Reprendre ses rôles' }).click();
    await page.getByText('1 droit repris de Thomas MANTEL').waitFor();
    assert.equal(await page.getByRole('checkbox', { name: 'Energie Lecteur' }).isChecked(), true);
    await expectNoSidewaysScroll(page);
    await page.getByLabel('Collègue').fill('a');
    await page.getByRole('button', { name: 'Reprendre ses rôles' }).click();
    await page.getByRole('alert').getByText('De nombreuses personnes correspondent').waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });
});
