import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readCaptured } from '../../src/mail/captured.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { expectFocus, signIn, useBrowser } from '../tools/browser.ts';
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
});
