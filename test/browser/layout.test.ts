import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { paths } from '../../src/paths.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { expectAccessible, expectNoSidewaysScroll, useBrowser } from '../tools/browser.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMIN = 'wtestportail@test.fr';
const WIDTHS = [320, 640, 768, 1280, 1920];

/** Run in the page: what stands badly there, in words. `visible` leaves out what is folded or for the ear alone. */
const FAULTS = `(() => {
  const found = [];
  const visible = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1;
  const shown = (selector) => [...document.querySelectorAll(selector)].filter(visible);
  const bar = shown('.top-bar > *').map((element) => [element, element.getBoundingClientRect()]);
  for (const [one, a] of bar)
    for (const [other, b] of bar)
      if (one !== other && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        found.push('header: ' + one.className + ' over ' + other.className);
  for (const select of shown('select')) {
    const style = getComputedStyle(select);
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = style.font;
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const { label } = select.selectedOptions[0];
    const lines = Math.floor(select.clientHeight / parseFloat(style.lineHeight));
    if (pen.measureText(label).width > lines * room + 1) found.push('cut: ' + label);
  }
  const [from, to] = shown('input[name=du], input[name=au]').map((day) => day.getBoundingClientRect().top);
  if (innerWidth >= 640 && from !== to) found.push('« Du » and « Au » on two lines');
  for (const hint of shown('.form-text, .check-hint'))
    if (innerWidth >= 1280 && hint.offsetHeight > 2.5 * parseFloat(getComputedStyle(hint).lineHeight))
      found.push('three lines: ' + hint.textContent.trim());
  for (const tag of shown('.tag:not([aria-label])')) {
    const text = document.createRange();
    text.selectNodeContents(tag);
    const lines = [...text.getClientRects()];
    const end = Math.max(...lines.map(({ right }) => right));
    if (tag.offsetHeight < 30 && tag.getBoundingClientRect().right - end > 12) found.push('stretched: ' + tag.textContent.trim());
  }
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node; (node = texts.nextNode()); ) {
    if (!visible(node.parentElement)) continue;
    if (/^\\s*[—–-]\\s*$/.test(node.data)) found.push('a bare dash');
    let before = null;
    for (let at = 0; node.parentElement.matches('.cell-mail, .cell-mail > a') && at < node.data.length; at += 1) {
      const letter = document.createRange();
      letter.setStart(node, at);
      letter.setEnd(node, at + 1);
      const top = letter.getClientRects()[0]?.top;
      if (top === undefined) continue;
      if (before !== null && top - before > 8 && !/[@._-]/.test(node.data[at - 1])) found.push('broken: ' + node.data);
      before = top;
    }
  }
  return [...new Set(found)];
})()`;

/** What a sheet of paper has no use for. */
const CHROME = `[...document.querySelectorAll('button, .btn, header input, nav, .row-acts, .selection-bar, .list-foot, .tips, summary')]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 1)
  .map((element) => element.textContent.trim())`;

