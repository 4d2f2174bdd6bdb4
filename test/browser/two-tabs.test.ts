import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { expectAccessible, type PageOptions, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const BOTH = 'intercaf@caf.fr';
const HERE = { code: 'CAF-251', name: 'CAF du Doubs' };
const THERE = { code: 'CAF-701', name: 'CAF de la Haute-Saône' };

describe('P13: two tabs of who administers two organisms, in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  /** Somebody of that name in each of the two organisms. */
  async function twins(last_name: string) {
    const [here, there] = [HERE, THERE].map(({ code }) =>
      createAccount(portal.db, { organism: code, last_name }),
    );
    return { here: await here, there: await there };
  }

  const activeOf = async (id: number | undefined): Promise<boolean> =>
    (await portal.db('accounts').first('active').where({ id })).active;

  async function switchTo(page: Page, name: string): Promise<void> {
    await page.getByRole('banner').getByRole('combobox', { name: 'Organisme' }).selectOption({ label: name });
    await page.getByRole('button', { name: 'Changer d’organisme' }).click();
    await page.getByText(`Vous travaillez maintenant pour ${name}.`).waitFor();
  }

  /** The first tab shows `path` in Doubs, the second goes to Haute-Saône, then the work goes on in the first. */
  async function twoTabs(
    path: string,
    work: (first: Page) => Promise<void>,
    options: PageOptions = {},
  ): Promise<void> {
    await withPage({ as: BOTH, ...options }, async (first) => {
      await first.goto(`${path}${path.includes('?') ? '&' : '?'}perimetre=${HERE.code}`);
      const second = await first.context().newPage();
      try {
        await second.goto(`/gestion/etat?perimetre=${HERE.code}`);
        await switchTo(second, THERE.name);
        await work(first);
      } finally {
        await second.close();
      }
    });
  }

  /** The page is of Doubs: its address, its header and its people say so. */
  async function expectHere(page: Page): Promise<void> {
    assert.equal(new URL(page.url()).searchParams.get('perimetre'), HERE.code, page.url());
    const chosen = page.locator('#organisme-courant option:checked');
    assert.equal(await chosen.textContent(), HERE.name);
  }

  test('« Tout » then « Confirmer » acts in the organism of the tab, which the confirmation names', async () => {
    const { here, there } = await twins('TABTOUT');
    await twoTabs('/gestion/comptes?nom=tabtout', async (page) => {
      await page.getByLabel('Tout', { exact: true }).check();
      await page.getByRole('button', { name: 'Désactiver la sélection' }).click();
      await page.getByText(`Organisme : ${HERE.name}`).waitFor();
      await expectAccessible(page);
      await page.getByLabel('Motif').fill('Départ');
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: /^Résultat/ }).waitFor();
      await expectHere(page);
    });
    assert.deepEqual([await activeOf(here?.id), await activeOf(there?.id)], [false, true]);
  });

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'in a dialog' : 'on a page of its own, without script';
    test(`the act of a row is of its tab: « Désactiver le compte » ${how}`, async () => {
      const { here, there } = await twins(`TABLIGNE${javaScriptEnabled ? 'UN' : 'DEUX'}`);
      await twoTabs(
        `/gestion/comptes?nom=${here?.last_name}`,
        async (page) => {
          await page
            .getByRole('button', { name: `Désactiver le compte de Camille ${here?.last_name}` })
            .click();
          const confirmation = page.locator('[data-confirmation]');
          await confirmation.getByText(`Organisme : ${HERE.name}`).waitFor();
          await confirmation.getByLabel('Motif').fill('Départ');
          await confirmation.getByRole('button', { name: 'Confirmer', exact: true }).click();
          await page.getByText(/est désactivé/).waitFor();
          await expectHere(page);
          await page.getByRole('link', { name: 'Voir sa fiche' }).click();
          await page.getByRole('heading', { level: 1, name: `Camille ${here?.last_name}` }).waitFor();
          await expectHere(page);
        },
        { javaScriptEnabled },
      );
      assert.deepEqual([await activeOf(here?.id), await activeOf(there?.id)], [false, true]);
    });
  }

  test('« Désactiver » from an account page, and a decision on a request, are of their tab', async () => {
    const { here } = await twins('TABFICHE');
    await twoTabs(`/gestion/comptes/${here?.id}`, async (page) => {
      await page.getByRole('button', { name: /^Désactiver le compte/ }).click();
      const confirmation = page.locator('[data-confirmation]');
      await confirmation.getByText(`Organisme : ${HERE.name}`).waitFor();
      await confirmation.getByLabel('Motif').fill('Départ');
      await confirmation.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByText(/est désactivé/).waitFor();
      await expectHere(page);
    });
    assert.equal(await activeOf(here?.id), false);

    await createRequest(portal.db, { organism: HERE.code, last_name: 'TABDEMANDE', first_name: 'Camille' });
    await twoTabs('/gestion/demandes/en-cours?q=tabdemande', async (page) => {
      await page.getByRole('button', { name: 'Accepter la demande de Camille TABDEMANDE' }).click();
      await page.locator('[data-confirmation]').getByText(`Organisme : ${HERE.name}`).waitFor();
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByText('La demande de Camille TABDEMANDE est acceptée.').waitFor();
      await expectHere(page);
    });
  });

  test('« Excel », a filter, a sort, a page and a number of lines stay in the organism of the tab', async () => {
    await twoTabs('/gestion/etat', async (page) => {
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Excel' }).click();
      assert.match((await download).suggestedFilename(), /^etat-des-habilitations_CAF-251_/);
      await page.getByRole('link', { name: 'Page suivante' }).click();
      await page.waitForURL(/[?&]page=2/);
      await expectHere(page);
      await page.getByRole('link', { name: 'Prénom', exact: true }).click();
      await page.waitForURL(/[?&]tri=prenom/);
      await expectHere(page);
      await page.getByLabel('Afficher').selectOption('25');
      await page.getByRole('button', { name: /^Afficher/ }).click();
      await page.waitForURL(/[?&]taille=25/);
      await expectHere(page);
      await page.getByLabel('Rechercher :').fill('a');
      await page.getByRole('button', { name: 'Rechercher', exact: true }).click();
      await page.waitForURL(/[?&]q=a/);
      await expectHere(page);
      await page.getByRole('link', { name: 'Gestion des comptes' }).click();
      await page.getByRole('heading', { level: 1, name: 'Gestion des comptes' }).waitFor();
      await expectHere(page);
    });
  });

  test('« Changer d’organisme » stays on the same screen, with its filters', async () => {
    await twoTabs('/gestion/journal?q=connexion', async (page) => {
      await switchTo(page, THERE.name);
      const { pathname, searchParams } = new URL(page.url());
      assert.equal(pathname, '/gestion/journal');
      assert.deepEqual(Object.fromEntries(searchParams), { perimetre: THERE.code, q: 'connexion' });
    });
    await twoTabs('/gestion/comptes/nouveau', async (page) => {
      await switchTo(page, THERE.name);
      assert.equal(new URL(page.url()).pathname, '/gestion/comptes/nouveau');
      await page.locator('main').getByText(`Organisme : ${THERE.name}`).waitFor();
    });
  });
});
