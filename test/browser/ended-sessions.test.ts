import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createAccount } from '../factories/accounts.ts';
import { expectAccessible, expectNoSidewaysScroll, signIn, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMINISTRATOR = 'wtestportail@test.fr';
const OTHER = 'wadama@ucanss.fr';
const ENDED = /^Votre session a pris fin\s: rien n’a été enregistré\./;

describe('sessions that end, and other tabs, in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  const endSessions = () => portal.db('sessions').delete();
  const isActive = async (id: number) => (await portal.db('accounts').first('active').where({ id })).active;

  async function fillSignIn(page: Page, email: string): Promise<void> {
    await page.getByLabel('Email professionnel').fill(email);
    await page.getByLabel('Mot de passe', { exact: true }).fill(demonstrationPassword);
    await page.getByRole('button', { name: 'Se connecter', exact: true }).first().click();
  }

  for (const javaScriptEnabled of [true, false]) {
    // axe runs as a script of the page.
    const how = javaScriptEnabled ? 'with script' : 'without script';

    test(`${how}: the session ends while an account is written; it is there again, and is created once sent`, async () => {
      const email = `garde.${javaScriptEnabled}@caf39.caf.fr`;
      await withPage({ javaScriptEnabled }, async (page) => {
        await signIn(page, ADMINISTRATOR);
        await page.goto('/gestion/comptes/nouveau');
        await page.getByLabel('Civilité').selectOption('Mme');
        await page.getByLabel('Nom', { exact: true }).fill('GARDÉE');
        await page.getByLabel('Prénom').fill('Zoé');
        await page.getByLabel('Email professionnel').fill(email);
        await page.getByRole('checkbox', { name: /^Energie Lecteur/ }).check();
        await page.getByRole('button', { name: '>> Ajouter les habilitations cochées' }).click();
        if (!javaScriptEnabled) await page.getByRole('button', { name: '<< Retirer' }).waitFor();
        await endSessions();
        await page.getByRole('button', { name: 'Créer le compte' }).click();
        await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
        await page.getByRole('status').getByText(ENDED).waitFor();
        if (javaScriptEnabled) await expectAccessible(page);
        await expectNoSidewaysScroll(page);
        await fillSignIn(page, ADMINISTRATOR);
        await page.getByRole('heading', { level: 1, name: "Création d'un compte" }).waitFor();
        await page.getByText(/^Votre session avait pris fin/).waitFor();
        if (javaScriptEnabled) await expectAccessible(page);
        assert.equal(await page.getByLabel('Civilité').inputValue(), 'Mme');
        assert.equal(await page.getByLabel('Nom', { exact: true }).inputValue(), 'GARDÉE');
        const held = page.getByRole('group', { name: /AFFECTÉES À LA PERSONNE/ });
        await held.getByRole('checkbox', { name: /^Energie Lecteur/ }).waitFor();
        assert.equal((await portal.db('accounts').where({ email })).length, 0);
        await page.getByRole('button', { name: 'Créer le compte' }).click();
        await page.getByText(/Le compte de Zoé GARDÉE est créé/).waitFor();
      });
      const created = await portal.db('accounts').where({ email }).first('id');
      assert.equal((await portal.db('assignments').where({ account_id: created.id })).length, 1);
    });

    test(`${how}: the confirmation of a row's act is there again with its reason`, async () => {
      const { id, last_name } = await createAccount(portal.db, { last_name: `LIGNE${javaScriptEnabled}` });
      await withPage({ javaScriptEnabled }, async (page) => {
        await signIn(page, ADMINISTRATOR);
        await page.goto(`/gestion/comptes?nom=${last_name}`);
        await page.getByRole('button', { name: `Désactiver le compte de Camille ${last_name}` }).click();
        const confirmation = page.locator('[data-confirmation]');
        await confirmation.getByLabel('Motif').fill('Départ à la retraite');
        await endSessions();
        await confirmation.getByRole('button', { name: 'Confirmer', exact: true }).click();
        await page.getByText(ENDED).waitFor();
        await fillSignIn(page, ADMINISTRATOR);
        await page.getByText(/^Votre session avait pris fin/).waitFor();
        assert.equal(await page.getByLabel('Motif').inputValue(), 'Départ à la retraite');
        assert.equal(await isActive(id), true);
        await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
        await page.getByText(/est désactivé/).waitFor();
        assert.equal(new URL(page.url()).search, `?nom=${last_name}`);
      });
      assert.equal(await isActive(id), false);
    });

    test(`${how}, two tabs: a form of before one signed in again is shown again, then done`, async () => {
      const { id, last_name } = await createAccount(portal.db, { last_name: `ONGLET${javaScriptEnabled}` });
      await withPage({ javaScriptEnabled }, async (first) => {
        await signIn(first, ADMINISTRATOR);
        await first.goto(`/gestion/comptes/${id}/desactivation`);
        await first.getByLabel('Motif').fill('Mutation');
        const second = await first.context().newPage();
        await second.goto('/mes-informations');
        await second.getByRole('button', { name: 'Se déconnecter' }).click();
        await fillSignIn(second, ADMINISTRATOR);
        await second.getByRole('heading', { level: 1, name: 'À faire' }).waitFor();
        await second.close();
        await first.getByRole('button', { name: 'Confirmer', exact: true }).click();
        await first.getByText(/^Votre session n’est plus celle/).waitFor();
        assert.equal(await first.getByLabel('Motif').inputValue(), 'Mutation');
        if (javaScriptEnabled) await expectAccessible(first);
        assert.equal(await isActive(id), true);
        await first.getByRole('button', { name: 'Confirmer', exact: true }).click();
        await first.getByText(`Le compte de Camille ${last_name} est désactivé`).waitFor();
      });
    });

    test(`${how}, two tabs: « Connexion » and « S'inscrire » of before another tab signed in`, async () => {
      await withPage({ javaScriptEnabled }, async (first) => {
        await first.goto('/connexion?retour=/applications');
        const registration = await first.context().newPage();
        await registration.goto('/inscription');
        const second = await first.context().newPage();
        await signIn(second, OTHER);
        await fillSignIn(first, ADMINISTRATOR);
        await first.getByRole('heading', { level: 1, name: 'Applications' }).waitFor();
        await first.getByText(/^Vous étiez connecté en tant que William ADAMA/).waitFor();
        await registration.getByLabel('Nom', { exact: true }).fill('DUPONT');
        await registration.getByRole('button', { name: "S'inscrire", exact: true }).click();
        await registration.getByRole('alert').getByText('Le formulaire contient').waitFor();
        assert.equal(await registration.getByLabel('Nom', { exact: true }).inputValue(), 'DUPONT');
        await second.close();
        await registration.close();
      });
    });
  }

  // A window of its own: its clock is moved.
  const CLOCK = { colorScheme: 'dark' } as const;

  test('the warning says that the session is over once it is, and « Se reconnecter » brings the form back', async () => {
    await withPage(CLOCK, async (page) => {
      await page.clock.install();
      await signIn(page, ADMINISTRATOR);
      await page.goto('/gestion/comptes/nouveau');
      await page.getByLabel('Nom', { exact: true }).fill('EN COURS');
      const dialog = page.getByRole('alertdialog');
      await page.clock.fastForward('28:30');
      await dialog.getByRole('heading', { name: 'Votre session va se terminer' }).waitFor();
      await page.clock.fastForward('02:00');
      await dialog.getByRole('heading', { name: 'Votre session est terminée' }).waitFor();
      assert.equal(await dialog.getByRole('button', { name: 'Rester connecté' }).isVisible(), false);
      await expectAccessible(page);
      await endSessions();
      await dialog.getByRole('link', { name: 'Se reconnecter' }).click();
      await page.getByText(ENDED).waitFor();
      await fillSignIn(page, ADMINISTRATOR);
      await page.getByText(/^Votre session avait pris fin/).waitFor();
      assert.equal(await page.getByLabel('Nom', { exact: true }).inputValue(), 'EN COURS');
    });
  });

  test('the warning of a list, where nothing is filled in, leads back to it', async () => {
    await withPage(CLOCK, async (page) => {
      await page.clock.install();
      await signIn(page, ADMINISTRATOR);
      await page.goto('/gestion/comptes?nom=mantel');
      await page.clock.fastForward('31:00');
      const dialog = page.getByRole('alertdialog');
      await dialog.getByRole('heading', { name: 'Votre session est terminée' }).waitFor();
      await endSessions();
      await dialog.getByRole('link', { name: 'Se reconnecter' }).click();
      await fillSignIn(page, ADMINISTRATOR);
      await page.getByRole('heading', { level: 1, name: 'Gestion des comptes' }).waitFor();
      assert.equal(new URL(page.url()).search, '?nom=mantel');
    });
  });

  test('an export followed once the session is over leads back to its list', async () => {
    await withPage({}, async (page) => {
      await signIn(page, ADMINISTRATOR);
      await page.goto('/gestion/etat?q=mantel');
      await endSessions();
      await page.getByRole('link', { name: 'Excel' }).click();
      await page.getByText(/^Connectez-vous pour exporter/).waitFor();
      await fillSignIn(page, ADMINISTRATOR);
      await page.getByRole('heading', { level: 1, name: 'État des habilitations' }).waitFor();
      assert.equal(new URL(page.url()).searchParams.get('q'), 'mantel');
    });
  });
});