describe('how pages stand, whatever the width', () => {
  let portal: TestPortal;
  let person: AccountRow;
  before(async () => {
    portal = await startTestPortal();
    person = await createAccount(portal.db, {
      last_name: 'VANDENBROUCKEGRANDJEANDELATOURDAUVERGNE',
      email: 'marie-benedicte.delatour-dauvergne-lauraguais@caf39.caf.fr',
    });
    for (const role of ['energie-lecteur', 'annuaire-add-lecteur', 'annuaire-add-redacteur'])
      await grant(portal.db, person, role);
    await createRequest(portal.db, { account: person, role: 'marches-lecteur' });
    const long =
      'Union pour la gestion des établissements des caisses de l’assurance maladie du Centre-Val de Loire';
    await portal.db('organisms').where({ code: 'CAF-251' }).update({ name: long });
  });
  after(() => portal?.stop());
  const { withPage } = useBrowser(() => portal);

  const LISTS = [
    '/gestion/etat',
    '/gestion/demandes/en-cours',
    '/gestion/comptes?role=energie-lecteur',
    '/gestion/administrateurs-locaux/tous',
    '/gestion/journal',
  ];
  const visits = (): Record<string, string[]> => ({
    [ADMIN]: [
      ...LISTS,
      paths.accounts.show(person),
      paths.accounts.history(person),
      paths.accounts.edit(person),
      '/gestion/comptes/nouveau',
      '/gestion/administrateurs-locaux',
    ],
    'national@ucanss.fr': [...LISTS, '/gestion/organismes', '/gestion/messages', paths.accounts.show(person)],
    'auditeur@ucanss.fr': ['/gestion/etat', paths.accounts.show(person)],
    // Of several organisms, one with a very long name.
    'intercaf@caf.fr': ['/gestion/etat?perimetre=CAF-251', '/mes-informations'],
    'tmantel@caf39.caf.fr': ['/', '/mes-informations', '/applications'],
  });

  const faultsOf = (page: Page) => page.evaluate<string[]>(FAULTS);

  test('nothing overlaps, is cut, stretched or broken inside a word, for any profile', async () => {
    for (const [as, pages] of Object.entries(visits())) {
      await withPage({ as }, async (page) => {
        for (const path of pages) {
          await page.goto(path);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 800 });
            await expectNoSidewaysScroll(page);
            assert.deepEqual(await faultsOf(page), [], `${as} ${path} at ${width} px`);
          }
        }
      });
    }
  });

  test('rights stand by application: one line each beside the menu, and its name once', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.goto(paths.accounts.show(person));
      const rows = page.locator('main tbody tr');
      const drawn = () =>
        rows
          .locator('.cell-group > span')
          .evaluateAll((names) =>
            names.map((name) => [name.textContent, name.getBoundingClientRect().width > 1]),
          );
      assert.deepEqual(await drawn(), [
        ['Annuaire ADD', true],
        ['Annuaire ADD', false],
        ['Energie', true],
      ]);
      for (const row of await rows.all()) assert.ok(((await row.boundingBox())?.height ?? 999) < 100);
      await expectAccessible(page);
      // On cards each says its own.
      await page.setViewportSize({ width: 320, height: 800 });
      assert.deepEqual(
        (await drawn()).map(([, isDrawn]) => isDrawn),
        [true, true, true],
      );
      await expectAccessible(page);
    });
  });

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with script' : 'without script';
    test(`on a card one act is at hand and the others unfold, in a table all are in line, ${how}`, async () => {
      await withPage({ as: ADMIN, javaScriptEnabled }, async (page) => {
        await page.goto('/gestion/comptes?nom=mantel');
        const first = page.getByRole('link', { name: 'Accéder à la fiche de Thomas MANTEL' });
        const other = page.getByRole('button', { name: 'Désactiver le compte de Thomas MANTEL' });
        const more = page.locator('main tbody summary', { hasText: 'Autres actions' });
        assert.deepEqual([await other.isVisible(), await more.isVisible()], [true, false]);
        await page.setViewportSize({ width: 320, height: 800 });
        assert.deepEqual([await first.isVisible(), await other.isVisible()], [true, false]);
        await more.focus();
        await page.keyboard.press('Enter');
        await other.waitFor();
        await expectNoSidewaysScroll(page);
        await other.click();
        await page.getByRole('button', { name: 'Confirmer' }).waitFor();
      });
    });
  }

  test('the pictures of « Aide » are as dark as the page', async () => {
    for (const [colorScheme, end] of [
      ['light', /\/mes-informations\.webp/],
      ['dark', /\/mes-informations-dark\.webp/],
    ] as const) {
      await withPage({ as: ADMIN, colorScheme }, async (page) => {
        await page.goto(paths.help);
        const picture = page.locator('.picture img[src*="mes-informations"]');
        await picture.scrollIntoViewIfNeeded();
        await eventually(async () => end.test(await picture.evaluate((image) => image.currentSrc)));
      });
    }
  });

  test('on paper there is no button, no menu, no act, and of the filters only what was chosen', async () => {
    await withPage({ as: ADMIN }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      for (const path of [
        ...LISTS,
        paths.accounts.show(person),
        paths.accounts.history(person),
        '/applications',
      ]) {
        await page.goto(path);
        assert.deepEqual(await page.evaluate(CHROME), [], path);
      }
      const filters = page.locator('.filters .field');
      await page.goto('/gestion/journal?genre=connexions&q=mantel');
      const said = await filters.evaluateAll((fields) =>
        fields
          .filter((field) => field.checkVisibility())
          .map((field) => field.querySelector('label')?.textContent),
      );
      assert.deepEqual(said, ['Rechercher :', 'Genre']);
      await page.emulateMedia({ media: null });
    });
  });
});
