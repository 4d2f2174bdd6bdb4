import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { expectAccessible, expectNoSidewaysScroll, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMIN = 'wtestportail@test.fr';
const DIALOG = 'dialog:has([data-confirmation])';

describe('« Gestion des comptes » in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  const states = {
    'the list': '/gestion/comptes',
    'with a role': '/gestion/comptes?role=energie-lecteur&ayant=non',
    'nobody found': '/gestion/comptes?nom=xqzw',
    'outside, before a name': '/gestion/comptes?organisme=non',
    'outside, people found': '/gestion/comptes?organisme=non&nom=un',
    'an unknown criterion': '/gestion/comptes?compte=x',
    'what a selection would do': '/gestion/comptes/selection?acte=desactiver&tout=oui',
  };

  // At the end of the page the bar of the selection stands below the rows, and covers none of their buttons.
  const TO_THE_END = 'scrollTo(0, document.body.scrollHeight)';

  test('axe finds nothing in any state', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      for (const path of Object.values(states)) {
        await page.goto(path);
        await page.evaluate(TO_THE_END);
        await expectAccessible(page);
      }
    });
  });

  test('at 320 px nothing scrolls sideways in any state, and axe finds nothing on the cards', async () => {
    await withPage({ as: ADMIN, viewport: { width: 320, height: 800 } }, async (page) => {
      for (const path of Object.values(states)) {
        await page.goto(path);
        await expectNoSidewaysScroll(page);
      }
      await page.goto('/gestion/comptes?nom=m&role=energie-lecteur&ayant=non');
      await page.evaluate(TO_THE_END);
      await expectAccessible(page);
    });
  });

  test('R44: the dialog keeps the focus, Escape gives it back, an empty reason is said with its field', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.goto('/gestion/comptes?nom=adama');
      const button = page.getByRole('button', { name: 'Désactiver le compte de William ADAMA' });
      await button.click();
      const dialog = page.locator(DIALOG);
      await dialog.waitFor();
      assert.equal(await page.evaluate('document.activeElement.name'), 'motif');
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.equal(
        await page.evaluate('document.activeElement.title'),
        'Désactiver le compte de William ADAMA',
      );
      await button.click();
      await dialog.getByRole('button', { name: 'Confirmer' }).click();
      await page.getByRole('alert').filter({ hasText: 'erreur' }).waitFor();
      await expectAccessible(page);
      await page.getByLabel('Motif').fill('Départ en retraite');
      await page.getByRole('button', { name: 'Confirmer' }).click();
      await page
        .getByRole('status')
        .filter({ hasText: 'Le compte de William ADAMA est désactivé' })
        .waitFor();
      assert.match(page.url(), /nom=adama/, 'back to the same list');
    });
  });

  test('R59: « CONFIRMATION DU RATTACHEMENT ? », « Annuler » changes nothing', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.goto('/gestion/comptes?organisme=non&nom=tologue');
      await page.getByRole('button', { name: 'Rattacher Déon TOLOGUE à mon organisme' }).click();
      const dialog = page.locator(DIALOG);
      await dialog.getByRole('heading', { name: 'CONFIRMATION DU RATTACHEMENT ?' }).waitFor();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Annuler' }).click();
      await dialog.waitFor({ state: 'detached' });
      const person = await portal
        .db('accounts')
        .join('organisms', 'organisms.id', 'organism_id')
        .where({ email: 'deontologue@extension.fr' })
        .first('code');
      assert.equal(person.code, 'UCN');
    });
  });

  test('R45: « Tout » says how many people that is, then the confirmation and the result do', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.goto('/gestion/comptes?role=sda-consultation&ayant=non');
      const sentence = await page.locator('.filters-sentence').innerText();
      const count = sentence.match(/(\d+)$/)?.[1];
      await page.getByLabel('Tout', { exact: true }).check();
      assert.match(await page.locator('[data-count]').innerText(), new RegExp(`${count} personnes`));
      await page.getByRole('button', { name: 'Activer des droits pour la sélection' }).click();
      await page.getByText(`${count} personnes dans la sélection.`).waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Confirmer' }).click();
      await page.getByRole('heading', { name: 'Résultat' }).first().waitFor();
      await expectAccessible(page);
      await page.setViewportSize({ width: 320, height: 800 });
      await expectNoSidewaysScroll(page);
    });
  });

  test('without script: the button leads to a page with « Confirmer » and « Annuler », and the act is done', async () => {
    await withPage({ as: ADMIN, javaScriptEnabled: false }, async (page) => {
      await page.goto('/gestion/comptes?nom=mantel&role=sda-consultation&ayant=non');
      assert.equal(await page.getByRole('button', { name: 'Confirmer', exact: true }).count(), 0);
      await page.goto('/gestion/comptes?nom=mantel&role=energie-lecteur');
      await page.getByRole('button', { name: 'Supprimer des droits de Thomas MANTEL' }).click();
      await page.getByRole('button', { name: 'Annuler', exact: true }).click();
      assert.match(page.url(), /gestion\/comptes\?.*nom=mantel/);
      await page.getByRole('button', { name: 'Supprimer des droits de Thomas MANTEL' }).click();
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByRole('status').filter({ hasText: 'est supprimé pour Thomas MANTEL' }).waitFor();
    });
  });
});
