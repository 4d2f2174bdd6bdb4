import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectAccessible, expectNoSidewaysScroll, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { files } from '../tools/sources.ts';

let portal: TestPortal;
before(async () => {
  portal = await startTestPortal();
});
after(() => portal?.stop());
const { withPage } = useBrowser(() => portal);

const PAGE = '/demonstration/composants';
const SHEETS = [1, 2, 3];
const ADMINISTRATOR = 'wtestportail@test.fr';

for (const colorScheme of ['light', 'dark'] as const) {
  for (const sheet of SHEETS) {
    test(`every component is accessible and holds in its window, ${colorScheme}, sheet ${sheet}`, async () => {
      await withPage({ as: ADMINISTRATOR, colorScheme }, async (page) => {
        for (const width of [1280, 320]) {
          await page.setViewportSize({ width, height: 900 });
          await page.goto(`${PAGE}?planche=${sheet}`);
          await expectNoSidewaysScroll(page);
          await expectAccessible(page);
        }
      });
    });
  }
}

test('each view of views/components is shown, in every state that the sheet has', async () => {
  const views = files('views/components/*.ejs').map((file) => file.slice('views/components/'.length, -4));
  await withPage({ as: ADMINISTRATOR }, async (page) => {
    for (const sheet of SHEETS) {
      await page.goto(`${PAGE}?planche=${sheet}`);
      const shown = await page
        .locator('[data-component]')
        .evaluateAll((parts) =>
          parts.flatMap((part) => part.getAttribute('data-component')?.split(' ') ?? []),
        );
      assert.deepEqual(shown.sort(), views.sort());
      const empty = await page
        .locator('[data-state]')
        .evaluateAll((states) =>
          states.filter((state) => state.childElementCount === 0).map((state) => state.outerHTML),
        );
      assert.deepEqual(empty, []);
    }
  });
});
