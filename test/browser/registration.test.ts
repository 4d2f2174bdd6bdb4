import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { readCaptured } from '../../src/mail/captured.ts';
import {
  expectAccessible,
  expectFocus,
  expectNoSidewaysScroll,
  holdScript,
  useBrowser,
} from '../tools/browser.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

let portal: TestPortal;
before(async () => {
  portal = await startTestPortal();
});
after(() => portal?.stop());
const { withPage } = useBrowser(() => portal);

const FORM = {
  Nom: 'DUPONT',
  Prénom: 'Léa',
  Fonction: 'Conseillère',
  Organisme: 'jura',
  Motif: 'J’arrive le 1er décembre.',
};

async function fill(page: Page, email: string): Promise<void> {
  for (const [label, value] of Object.entries({ ...FORM, 'Email professionnel': email })) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
}
const press = (page: Page) => page.getByRole('button', { name: "S'inscrire", exact: true }).click();

async function linkFor(email: string): Promise<string> {
  let link = '';
  await eventually(async () => {
    const messages = await readCaptured(portal.environment.dataDirectory, 100);
    const message = messages.find(({ to }) => to === email);
    link = /http\S+\/inscription\/[\w-]{43}/.exec(message?.text ?? '')?.[0] ?? '';
    return link !== '';
  });
  return link;
}

for (const [name, options] of [
  ['with script, 1280 px', { viewport: { width: 1280, height: 900 } }],
  ['without script, 320 px', { javaScriptEnabled: false, viewport: { width: 320, height: 700 } }],
] as const) {
  test(`F1 from « S’inscrire » to the confirmed address, ${name}`, async () => {
    const script = !('javaScriptEnabled' in options);
    const email = `lea.${script ? 'avec' : 'sans'}@caf39.caf.fr`;
    // axe itself is a script.
    const check = async (page: Page) => {
      if (!script) return;
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    };
    await withPage(options, async (page) => {
      await page.goto('/');
      await page.getByRole('main').getByRole('link', { name: "S'inscrire", exact: true }).click();
      await press(page);
      await page.getByRole('alert').getByText('Indiquez votre prénom.').waitFor();
      await check(page);
      await fill(page, email);
      await press(page);
      await page.getByText('Plusieurs organismes correspondent').first().waitFor();
      await page.getByLabel('CAF du Jura').check();
      await press(page);
      await page.getByRole('status').getByText('Un message vient d’être envoyé').waitFor();
      await check(page);
      await page.goto(await linkFor(email));
      await check(page);
      assert.equal(await page.getByRole('button', { name: 'Confirmer', exact: true }).count(), 0);
      await page.getByRole('button', { name: 'Confirmer mon adresse' }).click();
      await page.getByRole('status').getByText('Votre adresse est confirmée').waitFor();
      await page.goto(await linkFor(email));
      await page.getByRole('alert').getByText('Ce lien n’est plus valable').waitFor();
      await check(page);
    });
    const { status } = await portal.db('requests').first('status').where({ email });
    assert.equal(status, 'pending');
  });
}

test('the summary of errors takes the focus, and each of its links goes to its field; nothing scrolls at 320 px', async () => {
  await withPage({ viewport: { width: 320, height: 700 } }, async (page) => {
    await page.goto('/inscription');
    await page.getByLabel('Organisme', { exact: true }).fill('caf');
    await press(page);
    await page.locator('[data-error-summary]:focus').waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await page.getByRole('link', { name: /De nombreux organismes correspondent/ }).click();
    assert.equal(await page.evaluate('document.activeElement.name'), 'organisme_choisi');
    await page.getByRole('link', { name: 'Indiquez votre nom.' }).click();
    assert.equal(await page.evaluate('document.activeElement.name'), 'nom');
  });
});

test('who is in a field already when the script comes stays there', async () => {
  await withPage({}, async (page) => {
    const letScriptCome = await holdScript(page, 'forms');
    await page.goto('/inscription', { waitUntil: 'commit' });
    await press(page);
    await page.locator('[data-error-summary]').waitFor();
    const name = page.getByLabel('Nom', { exact: true });
    await name.fill('DUPONT');
    await letScriptCome();
    await expectFocus(name);
  });
});

test('the browser itself suggests the organisms', async () => {
  await withPage({}, async (page) => {
    await page.goto('/inscription');
    assert.equal(await page.evaluate("document.querySelector('#organisme').list.options.length"), 287);
  });
});
