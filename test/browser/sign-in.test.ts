import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import {
  expectAccessible,
  expectFocus,
  expectNoSidewaysScroll,
  signIn,
  tabTo,
  useBrowser,
} from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMINISTRATOR = 'wtestportail@test.fr';
const NARROW = { viewport: { width: 320, height: 640 } };

describe('signing in, in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  test('the page is accessible, wide and narrow, empty and with errors', async () => {
    for (const options of [{}, NARROW]) {
      await withPage(options, async (page) => {
        await page.goto('/connexion');
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
        await page.getByRole('button', { name: 'Se connecter', exact: true }).click();
        const summary = page.getByRole('alert');
        await summary.waitFor();
        await expectFocus(summary);
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      });
    }
  });

  test('with the keyboard alone: from the skip link to « À faire », and out', async () => {
    await withPage({}, async (page) => {
      await page.goto('/connexion');
      await page.keyboard.press('Tab');
      assert.equal(await page.locator(':focus').innerText(), 'Aller au contenu');
      await page.keyboard.press('Enter');
      await tabTo(page.locator('#email'));
      await page.keyboard.type(ADMINISTRATOR);
      await page.keyboard.press('Tab');
      await page.keyboard.type(demonstrationPassword);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'À faire' }).waitFor();
      await tabTo(page.getByRole('button', { name: 'Se déconnecter' }));
      await page.keyboard.press('Enter');
      await page.getByText('Vous êtes déconnecté.').waitFor();
    });
  });

  test('« Afficher » shows the password, and a form that is sent hides it again', async () => {
    await withPage({}, async (page) => {
      await page.goto('/connexion');
      const password = page.locator('#password');
      await password.fill('secret');
      await page.getByRole('button', { name: /Afficher/ }).click();
      assert.equal(await password.getAttribute('type'), 'text');
      await expectAccessible(page);
      await page.getByRole('button', { name: /Afficher/ }).click();
      assert.equal(await password.getAttribute('type'), 'password');
    });
  });

  test('without JavaScript, one signs in, is sent back where one was, and signs out', async () => {
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto('/gestion/etat?q=energie');
      await page.getByLabel('Email professionnel').fill(ADMINISTRATOR);
      await page.getByLabel('Mot de passe', { exact: true }).fill('mauvais');
      await page.getByRole('button', { name: 'Se connecter', exact: true }).first().click();
      await page.getByRole('alert').getByText('Adresse ou mot de passe incorrect.').waitFor();
      await page.getByLabel('Mot de passe', { exact: true }).fill(demonstrationPassword);
      await page.getByRole('button', { name: 'Se connecter', exact: true }).first().click();
      await page.getByRole('heading', { level: 1, name: 'État des habilitations' }).waitFor();
      assert.equal(new URL(page.url()).search, '?q=energie');
      await page.getByRole('button', { name: 'Se déconnecter' }).click();
      await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
    });
  });

  test('refusals are accessible: 404 for a visitor and for a person, 403', async () => {
    await withPage({}, async (page) => {
      await page.goto('/inconnu');
      await expectAccessible(page);
      await signIn(page, 'tmantel@caf39.caf.fr');
      for (const path of ['/inconnu', '/gestion/etat']) {
        await page.goto(path);
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
        await page.getByRole('link', { name: 'Revenir à l’accueil' }).waitFor();
      }
    });
  });

  test('going back after signing out shows nothing of the person', async () => {
    await withPage({}, async (page) => {
      await signIn(page, ADMINISTRATOR);
      await page.goto('/gestion/etat');
      await page.getByRole('button', { name: 'Se déconnecter' }).click();
      await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
      assert.ok(!(await page.content()).includes('TESTPORTAIL</span>'));
    });
  });
});
