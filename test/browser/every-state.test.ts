import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectAccessible, expectNoSidewaysScroll, useBrowser } from '../tools/browser.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { howMany, sample, tellCases } from '../tools/sample.ts';
import { type State, statesOf } from './states.ts';

let portal: TestPortal;
before(async () => {
  portal = await startTestPortal();
});
after(() => portal?.stop());
const { withPage } = useBrowser(() => portal);

/** Windows and schemes: a desk, the same in the dark, a desk at 200 %, a phone, a phone in the dark. */
const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 640, colorScheme: 'light' },
  { width: 320, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
] as const;
const SAMPLE = 24;
type Look = (typeof LOOKS)[number];

/** @returns what axe, or a page wider than its window, says of it; null where there is nothing to say. */
async function faultOf({ as, path, then }: State, looks: readonly Look[]): Promise<string | null> {
  try {
    await withPage(as === undefined ? {} : { as }, async (page) => {
      await page.goto(path);
      await then(page);
      for (const { width, colorScheme } of looks) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await expectNoSidewaysScroll(page);
        await expectAccessible(page);
      }
      await page.emulateMedia({ colorScheme: 'light' });
    });
    return null;
  } catch (error) {
    return String(error);
  }
}

test('every page, in each state that people meet: axe finds nothing, and nothing scrolls sideways', async (t) => {
  const states = await statesOf(portal.db);
  assert.ok(states.length > 120, `${states.length} states`);
  const faults: Record<string, string> = {};
  for (const state of sample(states, SAMPLE, 'states')) {
    const looks = sample(LOOKS, 1, state.name);
    const fault = await faultOf(state, looks);
    if (fault !== null) faults[state.name] = fault;
  }
  assert.deepEqual(faults, {});
  tellCases(t, howMany(SAMPLE, states.length * LOOKS.length));
});
