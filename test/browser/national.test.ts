import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createAccount } from '../factories/accounts.ts';
import { createFailedMessage } from '../factories/messages.ts';
import { expectAccessible, expectNoSidewaysScroll, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const UCANSS = 'national@ucanss.fr';
const NARROW = { viewport: { width: 320, height: 640 } };
const PROFILES = '/gestion/profils-nationaux';

describe('what Ucanss has of the whole country, in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
    await createAccount(portal.db, { organism: 'CPAM-391', last_name: 'PROMUE' });
    await createFailedMessage(portal.db, {
      recipient: 'une.adresse.vraiment.tres.longue.qui.n.existe.plus@assurance-maladie-de-haute-saone.fr',
    });
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  /** Give a profile, date it, take it back: with or without script. */
  async function walk(page: Page): Promise<void> {
    await page.goto(PROFILES);
    await page.getByRole('link', { name: 'Donner un profil national' }).click();
    await page.getByLabel('Nom ou email').fill('promue');
    await page.getByRole('button', { name: 'Rechercher', exact: true }).click();
    await page.getByRole('button', { name: 'Donner un profil national à Camille PROMUE' }).click();
    await page.getByRole('radio', { name: /^Auditeur/ }).check();
    await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
    await page.getByText('Camille PROMUE a le profil').waitFor();
    await page.goto(PROFILES);
    await page.getByRole('button', { name: 'Date de fin du profil de Camille PROMUE' }).click();
    await page.getByLabel('Date de fin', { exact: true }).fill('2027-12-31');
    await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
    await page.getByRole('cell', { name: '31/12/2027' }).waitFor();
    await page.getByRole('button', { name: 'Retirer le profil de Camille PROMUE' }).click();
    await page.getByLabel('Motif').fill('Fin de mission');
    await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
    await page.getByText('n’a plus le profil').waitFor();
  }

  test('give a profile, date it, take it back, in dialogs', () => withPage({ as: UCANSS }, walk));

  test('the same without JavaScript', () => withPage({ as: UCANSS, javaScriptEnabled: false }, walk));

  test('an auditor finds an event, opens it, comes back to the same list and takes it away', () =>
    withPage({ as: 'auditeur@ucanss.fr' }, async (page) => {
      await page.goto('/gestion');
      await page.getByRole('link', { name: 'Journal', exact: true }).click();
      await page.getByLabel('Organisme', { exact: true }).selectOption('CAF-391');
      await page.getByLabel('Personne').fill('mantel');
      await page.getByLabel('Acte').selectOption('Droit accordé');
      await page.getByRole('button', { name: 'Filtrer', exact: true }).click();
      await page.getByRole('cell', { name: '« Energie Lecteur » accordé à Thomas MANTEL' }).waitFor();
      await page.getByRole('link', { name: /, événement n°/ }).click();
      await page.getByRole('heading', { level: 1, name: /^Événement n°/ }).waitFor();
      await page.getByRole('link', { name: 'Revenir au journal' }).click();
      await page.getByRole('cell', { name: '« Energie Lecteur » accordé à Thomas MANTEL' }).waitFor();
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Excel', exact: true }).click();
      assert.match((await download).suggestedFilename(), /^journal_CAF-391_/);
      assert.deepEqual(await page.locator('main form[method=post]').count(), 0);
    }));

  test('the form of a profile and its errors: accessible, and no sideways scroll at 320 px', async () => {
    await withPage({ as: UCANSS, ...NARROW }, async (page) => {
      await page.goto(`${PROFILES}/nouveau?q=promue`);
      await page.getByRole('button', { name: 'Donner un profil national à Camille PROMUE' }).click();
      await page.getByRole('dialog').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByRole('alert').first().waitFor();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    });
  });

  test('a message that failed is sent again', async () => {
    await withPage({ as: UCANSS }, async (page) => {
      await page.goto('/gestion/messages');
      await page.getByRole('button', { name: /^Renvoyer le message à une\.adresse/ }).click();
      await page.getByText('est remis en envoi').waitFor();
    });
  });
});
