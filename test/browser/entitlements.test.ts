import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { allOf } from '../tools/all-of.ts';
import {
  expectAccessible,
  expectFocus,
  expectNoSidewaysScroll,
  tabTo,
  useBrowser,
} from '../tools/browser.ts';
import { readCsv, readPdf, readWorkbook } from '../tools/files.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMINISTRATOR = 'wtestportail@test.fr';
const PATH = '/gestion/etat';
const NARROW = { viewport: { width: 320, height: 640 } };

describe('« État des habilitations », in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  const emails = (page: Page) => page.locator('main tbody [data-label="Email"]').allInnerTexts();
  const rows = (page: Page) => page.locator('main tbody tr');

  /** See, narrow, sort, turn pages, change the size: what everybody does, with or without script. */
  async function walk(page: Page): Promise<void> {
    await page.goto('/mes-informations');
    await page.getByRole('link', { name: 'Accès à la gestion des habilitations' }).click();
    await page.goto(PATH);
    await page.getByRole('heading', { level: 1, name: 'État des habilitations' }).waitFor();
    assert.equal(await rows(page).count(), 10);
    await page.getByText('57 personnes').waitFor();

    await page.getByRole('link', { name: 'Page suivante' }).click();
    await page.waitForURL(/page=2/);
    const second = await emails(page);
    await page.getByRole('link', { name: 'Page précédente' }).click();
    await page.waitForURL((url) => !url.search.includes('page=2'));
    assert.ok(allOf(await emails(page), (email) => !second.includes(email)));

    await page.getByLabel('Afficher', { exact: true }).selectOption('100');
    assert.equal(await rows(page).count(), 10, 'choosing alone sends nothing');
    await page.getByRole('button', { name: /^Afficher/ }).click();
    await page.waitForURL(/taille=100/);
    assert.equal(await rows(page).count(), 57);

    await page.getByRole('columnheader', { name: 'Email' }).getByRole('link').click();
    await page.waitForURL(/tri=email/);
    const ascending = await emails(page);
    assert.deepEqual(ascending, ascending.toSorted());
    await page.getByRole('columnheader', { name: 'Email' }).getByRole('link').click();
    await page.waitForURL(/sens=desc/);
    assert.deepEqual(await emails(page), ascending.toReversed());

    await page.getByLabel('Rechercher :').fill('ENERGIE lecteur');
    await page.getByRole('button', { name: 'Rechercher', exact: true }).click();
    await page.waitForURL(/q=ENERGIE/);
    assert.ok((await rows(page).count()) < 57);
    await page.getByLabel('Nom :').fill('mantel');
    await page.getByLabel('Nom :').press('Enter');
    await page.waitForURL(/nom=mantel/);
    assert.deepEqual(await emails(page), ['tmantel@caf39.caf.fr']);
    await page.getByRole('link', { name: 'Effacer les filtres' }).first().click();
    await page.waitForURL((url) => !url.search.includes('mantel'));
    assert.equal(await rows(page).count(), 57);
  }

  test('see, narrow, sort, turn pages', () => withPage({ as: ADMINISTRATOR }, walk));

  test('the same without JavaScript', () => withPage({ as: ADMINISTRATOR, javaScriptEnabled: false }, walk));

  test('« Excel », « PDF » and « CSV » come down as files, as filtered', async () => {
    await withPage({ as: ADMINISTRATOR }, async (page) => {
      await page.goto(`${PATH}?nom=mantel`);
      const read = {
        Excel: async (bytes: Buffer) => readWorkbook(bytes).get('Personnes')?.flat().join(),
        PDF: async (bytes: Buffer) => (await readPdf(bytes)).join(),
        CSV: async (bytes: Buffer) => readCsv(bytes).flat().join(),
      };
      for (const [name, textOf] of Object.entries(read)) {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('link', { name, exact: true }).click(),
        ]);
        assert.match(
          download.suggestedFilename(),
          /^etat-des-habilitations_CAF-391_2026-11-22\.(xlsx|pdf|csv)$/,
        );
        const text = await textOf(await readFile(await download.path()));
        assert.match(String(text), /MANTEL/);
        assert.doesNotMatch(String(text), /ADAMA/);
      }
    });
  });

  test('with the keyboard alone: search, sort, and unfold the other roles of a person', async () => {
    const account = await createAccount(portal.db, { last_name: 'CUMULARDE' });
    const roles = await portal
      .db('roles')
      .where({ kind: 'ordinary', validator: 'local_administrator' })
      .limit(9);
    for (const { code } of roles) await grant(portal.db, account, code);
    await withPage({ as: ADMINISTRATOR }, async (page) => {
      await page.goto(PATH);
      await tabTo(page.getByLabel('Rechercher :'));
      await page.keyboard.type('cumularde');
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=cumularde/);
      assert.equal(await rows(page).count(), 1);
      await tabTo(page.getByText('+ 4 autres'));
      await page.keyboard.press('Enter');
      await page.getByText(String(roles.at(-1)?.label), { exact: true }).waitFor({ state: 'visible' });
      await expectAccessible(page);
      await tabTo(page.getByRole('columnheader', { name: 'Prénom' }).getByRole('link'));
      await page.keyboard.press('Enter');
      await page.waitForURL(/tri=prenom/);
    });
    await portal.db('assignments').where({ account_id: account.id }).delete();
    await portal.db('accounts').where({ id: account.id }).delete();
  });

  test('at 320 px the menu opens from its button and closes with Escape, the focus given back', async () => {
    await withPage({ as: ADMINISTRATOR, ...NARROW }, async (page) => {
      await page.goto(PATH);
      const button = page.getByRole('button', { name: 'Menu', exact: true });
      await button.click();
      const entry = page.locator('#menu').getByRole('link', { name: 'Mes informations' });
      await entry.waitFor({ state: 'visible' });
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await entry.waitFor({ state: 'hidden' });
      await expectFocus(button);
    });
  });

  test('at 200 % of text size nothing is lost sideways', async () => {
    await withPage({ as: ADMINISTRATOR, viewport: { width: 1280, height: 800 } }, async (page) => {
      await page.goto(PATH);
      await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
      await expectNoSidewaysScroll(page);
    });
  });
});
