import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { expectFocus, signIn, useBrowser } from '../tools/browser.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMIN = 'wtestportail@test.fr';
// A window of its own: its clock is moved.
const CLOCK = { colorScheme: 'dark' } as const;

describe('what the scripts of pages do', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
    for (let rank = 0; rank < 12; rank += 1)
      await createAccount(portal.db, { last_name: `COCHEE${rank}`, first_name: 'Rose' });
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  test('two acts asked for one after the other: the last one alone is to be confirmed, however slow the first', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.goto('/gestion/comptes?nom=cochee');
      const acts = page.getByRole('button', { name: /^Désactiver le compte de/ });
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      let asked = 0;
      await page.route(/desactivation/, async (route) => {
        asked += 1;
        if (asked === 1) await released;
        await route.continue();
      });
      await acts.nth(0).click();
      await eventually(() => asked === 1);
      const [second = ''] = (await acts.nth(1).innerText()).match(/COCHEE\d+/) ?? [];
      await acts.nth(1).click();
      const dialogs = page.locator('dialog:has([data-confirmation])');
      await dialogs.getByText(second).first().waitFor();
      const late = page.waitForResponse(/desactivation/);
      release();
      await (await late).finished();
      await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
      assert.equal(await dialogs.count(), 1);
      assert.match(await dialogs.innerText(), new RegExp(second));
    });
  });

  test('R45: rows, the page, « Tout »: what is said, what is ticked, and what is sent', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.goto('/gestion/comptes?nom=cochee&role=energie-lecteur&ayant=non');
      const said = page.locator('[data-count]');
      const all = page.getByLabel('Tout', { exact: true });
      const rows = page.locator('[data-select=row]');
      const tickPage = page.locator('[data-tick-page]');
      const untick = page.locator('[data-untick]');
      const selected = page.locator('tbody tr.is-selected');
      const silent = await said.innerText();
      assert.equal(await untick.isHidden(), true);

      await all.check();
      assert.equal(await tickPage.isHidden(), true, 'the page is in « Tout »');
      await untick.click();
      assert.equal(await all.isChecked(), false, 'unticked by the button, without any row');
      assert.equal(await untick.isHidden(), true);

      await rows.nth(0).check();
      assert.match(await said.innerText(), /^Sélection\s: 1 personne$/);
      await rows.nth(1).check();
      assert.match(await said.innerText(), /^Sélection\s: 2 personnes$/);
      assert.equal(await selected.count(), 2);

      await tickPage.click();
      assert.match(await said.innerText(), /^Sélection\s: 10 personnes$/);
      assert.deepEqual([await selected.count(), await tickPage.isHidden()], [10, true]);

      await all.check();
      assert.match(
        await said.innerText(),
        /^Tout le résultat\s: 12 personnes\. Pour en laisser, décochez «\sTout\s», puis cochez des lignes\.$/,
      );
      assert.equal(await rows.nth(0).isDisabled(), true, 'a row says nothing beside « Tout »');
      assert.equal(await selected.count(), 10);

      await untick.click();
      assert.equal(await said.innerText(), silent);
      assert.deepEqual(
        [await all.isChecked(), await rows.nth(0).isChecked(), await rows.nth(0).isDisabled()],
        [false, false, false],
      );
      assert.equal(await selected.count(), 0);

      // Ticked before « Tout », then without it: they are ticked still, and they alone are sent.
      await rows.nth(2).check();
      await all.check();
      await all.uncheck();
      assert.match(await said.innerText(), /^Sélection\s: 1 personne$/);
      await page.getByRole('button', { name: 'Activer des droits pour la sélection' }).click();
      await page.getByText('1 personne dans la sélection.').waitFor();
      await page.goBack();
      await eventually(async () => /^Sélection\s: 1 personne$/.test(await said.innerText()));
    });
  });

  test('R52: Enter moves a role and goes on to the next, at the end to the search; it sends nothing', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.goto('/gestion/comptes/nouveau');
      const side = (title: string) => page.getByRole('group', { name: title });
      const boxes = (title: string) => side(title).getByRole('checkbox');
      const [existing, assigned] = [
        'LISTE DES HABILITATIONS EXISTANTES',
        'LISTE DES HABILITATIONS AFFECTÉES À LA PERSONNE',
      ];
      const roleAt = (title: string, rank: number) => boxes(title).nth(rank).getAttribute('value');
      const [first, second, third] = [
        await roleAt(existing, 0),
        await roleAt(existing, 1),
        await roleAt(existing, 2),
      ];
      const box = (value: string | null) =>
        page.locator(`[data-items] input[type=checkbox][value="${value}"]`);

      await box(first).press('Enter');
      await expectFocus(box(second));
      await page.keyboard.press('Enter');
      await expectFocus(box(third));
      assert.deepEqual([await roleAt(assigned, 0), await roleAt(assigned, 1)], [first, second]);
      assert.equal(await page.locator('[data-status]').innerText(), '1 habilitation ajoutée.');

      // Back, from the last of them: nothing follows it.
      await box(second).press('Enter');
      await expectFocus(side(assigned).getByRole('searchbox'));
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('[data-status]').innerText(), '1 habilitation retirée.');
      assert.equal(await boxes(assigned).count(), 1);
      assert.equal(new URL(page.url()).pathname, '/gestion/comptes/nouveau');
      assert.equal(await page.getByRole('alert').count(), 0, 'the form was not sent');
    });
  });

  test('the warning of the session: two minutes before, no sooner; « Rester connecté » and Escape put it off', async () => {
    await withPage(CLOCK, async (page) => {
      await page.clock.install();
      await signIn(page, ADMIN);
      await page.goto('/gestion/comptes');
      const dialog = page.getByRole('alertdialog');
      const warned = () => dialog.getByRole('heading', { name: 'Votre session va se terminer' });
      const extended = () =>
        page.waitForResponse((answer) => answer.url().endsWith('/session/prolongation') && answer.ok());
      await page.clock.fastForward('27:50');
      assert.equal(await dialog.isVisible(), false, 'not before');
      await page.clock.fastForward('00:20');
      await warned().waitFor();
      const pressed = extended();
      await dialog.getByRole('button', { name: 'Rester connecté' }).click();
      await pressed;
      await dialog.waitFor({ state: 'hidden' });
      // From that moment on, and not from the page’s own.
      await page.clock.fastForward('27:30');
      assert.equal(await dialog.isVisible(), false);
      await page.clock.fastForward('00:40');
      await warned().waitFor();
      const escaped = extended();
      await page.keyboard.press('Escape');
      await escaped;
      await dialog.waitFor({ state: 'hidden' });
    });
  });

  test('the warning of the session: another tab that goes on takes it away; a session that is over says so', async () => {
    await withPage(CLOCK, async (page) => {
      await page.clock.install();
      await signIn(page, ADMIN);
      await page.goto('/gestion/comptes');
      const dialog = page.getByRole('alertdialog');
      await page.clock.fastForward('28:10');
      await dialog.getByRole('heading', { name: 'Votre session va se terminer' }).waitFor();
      const other = await page.context().newPage();
      await other.goto('/mes-informations');
      await dialog.waitFor({ state: 'hidden' });
      await other.close();
      await page.clock.fastForward('28:10');
      await dialog.getByRole('heading', { name: 'Votre session va se terminer' }).waitFor();
      await portal.db('sessions').delete();
      await dialog.getByRole('button', { name: 'Rester connecté' }).click();
      await dialog.getByRole('heading', { name: 'Votre session est terminée' }).waitFor();
      await dialog.getByRole('link', { name: 'Se reconnecter' }).waitFor();
    });
  });
});
