import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { expectFocus, scriptsRun, tabTo, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMIN = 'wtestportail@test.fr';

/** The hands of somebody who has a keyboard alone, with nothing of Playwright's that a mouse would do. */
function keyboard(page: Page) {
  const { keyboard: keys } = page;
  const reach = async (element: Locator) => {
    await scriptsRun(page);
    await tabTo(element);
  };
  const press = async (element: Locator) => {
    await reach(element);
    await keys.press('Enter');
  };
  const arrive = async (sign: Locator) => {
    await sign.waitFor();
    await scriptsRun(page);
    await press(page.getByRole('link', { name: 'Aller au contenu' }));
  };
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const link = (name: string) => page.getByRole('link', { name, exact: true }).first();
  const field = (label: string) => page.getByLabel(label, { exact: true });
  return {
    button,
    link,
    field,
    press,
    /** Follows a link of the page, then goes past the header and the menu of the next by its first link. */
    async follow(element: Locator, heading: string | RegExp) {
      await press(element);
      await arrive(page.getByRole('heading', { level: 1, name: heading }));
    },
    /** Sends the filters of a list, and goes to what they found. */
    async search(query: RegExp) {
      await press(button('Rechercher'));
      await page.waitForURL(query);
      await arrive(page.locator('h1'));
    },
    async type(label: string, text: string) {
      await reach(field(label));
      await keys.press('ControlOrMeta+A');
      await keys.type(text);
    },
    said: (text: string | RegExp) => page.getByRole('status').filter({ hasText: text }).first().waitFor(),
  };
}

describe('the four chapters of the guide, by the keyboard alone', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);
  const asAdmin = (work: (page: Page, hands: ReturnType<typeof keyboard>) => Promise<void>) =>
    withPage({ as: ADMIN }, async (page) => {
      await page.goto('/mes-informations');
      await work(page, keyboard(page));
    });

  test('1. see who is entitled, and take it away', async () => {
    const person = await createAccount(portal.db, { last_name: 'CUMULARDE' });
    const roles = await portal
      .db('roles')
      .where({ kind: 'ordinary', validator: 'local_administrator' })
      .limit(9);
    for (const { code } of roles) await grant(portal.db, person, code);
    await asAdmin(async (page, { press, link, type, follow, search }) => {
      await follow(link('État des habilitations'), 'État des habilitations');
      await type('Rechercher :', 'cumularde');
      await search(/q=cumularde/);
      await press(page.getByText('+ 4 autres'));
      await page.getByText(String(roles.at(-1)?.label), { exact: true }).waitFor({ state: 'visible' });
      const download = page.waitForEvent('download');
      await press(link('Excel'));
      assert.match((await download).suggestedFilename(), /\.xlsx$/);
    });
  });

  test('2. decide the requests of one’s teams', async () => {
    for (const last_name of ['CLAVIERUN', 'CLAVIERDEUX'])
      await createRequest(portal.db, {
        account: await createAccount(portal.db, { last_name }),
        role: 'energie-lecteur',
      });
    await asAdmin(async (page, { press, type, follow, search, button, field, said }) => {
      await follow(page.getByRole('link', { name: /^En cours/ }), /./);
      await type('Rechercher :', 'clavier');
      await search(/q=clavier/);
      await press(button('Accepter la demande de Camille CLAVIERUN'));
      await button('Confirmer').waitFor();
      await press(button('Confirmer'));
      await said('La demande de Camille CLAVIERUN est acceptée.');
      // One goes on from where one was.
      await expectFocus(button('Accepter la demande de Camille CLAVIERDEUX'));
      const refuse = button('Refuser la demande de Camille CLAVIERDEUX');
      await press(refuse);
      await expectFocus(page.getByRole('dialog').getByLabel('Motif', { exact: true }));
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expectFocus(refuse);
      await page.keyboard.press('Enter');
      await field('Motif').waitFor();
      await type('Motif', 'Sans objet');
      await press(button('Confirmer'));
      await said('La demande de Camille CLAVIERDEUX est refusée.');
    });
  });

  test('3. change entitlements, deactivate, welcome, attach', async () => {
    const person = await createAccount(portal.db, { last_name: 'TOUCHE' });
    await grant(portal.db, person, 'energie-lecteur');
    await createAccount(portal.db, { last_name: 'VENUEDAILLEURS', organism: 'CAF-251' });
    await asAdmin(async (page, { press, link, type, follow, search, button, field, said }) => {
      await follow(link('Gestion des comptes'), 'Gestion des comptes');
      await type('Nom', 'touche');
      await search(/nom=touche/);
      await follow(page.locator('main tbody a.person-name'), 'Camille TOUCHE');
      await follow(page.getByRole('link', { name: /^Modifier/ }).first(), /Camille TOUCHE|Modification/);
      // Enter moves a right to the other list, without going through the fifty others.
      await press(field('Energie Lecteur'));
      await type('Motif', 'Change de service');
      await press(button('Enregistrer'));
      await press(button(/^(Confirmer|Enregistrer)$/).first());
      await said(/Energie Lecteur/);

      await follow(link('Gestion des comptes'), 'Gestion des comptes');
      await follow(link('Nouveau'), /./);
      await type('Nom', 'Clavier');
      await type('Prénom', 'Anne');
      await type('Email professionnel', 'anne.clavier@caf39.caf.fr');
      await press(button('Créer le compte'));
      await page.getByRole('heading', { level: 1, name: 'Anne CLAVIER' }).waitFor();

      await follow(link('Gestion des comptes'), 'Gestion des comptes');
      await type('Nom', 'venuedailleurs');
      const where = page.getByRole('group', { name: 'Personne dans mon organisme' });
      await tabTo(where.locator('input:checked'));
      await page.keyboard.press('ArrowDown');
      await search(/organisme=non/);
      await press(button('Rattacher Camille VENUEDAILLEURS à mon organisme'));
      await button('Confirmer').waitFor();
      await press(button('Confirmer'));
      await page.getByText('fait maintenant partie de la CAF du Jura').first().waitFor();

      await follow(link('Gestion des comptes'), 'Gestion des comptes');
      await type('Nom', 'touche');
      await search(/nom=touche/);
      await press(button('Désactiver le compte de Camille TOUCHE'));
      await field('Motif').waitFor();
      await type('Motif', 'Retraite');
      await press(button('Confirmer'));
      await said('Le compte de Camille TOUCHE est désactivé');
    });
    const row = await portal.db('accounts').first('active').where({ id: person.id });
    assert.equal(row.active, false);
  });

  test('4. delegate, and take it back', () =>
    asAdmin(async (page, { press, link, type, follow, search, button, field, said }) => {
      await follow(link('Administrateurs locaux'), 'Administrateurs locaux');
      await follow(link('Nouvel administrateur local'), 'Délégation');
      await type('Rechercher :', 'mantel');
      await search(/q=mantel/);
      await press(button('Désigner Thomas MANTEL administrateur local'));
      await button('Confirmer').waitFor();
      await press(button('Confirmer'));
      await page.getByRole('cell', { name: 'Administrateur local' }).first().waitFor();
      await follow(link('Administrateurs locaux'), 'Administrateurs locaux');
      await press(button('Retirer la délégation de Thomas MANTEL'));
      await field('Motif').waitFor();
      await type('Motif', 'Fin de mission');
      await press(button('Confirmer'));
      await said(/Thomas MANTEL/);
    }));
});
