import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { readCaptured } from '../../src/mail/captured.ts';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import {
  expectAccessible,
  expectFocus,
  expectNoSidewaysScroll,
  signIn,
  useBrowser,
} from '../tools/browser.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PENDING = '/gestion/demandes/en-cours';
const shadowOf = (selector: string): string =>
  `getComputedStyle(document.querySelector('${selector}')).boxShadow`;

describe('a request that a message leads to, in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  const ask = async (lastName: string) =>
    createRequest(portal.db, { account: await createAccount(portal.db, { last_name: lastName }) });

  for (const javaScriptEnabled of [true, false]) {
    test(`the row that the link of a message leads to is marked, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const id = await ask(javaScriptEnabled ? 'VISÉE' : 'VISÉESANS');
      await ask(javaScriptEnabled ? 'VISÉE' : 'VISÉESANS');
      await withPage({ javaScriptEnabled }, async (page) => {
        await signIn(page, 'wtestportail@test.fr');
        await page.goto(`${PENDING}?q=Camille+${javaScriptEnabled ? 'visee' : 'viseesans'}#demande-${id}`);
        assert.match(await page.evaluate<string>(shadowOf(`#demande-${id} td`)), /inset/);
        assert.equal(await page.evaluate(shadowOf(`tbody tr:not(#demande-${id}) td`)), 'none');
      });
    });
  }

  test('who is not signed in comes to the same row, once they are', async () => {
    const id = await ask('DERRIÈRE');
    await ask('DERRIÈRE');
    await withPage({}, async (page) => {
      await page.goto(`${PENDING}?q=Camille+derriere#demande-${id}`);
      await page.getByLabel('Email professionnel').fill('wtestportail@test.fr');
      await page.getByLabel('Mot de passe', { exact: true }).fill('non');
      await page.getByRole('button', { name: 'Se connecter', exact: true }).click();
      await page.locator('[data-error-summary]').waitFor();
      await page.getByLabel('Mot de passe', { exact: true }).fill(demonstrationPassword);
      await page.getByRole('button', { name: 'Se connecter', exact: true }).click();
      await page.waitForURL(new RegExp(`#demande-${id}$`));
      await expectFocus(page.locator(`#demande-${id}`).getByRole('button', { name: /^Accepter/ }));
    });
  });

  test('after an act that leads to another page, what was done has the focus', async () => {
    const account = await createAccount(portal.db, { last_name: 'CONGÉDIÉE' });
    await withPage({ as: 'wtestportail@test.fr', javaScriptEnabled: true }, async (page) => {
      await page.goto(`/gestion/comptes/${account.id}/desactivation`);
      await page.getByLabel('Motif').fill('Départ');
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await expectFocus(page.locator('[data-told]'));
    });
  });

  test('the link of the message to who decides puts the focus on « Accepter » of that request', async () => {
    const decider = 'suppleante@caf39.caf.fr';
    const account = await accountOf(portal.db, 'wadama@ucanss.fr');
    // The same name on the line before: the list that the link opens has both.
    await createRequest(portal.db, { account });
    await withPage({ as: account.email }, async (page) => {
      await page.goto('/applications/energie');
      await page.getByLabel('Energie Rédacteur').check();
      await page.getByLabel('Motif').fill('Je remplace le référent.');
      await page.getByRole('button', { name: "Demander l'accès à l'application" }).click();
      await page.getByText(/est transmise aux administrateurs locaux/).waitFor();
    });
    const { id } = await portal
      .db('requests')
      .orderBy('id', 'desc')
      .first('id')
      .where({ account_id: account.id });
    let link: string | undefined;
    await eventually(async () => {
      const captured = await readCaptured(portal.environment.dataDirectory, 50);
      const text =
        captured.find(({ to, text }) => to === decider && text.includes(`#demande-${id}`))?.text ?? '';
      link = /http\S+#demande-\d+/.exec(text)?.[0];
      return link !== undefined;
    });
    await withPage({ as: decider }, async (page) => {
      await page.goto(link ?? '');
      const row = page.locator(`#demande-${id}`);
      assert.ok((await page.getByRole('button', { name: /^Accepter la demande de/ }).count()) > 1);
      await expectFocus(row.getByRole('button', { name: 'Accepter la demande de William ADAMA' }));
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Accepter la demande de William ADAMA' }).waitFor();
    });
  });

  for (const [width, email] of [
    [1280, 'directrice@caf39.caf.fr'],
    [320, 'tmantel@caf39.caf.fr'],
  ] as const) {
    test(`a correction, its reminder and that of Ucanss are accessible, ${width} pixels wide`, async () => {
      const viewport = { width, height: 720 };
      const { id: account_id, last_name } = await accountOf(portal.db, email);
      const check = async (page: Page) => {
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      };
      await withPage({ viewport, as: email }, async (page) => {
        await page.goto('/mes-informations');
        await page.getByRole('link', { name: 'Proposer une correction' }).click();
        const send = page.getByRole('button', { name: 'Proposer la correction' });
        await send.click();
        await page.getByRole('alert').waitFor();
        await check(page);
        await page.getByLabel('Fonction').fill('Responsable de la maîtrise des risques et de la fraude');
        await send.click();
        await page.getByText(/Votre correction est proposée à/).waitFor();
        await portal
          .db('requests')
          .where({ account_id, kind: 'correction' })
          .update({ submitted_at: '2026-11-02T10:00:00Z' });
        await page.goto('/mes-informations');
        await check(page);
        await page.getByRole('button', { name: 'Relancer la demande « Correction de fiche »' }).click();
        await page.getByRole('dialog', { name: /^Relancer votre demande/ }).waitFor();
        await check(page);
        await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
        await page.getByText(/Votre demande a été rappelée à/).waitFor();
        await check(page);
      });
      await withPage({ viewport, as: 'national@ucanss.fr' }, async (page) => {
        await page.goto(`${PENDING}?q=correction+${last_name}`);
        await page.getByText(/Situation/).click();
        await check(page);
        await page.getByRole('button', { name: /^Rappeler aux administrateurs/ }).click();
        await page.getByRole('dialog', { name: /^Rappeler aux administrateurs/ }).waitFor();
        await check(page);
      });
    });
  }
});
