import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { expectAccessible, expectFocus, expectNoSidewaysScroll, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMINISTRATOR = 'wtestportail@test.fr';
const LIST = '/gestion/administrateurs-locaux';
const NARROW = { viewport: { width: 320, height: 640 } };

describe('« Les administrateurs locaux », in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
    const left = await createAccount(portal.db, { active: false, last_name: 'DÉSACTIVÉE' });
    await grant(portal.db, left, 'administrateur-local', { organism: 'CAF-391' });
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  const administers = async (email: string): Promise<boolean> => {
    const { id } = await accountOf(portal.db, email);
    const held = portal
      .db('assignments')
      .first('id')
      .where({ account_id: id, role_kind: 'local_administrator' });
    return (await held.whereNull('ended_at')) !== undefined;
  };

  /** Name a person, give the delegation an end date, take it back: with or without script. */
  async function walk(page: Page): Promise<void> {
    await page.goto(LIST);
    await page.getByRole('link', { name: 'Nouvel administrateur local' }).click();
    await page.getByRole('heading', { level: 1, name: 'Délégation' }).waitFor();
    await page.getByLabel('Rechercher :').fill('mantel');
    await page.getByRole('button', { name: 'Rechercher', exact: true }).click();
    await page.waitForURL(/q=mantel/);
    await page.getByRole('button', { name: 'Désigner Thomas MANTEL administrateur local' }).click();
    await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
    await page.getByRole('cell', { name: 'Administrateur local' }).waitFor();
    assert.ok(await administers('tmantel@caf39.caf.fr'));
    await page.goto(LIST);
    await page.getByRole('button', { name: 'Date de fin de la délégation de Thomas MANTEL' }).click();
    await page.getByLabel('Date de fin', { exact: true }).fill('2027-12-31');
    await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
    await page.getByRole('cell', { name: '31/12/2027' }).waitFor();
    await page.getByRole('button', { name: 'Retirer la délégation de Thomas MANTEL' }).click();
    await page.getByLabel('Motif').fill('Fin de mission');
    await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
    await page.getByRole('link', { name: 'Thomas MANTEL' }).waitFor({ state: 'detached' });
    assert.ok(!(await administers('tmantel@caf39.caf.fr')));
  }

  test('name, give an end date, take back', () => withPage({ as: ADMINISTRATOR }, walk));

  test('the same without JavaScript', () => withPage({ as: ADMINISTRATOR, javaScriptEnabled: false }, walk));

  test('the dialog is accessible, Escape closes it and changes nothing', async () => {
    await withPage({ as: ADMINISTRATOR }, async (page) => {
      await page.goto(LIST);
      const button = page.getByRole('button', { name: 'Retirer la délégation de Maud SUPPLÉANTE' });
      await button.click();
      await page.getByRole('dialog').waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expectFocus(button);
      assert.ok(await administers('suppleante@caf39.caf.fr'));
    });
  });

  test('confirmations and their errors: accessible, and no sideways scroll at 320 px', async () => {
    const { id } = await accountOf(portal.db, 'suppleante@caf39.caf.fr');
    const { id: agent } = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    await withPage({ as: ADMINISTRATOR, javaScriptEnabled: false, ...NARROW }, async (page) => {
      for (const path of [`${id}/retrait`, `${id}/date-de-fin`, `${agent}/designation`]) {
        await page.goto(`${LIST}/${path}`);
        await expectNoSidewaysScroll(page);
      }
    });
    await withPage({ as: ADMINISTRATOR, ...NARROW }, async (page) => {
      for (const path of [`${id}/retrait`, `${id}/date-de-fin`, `${agent}/designation`]) {
        await page.goto(`${LIST}/${path}`);
        await expectAccessible(page);
      }
      await page.getByLabel('Date de fin').fill('2020-01-01');
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByRole('alert').first().waitFor();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  });

  test('Ucanss sees every organism, chooses one to name somebody, warned of the last one: accessible', async () => {
    await withPage({ as: 'national@ucanss.fr' }, async (page) => {
      await page.goto(`${LIST}/nouveau`);
      await expectAccessible(page);
      await page.getByLabel('Organisme', { exact: true }).selectOption('CPAM-391');
      await page.getByRole('button', { name: 'Afficher l’organisme' }).click();
      await page.getByText('choisir une personne active de la CPAM du Jura').waitFor();
      await page.goto(`${LIST}?q=unique`);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      await page.getByRole('link', { name: 'Céline UNIQUE' }).waitFor();
      await page.getByRole('button', { name: 'Retirer la délégation de Céline UNIQUE' }).click();
      await page.getByText('l’organisme n’en aura plus').waitFor();
      await expectAccessible(page);
    });
  });
});
