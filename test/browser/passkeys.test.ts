import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createAccount } from '../factories/accounts.ts';
import { createPasskey } from '../factories/factors.ts';
import { expectAccessible, expectNoSidewaysScroll, signIn, useBrowser } from '../tools/browser.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { forgetProofs } from '../tools/proved.ts';

const EMPLOYEE = 'tmantel@caf39.caf.fr';
const SECURITY = '/mes-informations/securite';
const ADD = `${SECURITY}/cles`;
const USE = 'Utiliser une clé d’accès';
const CREATE = 'Créer la clé d’accès';
const NARROW_AND_DARK = { viewport: { width: 320, height: 640 }, colorScheme: 'dark' } as const;

/** A device of Chromium itself, which verifies its person, and which they touch as soon as it asks. */
async function plugDevice(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return {
    touch: (enabled: boolean) =>
      session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    keys: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    unplug: () => session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
  };
}

describe('passkeys, in a browser (R89)', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal({ host: 'localhost' });
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();

  /** Signs out. */
  async function signOut(page: Page, device: Awaited<ReturnType<typeof plugDevice>>): Promise<void> {
    await device.touch(false);
    await press(page, 'Se déconnecter');
    await page.getByText('Vous êtes déconnecté.').waitFor();
    // What the browser offered before is not picked later on.
    await page.goto('/aide');
    await device.touch(true);
  }

  /** The first question is the field's: without its answer, the button alone asks. */
  const withoutOffer = (page: Page) =>
    page.route('**/connexion/cle-d-acces/options', (route) => route.abort('aborted'), { times: 1 });

  async function typePassword(page: Page): Promise<void> {
    await withoutOffer(page);
    await page.goto('/connexion');
    await page.getByLabel('Email professionnel').fill(EMPLOYEE);
    await page.getByLabel('Mot de passe', { exact: true }).fill(demonstrationPassword);
    await press(page, 'Se connecter');
  }

  async function add(page: Page, name: string): Promise<void> {
    await page.goto(ADD);
    await page.getByLabel('Nom de la clé').fill(name);
    await press(page, CREATE);
  }

  test('added, it signs in alone, is the second step, confirms who one is; removed, the browser forgets it', async () => {
    await withPage({}, async (page) => {
      const device = await plugDevice(page);
      await signIn(page, EMPLOYEE);
      await add(page, 'Mon ordinateur');
      await heading(page, 'Vos codes de secours');
      await page.evaluate(`print = () => document.body.setAttribute('data-printed', '')`);
      await press(page, 'Imprimer');
      await page.locator('[data-printed]').waitFor();
      const once = page.getByText('Ils ne seront plus montrés');
      assert.equal(await once.isVisible(), true);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await once.isVisible(), false, 'a sheet does not ask to be printed');
      assert.equal(await page.getByText(portal.url).isVisible(), true, 'it says of which portal it is');
      await page.emulateMedia({ media: 'screen' });
      await add(page, 'La même');
      await page.getByText('Cet appareil a déjà une clé d’accès pour votre compte.').waitFor();
      assert.equal((await device.keys()).length, 1);

      await signOut(page, device);
      await withoutOffer(page);
      await page.goto('/connexion');
      await press(page, USE);
      await heading(page, 'Mes informations');

      await signOut(page, device);
      await typePassword(page);
      await heading(page, 'Second facteur');
      await expectAccessible(page);
      await press(page, USE);
      await heading(page, 'Mes informations');

      await forgetProofs(portal.db);
      await page.goto(`${SECURITY}/mot-de-passe`);
      await heading(page, 'Confirmez votre identité');
      await expectAccessible(page);
      await press(page, USE);
      await heading(page, 'Changer de mot de passe');

      await signOut(page, device);
      // Among what the browser offers in the first field, picked as soon as it is.
      await page.goto('/connexion');
      await heading(page, 'Mes informations');

      await page.goto(SECURITY);
      await page.getByText('Mon ordinateur', { exact: true }).waitFor();
      await expectAccessible(page);
      await press(page, 'Retirer la clé d’accès Mon ordinateur');
      await press(page, 'Confirmer');
      await page.getByText('Votre clé d’accès «\u00a0Mon ordinateur\u00a0» est retirée.').waitFor();
      await eventually(async () => (await device.keys()).length === 0);
      await device.unplug();
    });
  });

  test('what is offered in the field is asked anew before its challenge is over', async () => {
    await withPage({}, async (page) => {
      const device = await plugDevice(page);
      await device.touch(false);
      await page.clock.install();
      let asked = 0;
      await page.route('**/connexion/cle-d-acces/options', (route) => {
        asked += 1;
        return route.continue();
      });
      await page.goto('/connexion');
      await eventually(() => asked === 1);
      await page.waitForLoadState('networkidle');
      await page.clock.fastForward(200_000);
      assert.equal(asked, 1);
      await page.clock.fastForward(30_000);
      await eventually(() => asked === 2);
      await page.unrouteAll();
      await device.unplug();
    });
  });

  test('the pages are accessible, narrow and dark; without script a key is not offered, and it is said why', async () => {
    await withPage({ as: EMPLOYEE, ...NARROW_AND_DARK }, async (page) => {
      for (const path of [ADD, SECURITY]) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      }
      await page.goto(ADD);
      assert.equal(await page.getByText('clé d’accès demande JavaScript').isVisible(), false);
    });
    await withPage({ as: EMPLOYEE, javaScriptEnabled: false }, async (page) => {
      await page.goto(ADD);
      assert.equal(await page.getByText('clé d’accès demande JavaScript').isVisible(), true);
      assert.equal(await page.getByRole('button', { name: CREATE }).isVisible(), false);
    });
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto('/connexion');
      assert.equal(await page.getByRole('button', { name: USE }).isVisible(), false);
    });
  });

  test('the second step of who has a passkey alone: without script it is said what serves; narrow, all is aligned', async () => {
    const person = await createAccount(portal.db, { password: demonstrationPassword });
    await createPasskey(portal.db, person, 'Mon ordinateur');
    for (const javaScriptEnabled of [true, false]) {
      await withPage({ ...NARROW_AND_DARK, javaScriptEnabled }, async (page) => {
        await page.goto('/connexion');
        await page.getByLabel('Email professionnel').fill(person.email);
        await page.getByLabel('Mot de passe', { exact: true }).fill(demonstrationPassword);
        await page.getByRole('button', { name: 'Se connecter' }).click();
        await heading(page, 'Second facteur');
        const why = page.getByText('clé d’accès demande JavaScript');
        const use = page.getByRole('button', { name: USE });
        await (javaScriptEnabled ? use : why).waitFor();
        assert.deepEqual(
          [await use.isVisible(), await why.isVisible()],
          [javaScriptEnabled, !javaScriptEnabled],
        );
        const words = await page.getByText('Vous êtes').boundingBox();
        const label = await page.getByText('Changer de compte').boundingBox();
        assert.ok((label?.y ?? 0) > (words?.y ?? 0), 'on a line of its own');
        assert.ok(Math.abs((label?.x ?? 0) - (words?.x ?? 0)) <= 2, `${label?.x} below ${words?.x}`);
      });
    }
  });
});
