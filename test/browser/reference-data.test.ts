import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { organismOf } from '../factories/organisms.ts';
import { expectAccessible, expectNoSidewaysScroll, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const NATIONAL = 'national@ucanss.fr';
const ROLES = '/gestion/applications-et-roles';
const ORGANISMS = '/gestion/organismes';
const NARROW = { viewport: { width: 320, height: 640 } };

describe('« Applications et rôles », « Organismes », in a browser', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
    // A line of each kind: an application without role, a closed role, a long label.
    await portal.db('applications').insert({ code: 'vide', name: 'À vide', theme: 'Achats', position: 900 });
    await portal
      .db('roles')
      .where({ code: 'marches-lecteur' })
      .update({
        closed_at: new Date(),
        label: `Marchés ${'x'.repeat(20)}`,
        description: 'x'.repeat(300),
      });
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  test('without JavaScript: find a role, close it, see it closed; make an organism', () =>
    withPage({ as: NATIONAL, javaScriptEnabled: false }, async (page) => {
      await page.goto(ROLES);
      await page.getByLabel('Rechercher :').fill('energie lecteur');
      await page.getByRole('button', { name: 'Rechercher', exact: true }).click();
      await page.getByRole('link', { name: 'Modifier le rôle Energie Lecteur' }).click();
      await page.getByLabel('Fermé').check();
      await page.getByRole('button', { name: 'Enregistrer' }).click();
      await page.getByRole('button', { name: 'Confirmer' }).click();
      await page.getByText('Le rôle « Energie Lecteur » est modifié.').waitFor();
      await page.getByRole('rowheader', { name: /Energie Lecteur Fermé le/ }).waitFor();
      assert.match(page.url(), /q=energie/);
      await page.goto(`${ORGANISMS}/nouveau`);
      await page.getByLabel('Code').fill('caf-978');
      await page.getByLabel('Nom', { exact: true }).fill('CAF de Saint-Martin');
      await page.getByLabel('Sigle').fill('CAF');
      await page.getByLabel('Branche').selectOption('Famille');
      await page.getByLabel('Département').selectOption('978');
      await page.getByLabel('Ville').fill('Marigot');
      await page.getByRole('button', { name: 'Créer l’organisme' }).click();
      await page.getByRole('link', { name: 'Désigner son administrateur local' }).waitFor();
      assert.equal((await organismOf(portal.db, 'CAF-978')).name, 'CAF de Saint-Martin');
    }));

  /** axe, and nothing to scroll sideways, on the page as it stands. */
  async function look(page: Page): Promise<void> {
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  }

  test('lists, forms, faults and a change made meanwhile, at 320 px: accessible, no sideways scroll', () =>
    withPage({ as: NATIONAL, ...NARROW }, async (page) => {
      for (const path of [ROLES, `${ORGANISMS}?q=introuvable`, `${ROLES}/nouvelle-application`]) {
        await page.goto(path);
        await look(page);
      }
      const { id } = await portal.db('roles').first('id').where({ code: 'marches-lecteur' });
      await page.goto(`${ROLES}/${id}/modification`);
      await page.getByLabel('Libellé').fill('');
      await page.getByRole('radio', { name: /^Accès libre/ }).check();
      await page.getByRole('button', { name: 'Enregistrer' }).click();
      await page.getByRole('link', { name: 'Indiquez le libellé du rôle.' }).click();
      await look(page);
      const organism = await organismOf(portal.db, 'CPAM-391');
      await page.goto(`${ORGANISMS}/${organism.id}/modification`);
      await portal.db('organisms').where({ id: organism.id }).increment('version', 1);
      await page.getByLabel('Ville').fill('Dole');
      await page.getByRole('button', { name: 'Enregistrer' }).click();
      await page.getByRole('heading', { name: 'Ce qui est enregistré et diffère' }).waitFor();
      await look(page);
    }));
});
