import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { expectAccessible, expectNoSidewaysScroll, scriptsRun, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

let portal: TestPortal;
before(async () => {
  portal = await startTestPortal();
});
after(() => portal?.stop());
const { withPage } = useBrowser(() => portal);

const NARROW = { viewport: { width: 320, height: 800 } };
const ASK = "Demander l'accès à l'application";
const THOMAS = 'tmantel@caf39.caf.fr';

/** Opens « + » of that application, and looks at the page: narrow, then as wide as a desk's. */
async function look(page: Page, opened?: string): Promise<void> {
  if (opened !== undefined)
    await page.getByTitle(`Description de «\u00a0${opened}\u00a0»`, { exact: true }).click();
  await page.setViewportSize(NARROW.viewport);
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await expectNoSidewaysScroll(page);
}

test('the catalogue is accessible and holds in 320 px, for visitors and for people signed in', async () => {
  await withPage({}, async (page) => {
    await page.goto('/');
    await look(page, 'SIADD');
  });
  await withPage({ as: 'wtestportail@test.fr' }, async (page) => {
    await page.goto('/');
    await look(page, 'Energie');
    await page.goto('/applications?q=locaux');
    await look(page, 'Accords locaux');
    await page.goto('/applications?q=zzz');
    await look(page);
    await page.goto('/applications/accords-locaux');
    await page.getByRole('button', { name: ASK, exact: true }).click();
    await page.getByRole('alert').getByText('Choisissez le rôle demandé.').waitFor();
    await look(page);
  });
});

test('F4 « + » by the keyboard, and by its name', async () => {
  await withPage({}, async (page) => {
    await page.goto('/');
    const summary = page.locator('summary', { hasText: 'Description de «\u00a0Energie\u00a0»' });
    const description = page.getByText("Consultation des consommations d'énergie du patrimoine");
    assert.equal(await description.isVisible(), false);
    await summary.focus();
    await page.keyboard.press('Enter');
    await description.waitFor();
    const { width = 0, height = 0 } = (await summary.boundingBox()) ?? {};
    assert.ok(width >= 24 && height >= 24, 'large enough to touch');
  });
});

for (const [name, options] of [
  ['with script', {}],
  ['without script', { javaScriptEnabled: false }],
] as const) {
  test(`F5 searching, asking, following and cancelling, ${name}`, async () => {
    const { id } = await accountOf(portal.db, THOMAS);
    await portal.db('requests').where({ account_id: id, status: 'pending' }).update({
      status: 'cancelled',
      cancelled_at: new Date(),
    });
    await withPage({ ...options, as: THOMAS }, async (page) => {
      await page.goto('/applications');
      await page.getByLabel('Rechercher :').fill('accords');
      await page.getByRole('button', { name: 'Rechercher', exact: true }).click();
      await page.getByRole('link', { name: 'Accords locaux', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Accords locaux' }).waitFor();
      await page.getByLabel('Accords locaux - Accès en lecture').check();
      await page.getByLabel('Motif').fill('Je prépare la négociation annuelle.');
      await page.getByRole('button', { name: ASK, exact: true }).click();
      await page.getByRole('status').getByText('est transmise').waitFor();
      await page.getByRole('link', { name: 'Suivre vos demandes' }).click();
      const label = 'Accords locaux - Accès en lecture';
      const request = page.locator('.own-request', { hasText: label }).first();
      await request.getByText('À décider par un administrateur local').waitFor();
      await scriptsRun(page);
      await request.getByRole('button', { name: `Retirer ma demande « ${label} »` }).click();
      await page.getByRole('button', { name: 'Confirmer', exact: true }).waitFor();
      if (name === 'with script') {
        assert.equal(await page.getByRole('dialog').count(), 1);
        await expectAccessible(page);
        await page.getByRole('dialog').getByRole('button', { name: 'Annuler', exact: true }).click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await request.getByRole('button', { name: `Retirer ma demande « ${label} »` }).click();
      }
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByRole('status').getByText('est annulée').waitFor();
      await request.getByText('Annulée').first().waitFor();
    });
  });
}

test('« Mes informations » in every state of a request is accessible and holds in 320 px', async () => {
  const account = await createAccount(portal.db, { password: 'lanterne-violette-39-moulin' });
  const decider = await accountOf(portal.db, 'wtestportail@test.fr');
  const decided = {
    decided_at: new Date(),
    decided_by: decider.id,
    decision_reason: 'Un motif sans-aucune-coupure-possible'.repeat(3),
  };
  await createRequest(portal.db, { account, role: 'energie-lecteur' });
  await createRequest(portal.db, { account, role: 'energie-administrateur', requested_by: decider.id });
  await createRequest(portal.db, { account, role: 'marches-lecteur', status: 'refused', ...decided });
  await createRequest(portal.db, { account, role: 'marches-adherent', status: 'accepted', ...decided });
  await createRequest(portal.db, {
    account,
    role: 'sda-consultation',
    status: 'cancelled',
    cancelled_at: new Date(),
  });
  await withPage({ as: account.email }, async (page) => {
    await page.goto('/mes-informations');
    assert.equal(await page.locator('.own-request').count(), 5);
    await look(page);
  });
});
