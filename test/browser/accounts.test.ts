import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { paths } from '../../src/paths.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import {
  expectAccessible,
  expectFocus,
  expectNoSidewaysScroll,
  holdScript,
  scriptsRun,
  useBrowser,
} from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMIN = 'wtestportail@test.fr';
const DIALOG = 'dialog:has([data-confirmation])';
/** What takes time to appear or to change, on the page as it stands. */
const MOVING = `[...document.querySelectorAll('*')].filter((element) => {
  const { animationDuration, transitionDuration } = getComputedStyle(element);
  return /[1-9]/.test(animationDuration + transitionDuration);
}).map((element) => element.tagName + '.' + element.className)`;

describe('« Gestion des comptes » in a browser', () => {
  let portal: TestPortal;
  /** Somebody of whom the page has everything to say. */
  let person: AccountRow;
  before(async () => {
    portal = await startTestPortal();
    person = await createAccount(portal.db, {
      last_name: 'DE-LA-TOUR-D’AUVERGNE-LAURAGUAIS',
      function_title: 'F'.repeat(150),
    });
    await grant(portal.db, person, 'energie-lecteur', { ends_on: '2027-06-30' });
    await grant(portal.db, person, 'sda-administrateur');
    await createRequest(portal.db, { account: person, role: 'annuaire-add-lecteur' });
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  test('R44: the dialog keeps the focus, Escape gives it back, an empty reason is said with its field', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.goto('/gestion/comptes?nom=adama');
      const button = page.getByRole('button', { name: 'Désactiver le compte de William ADAMA' });
      await button.click();
      const dialog = page.locator(DIALOG);
      await dialog.waitFor();
      assert.deepEqual(await page.evaluate(MOVING), [], 'with reduced motion nothing moves');
      await expectFocus(dialog.getByLabel('Motif'));
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await expectFocus(button);
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
      // The answer is kept waiting, as it is when it takes long: that is said, and a second click sends nothing.
      const confirm = page.getByRole('button', { name: 'Confirmer' });
      await scriptsRun(page);
      await page.evaluate("addEventListener('submit', (event) => event.preventDefault(), { once: true })");
      await confirm.click();
      await page.getByText(`${count} personnes : traitement en cours…`).waitFor();
      await expectAccessible(page);
      await confirm.click();
      await page.reload();
      await confirm.click();
      await page.getByRole('heading', { name: 'Résultat' }).first().waitFor();
      await expectAccessible(page);
      await page.setViewportSize({ width: 320, height: 800 });
      await expectNoSidewaysScroll(page);
      await page.goto('/gestion/lots');
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    });
  });

  for (const [window, width] of [
    ['wide', 1280],
    ['narrow', 320],
  ] as const) {
    test(`a habilitation ticked before the script has come is kept, in a ${window} window`, async () => {
      const { id } = await createAccount(portal.db, { last_name: `PRESSÉE-${width}` });
      await withPage({ as: ADMIN, viewport: { width, height: 800 } }, async (page) => {
        const letScriptCome = await holdScript(page, 'dual-list');
        await page.goto(`/gestion/comptes/${id}/modification`, { waitUntil: 'commit' });
        const box = page.getByRole('checkbox', { name: 'Energie Lecteur' });
        await box.check();
        await letScriptCome();
        assert.ok(await box.isChecked());
        // One list: what is ticked is what the person holds. Two: it is what « >> » moves.
        if (window === 'wide') {
          await page.getByRole('button', { name: '>> Ajouter les habilitations cochées' }).click();
          await page.locator('[data-status]', { hasText: '1 habilitation ajoutée.' }).waitFor();
        }
        await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
        await page.getByRole('status').filter({ hasText: 'Accordé : Energie Lecteur.' }).waitFor();
      });
    });
  }

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with script' : 'without script';
    test(`the four cases of the guide, ${how}: remove and deactivate, grant, create, attach`, async () => {
      const turn = javaScriptEnabled ? 'UNE' : 'DEUX';
      const leaving = await createAccount(portal.db, { last_name: `PARTANTE-${turn}` });
      await grant(portal.db, leaving, 'energie-lecteur');
      await createAccount(portal.db, { last_name: `RESTANTE-${turn}` });
      const traveller = { last_name: `VOYAGEUSE-${turn}`, organism: 'CAF-251' };
      const { id: travellerId } = await createAccount(portal.db, traveller);
      await withPage({ as: ADMIN, javaScriptEnabled }, async (page) => {
        const button = (name: string) => page.getByRole('button', { name, exact: true });
        /** Presses a row's button, says why where that is asked, confirms; waits for what is then announced. */
        async function act(name: string, said: string, reason?: string): Promise<void> {
          assert.equal(await button('Confirmer').count(), 0, '« Confirmer » is on no other page');
          await button(name).click();
          await button('Annuler').waitFor();
          if (reason !== undefined) await page.getByLabel('Motif').fill(reason);
          await button('Confirmer').click();
          await page.getByRole('status').filter({ hasText: said }).waitFor();
        }

        await page.goto(`/gestion/comptes?nom=partante-${turn}&role=energie-lecteur`);
        await button(`Supprimer des droits de Camille PARTANTE-${turn}`).click();
        await button('Annuler').click();
        await button('Annuler').waitFor({ state: 'detached' });
        assert.match(page.url(), /gestion\/comptes\?.*nom=partante/, '« Annuler » changes nothing');
        await act(`Supprimer des droits de Camille PARTANTE-${turn}`, 'est supprimé pour Camille PARTANTE');
        await page.goto(`/gestion/comptes?nom=partante-${turn}`);
        await act(`Désactiver le compte de Camille PARTANTE-${turn}`, 'est désactivé', 'Retraite');

        await page.goto(`/gestion/comptes?nom=restante-${turn}&role=energie-lecteur&ayant=non`);
        await act(`Activer des droits de Camille RESTANTE-${turn}`, 'est accordé à Camille RESTANTE');

        await page.getByRole('link', { name: 'Gestion des comptes' }).first().click();
        await page.getByRole('link', { name: 'Nouveau', exact: true }).click();
        await page.getByLabel('Nom', { exact: true }).fill('Nouvelle');
        await page.getByLabel('Prénom').fill('Anne');
        await page.getByLabel('Email professionnel').fill(`anne.${javaScriptEnabled}@caf39.caf.fr`);
        await page.getByRole('checkbox', { name: 'Energie Lecteur' }).check();
        await button('>> Ajouter les habilitations cochées').click();
        const assigned = page.getByRole('group', { name: 'LISTE DES HABILITATIONS AFFECTÉES À LA PERSONNE' });
        await assigned.getByRole('checkbox', { name: 'Energie Lecteur' }).waitFor();
        await button('Créer le compte').click();
        await page.getByRole('status').filter({ hasText: 'Accordé : Energie Lecteur.' }).waitFor();
        await page.getByRole('heading', { name: 'Anne NOUVELLE' }).waitFor();

        await page.goto('/gestion/comptes');
        await page.getByLabel('Nom', { exact: true }).fill(traveller.last_name);
        const where = page.getByRole('group', { name: 'Personne dans mon organisme' });
        await where.getByLabel('Non').check();
        await button('Rechercher').click();
        await act(
          `Rattacher Camille ${traveller.last_name} à mon organisme`,
          'fait maintenant partie de la CAF du Jura',
        );
      });
      const [gone, here] = await portal.db('accounts').whereIn('id', [leaving.id, travellerId]).orderBy('id');
      assert.deepEqual([gone.active, here.organism_id], [false, leaving.organism_id]);
    });
  }

  test('the two lists say at once what saving would do, and what is not saved is not left without a word', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.goto(paths.accounts.edit(person));
      const recap = page.locator('[data-recap]');
      assert.match(await recap.innerText(), /aucun droit ne change/);
      await page.getByLabel('SDA_Administrateur').check();
      await page.getByRole('button', { name: '<<' }).click();
      await page.getByLabel('Veille RH - Lecteur').check();
      await page.getByRole('button', { name: '>>' }).click();
      const said = (await recap.innerText()).replace(/\s+/g, ' ');
      assert.match(said, /1 droit retiré : SDA_Administrateur 1 droit accordé : Veille RH - Lecteur$/);
      await expectAccessible(page);
      // Without an answer one stays.
      const warned = page.waitForEvent('dialog');
      void page.getByRole('link', { name: 'Revenir à la fiche' }).click();
      const dialog = await warned;
      assert.equal(dialog.type(), 'beforeunload');
      await dialog.dismiss();
      // Moved back, nothing is left unsaved.
      await page.getByLabel('Veille RH - Lecteur').check();
      await page.getByRole('button', { name: '<<' }).click();
      await page.getByLabel('SDA_Administrateur').check();
      await page.getByRole('button', { name: '>>' }).click();
      assert.match(await recap.innerText(), /aucun droit ne change/);
      await page.getByRole('link', { name: 'Revenir à la fiche' }).click();
      await page.waitForURL(/comptes\/\d+$/);
    });
  });
});
