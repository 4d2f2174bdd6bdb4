import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { readCaptured } from '../../src/mail/captured.ts';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import {
  expectAccessible,
  expectFocus,
  expectNoSidewaysScroll,
  holdScript,
  signIn,
  useBrowser,
} from '../tools/browser.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PENDING = '/gestion/demandes/en-cours';
const NARROW = { viewport: { width: 320, height: 640 } };
const PASSWORD = 'cerfeuil-tambour-77-glacier';

describe('requests, in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  const ask = async (lastName: string, role = 'energie-lecteur') =>
    createRequest(portal.db, { account: await createAccount(portal.db, { last_name: lastName }), role });

  /** The link that a captured message to this address carries; messages leave a moment after the act. */
  async function linkTo(page: Page, address: string, path: RegExp): Promise<string> {
    const message = page.locator('article, li, section').filter({ hasText: address });
    let found: string | null | undefined;
    await eventually(async () => {
      await page.goto('/demonstration/messages');
      const links = message.locator('a');
      const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
      found = addresses.find((href) => href !== null && path.test(href));
      return Boolean(found);
    });
    return new URL(found ?? '', portal.url).pathname;
  }

  for (const javaScriptEnabled of [true, false]) {
    test(`from « S'inscrire » to the first sign-in, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const email = `marcheur.${javaScriptEnabled}@caf39.caf.fr`;
      const name = javaScriptEnabled ? 'MARCHEUR' : 'RANDONNEUR';
      await withPage({ javaScriptEnabled }, async (page) => {
        await page.goto('/inscription');
        if (javaScriptEnabled) await expectAccessible(page);
        await page.getByLabel('Nom', { exact: true }).fill(name);
        await page.getByLabel('Prénom').fill('Lucie');
        await page.getByLabel('Email professionnel').fill(email);
        await page.getByLabel('Fonction').fill('Gestionnaire');
        await page.getByLabel('Organisme').fill('CAF du Jura');
        await page.getByLabel('Motif').fill('Première affectation.');
        await page.getByRole('button', { name: "S'inscrire" }).click();
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.goto(await linkTo(page, email, /\/inscription\//));
        await page.getByRole('button', { name: /Confirmer/ }).click();
        await page.getByRole('heading', { level: 1 }).waitFor();
      });
      await withPage({ javaScriptEnabled, as: 'suppleante@caf39.caf.fr' }, async (page) => {
        await page.goto(`${PENDING}?q=${name}`);
        await page.getByRole('button', { name: `Accepter la demande de Lucie ${name}` }).click();
        await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
        await page.getByText(`La demande de Lucie ${name} est acceptée.`).waitFor();
      });
      await withPage({ javaScriptEnabled }, async (page) => {
        const link = await linkTo(page, email, /\/activation\//);
        const letScriptCome = javaScriptEnabled ? await holdScript(page, 'password-strength') : undefined;
        await page.goto(link, { waitUntil: 'commit' });
        await page.getByLabel('Nouveau mot de passe').fill(PASSWORD);
        if (letScriptCome) {
          // What was typed before the script came is judged too.
          await letScriptCome();
          await page.locator('[data-strength]', { hasText: /\S/ }).waitFor();
          await expectAccessible(page);
        }
        await page.getByLabel('Confirmation').fill(PASSWORD);
        await page.getByRole('button', { name: 'Enregistrer' }).click();
        await page.getByRole('heading', { level: 1, name: 'Mes informations' }).waitFor();
        await page.getByRole('button', { name: 'Se déconnecter' }).click();
        await page.getByLabel('Email professionnel').fill(email);
        await page.getByLabel('Mot de passe', { exact: true }).fill(PASSWORD);
        await page.getByRole('button', { name: 'Se connecter', exact: true }).first().click();
        await page.getByRole('heading', { level: 1, name: 'Mes informations' }).waitFor();
      });
    });
  }

  test('a refusal in its dialog: named, focus kept and given back, a ready-made reason, then done', async () => {
    await ask('DIALOGUE');
    await ask('SECONDDIALOGUE');
    await withPage({ as: 'wtestportail@test.fr' }, async (page) => {
      await page.goto(`${PENDING}?q=dialogue`);
      const refuse = page.getByRole('button', { name: 'Refuser la demande de Camille DIALOGUE' });
      await refuse.click();
      const dialog = page.getByRole('dialog', { name: 'Refuser la demande de Camille DIALOGUE' });
      await dialog.waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await expectFocus(refuse);
      await refuse.click();
      await dialog.getByText('Motifs tout prêts').click();
      await dialog.getByRole('button', { name: 'La fonction occupée ne justifie pas cet accès.' }).click();
      assert.equal(
        await dialog.getByLabel('Motif', { exact: true }).inputValue(),
        'La fonction occupée ne justifie pas cet accès.',
      );
      await dialog.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByText('La demande de Camille DIALOGUE est refusée.').waitFor();
      const next = page.getByRole('button', { name: 'Accepter la demande de Camille SECONDDIALOGUE' });
      await expectFocus(next);
      const told = page.locator(`[id="${await next.getAttribute('aria-describedby')}"]`);
      assert.match(await told.innerText(), /La demande de Camille DIALOGUE est refusée/);
      await expectAccessible(page);
    });
  });

  test('after a decision, who is in a field already when the script comes stays there', async () => {
    await ask('PRESSÉE');
    await ask('SECONDEPRESSÉE');
    await withPage({ as: 'wtestportail@test.fr' }, async (page) => {
      await page.goto(`${PENDING}?q=pressée`);
      await page.getByRole('button', { name: 'Accepter la demande de Camille PRESSÉE' }).click();
      const letScriptCome = await holdScript(page, 'next-row');
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByText('La demande de Camille PRESSÉE est acceptée.').waitFor();
      const search = page.getByRole('searchbox').first();
      await search.focus();
      await letScriptCome();
      await expectFocus(search);
    });
  });

  test('an error in a dialog shows the page with its field', async () => {
    const id = await ask('ERREUR');
    await withPage({ as: 'wtestportail@test.fr' }, async (page) => {
      await page.goto(`/gestion/demandes/${id}/refus`);
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByRole('alert').waitFor();
      await expectAccessible(page);
      assert.equal(await page.getByLabel('Motif', { exact: true }).getAttribute('aria-invalid'), 'true');
    });
  });

  test('a selection is ticked, told, and decided', async () => {
    await ask('LOTPREMIER');
    await ask('LOTSECOND');
    await withPage({}, async (page) => {
      await signIn(page, 'wtestportail@test.fr');
      await page.goto(`${PENDING}?q=lot`);
      await page.getByRole('button', { name: 'Cocher la page' }).click();
      await page.getByText('Sélection : 2 demandes').waitFor();
      await page.getByRole('button', { name: 'Accepter la sélection' }).click();
      await page.getByRole('heading', { level: 1, name: 'Accepter la sélection' }).waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByText('2 demandes acceptées.').waitFor();
    });
  });

  test('P11: a change of address, from the form to the effect: axe finds nothing, nothing scrolls sideways at 320 px', async () => {
    const person = await createAccount(portal.db, {
      last_name: 'AU-NOM-BIEN-LONG-DE-MADEMOISELLE-MARTIN',
      password: demonstrationPassword,
    });
    const email = 'une.adresse.bien.plus.longue.que.les.autres@assurance-maladie.caf39.caf.fr';
    const viewport = { width: 320, height: 800 };
    const check = async (page: Page) => {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
    };
    const addressLink = async (address: string): Promise<string> => {
      const sent = async () =>
        (await readCaptured(portal.environment.dataDirectory, 50)).find(({ to }) => to === address);
      await eventually(async () => (await sent()) !== undefined);
      return /http\S+\/adresse\/[\w-]{43}/.exec((await sent())?.text ?? '')?.[0] ?? '';
    };
    await withPage({ as: 'wtestportail@test.fr', viewport }, async (page) => {
      const send = page.getByRole('button', { name: 'Demander le changement' });
      await page.goto(`/gestion/comptes/${person.id}/adresse`);
      await send.click();
      await page.getByRole('alert').waitFor();
      await check(page);
      await page.getByLabel('Nouvel email professionnel').fill(email);
      await page.getByLabel('Motif').fill('Nouveau domaine de messagerie');
      await send.click();
      await page.getByRole('status').filter({ hasText: 'Un lien est envoyé' }).waitFor();
      await check(page);
      await page.goto('/gestion/demandes/en-cours?q=mademoiselle');
      await check(page);
      await page.goto(await addressLink(email));
      await check(page);
      await page.getByRole('button', { name: 'Confirmer mon adresse' }).click();
      await page.getByRole('heading', { name: 'Nouvelle adresse confirmée' }).waitFor();
      await check(page);
    });
    await withPage({ as: person.email, viewport }, async (page) => {
      const present = await addressLink(person.email);
      for (const path of [present, `${present}/refus`, '/mes-informations/adresse/refus']) {
        await page.goto(path);
        await check(page);
      }
      await page.goto('/mes-informations');
      await check(page);
      await page.getByRole('link', { name: 'Donner mon accord' }).click();
      await check(page);
      await page.getByRole('button', { name: 'Donner mon accord' }).click();
      await page.getByRole('heading', { name: 'Adresse changée' }).waitFor();
      await check(page);
      for (const path of ['/adresse/jeton-inconnu', '/adresse/reponse/retablie']) {
        await page.goto(path);
        await check(page);
      }
    });
    await withPage({ as: 'wtestportail@test.fr', viewport }, async (page) => {
      await page.goto('/mes-informations/adresse');
      await check(page);
    });
  });

  test('the badge says what others decide in words, and the list keeps its width at 320 pixels', async () => {
    await ask('ÉTROITE', 'energie-administrateur');
    await withPage(NARROW, async (page) => {
      await signIn(page, 'wtestportail@test.fr');
      await page.goto(`${PENDING}?q=etroite`);
      await expectNoSidewaysScroll(page);
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('link', { name: /demandes? à décider\) et \d+ à décider par l’Ucanss/ }).waitFor();
      await expectAccessible(page);
    });
  });
});
