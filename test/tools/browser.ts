import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import type { Database } from '../../src/database/knex.ts';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createAgent } from './agent.ts';
import { findChromium } from './chromium.ts';
import { eventually } from './eventually.ts';
import { stayProved } from './proved.ts';

// Instead of the arguments that the packaged Chromium advises, which switch the security of the web off.
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

// What does not come is a failure; a slow machine alone is none.
const PATIENCE = 90_000;
const WINDOW = { width: 1280, height: 720 };

type Cookies = Parameters<BrowserContext['addCookies']>[0];

export interface PageOptions extends BrowserContextOptions {
  /** Who is signed in when the work begins; signing out would end that session for the tests that follow. */
  as?: string;
}

interface OpenPage {
  page: Page;
  faults: string[];
}

/**
 * A browser for the tests of this file. Its pages fail on any error, refused content or missing file. A page serves
 * many tests, because opening one takes as long as ten visits: leave no route, script or listener on it.
 */
export function useBrowser(portal: () => Served) {
  let browser: Browser | undefined;

  before(async () => {
    const { path, environment } = await findChromium();
    browser = await chromium.launch({
      executablePath: path,
      env: { ...process.env, ...environment },
      args: ARGUMENTS,
    });
  });
  after(() => browser?.close());

  const sessions = new Map<string, Promise<Cookies>>();

  /** The cookies of who is signed in: once a person and file, because a session serves many pages. */
  function sessionOf(email: string): Promise<Cookies> {
    const known = sessions.get(email);
    if (known) return known;
    const opened = openSession(portal(), email);
    sessions.set(email, opened);
    return opened;
  }

  // Pages that nobody uses at the moment, by the options of their window.
  const idle = new Map<string, OpenPage>();

  async function openPage(options: BrowserContextOptions): Promise<OpenPage> {
    assert.ok(browser, 'the browser is started by a hook');
    const context = await browser.newContext({
      baseURL: portal().url,
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      acceptDownloads: true,
      // What moves would be looked at, by axe among others, in the middle of its way.
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    return { page, faults: watchFaults(page) };
  }

  /** Runs the work on a page that nobody else uses, then fails if the page met any fault. */
  async function withPage<T>(options: PageOptions, work: (page: Page) => Promise<T>): Promise<T> {
    const { as, viewport = WINDOW, ...others } = options;
    const cookies = as === undefined ? [] : await sessionOf(as);
    const kind = JSON.stringify(others);
    const open = idle.get(kind) ?? (await openPage(others));
    idle.delete(kind);
    const { page, faults } = open;
    const context = page.context();
    try {
      faults.length = 0;
      await context.clearCookies();
      await context.addCookies(cookies);
      if (viewport) await page.setViewportSize(viewport);
      const result = await work(page);
      assert.deepEqual(faults, [], 'the page met faults');
      idle.set(kind, open);
      return result;
    } finally {
      if (idle.get(kind) !== open) await context.close();
    }
  }

  return { withPage };
}

/** A portal, with its database where the test knows it. */
interface Served {
  url: string;
  db?: Database;
}

/** Signs in without a window, and returns the cookies as a browser takes them. */
async function openSession(portal: Served, email: string): Promise<Cookies> {
  const agent = createAgent(portal);
  try {
    await agent.signIn(email);
    if (portal.db) await stayProved(portal.db);
    return agent
      .cookies()
      .split('; ')
      .map((cookie) => {
        const [name = '', ...value] = cookie.split('=');
        return { name, value: value.join('='), url: portal.url };
      });
  } finally {
    agent.close();
  }
}

/** Collects what must not happen on a page: errors of its scripts, refused content, files that do not come. */
function watchFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    // The status of a page itself is what tests look at; that of its files is watched below.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
      faults.push(`console: ${text}`);
  });
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest();
    if (!isPage && response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    const cause = request.failure()?.errorText ?? '';
    // A download, or a file that the next page no longer waits for.
    if (cause !== 'net::ERR_ABORTED') faults.push(`${cause}: ${request.url()}`);
  });
  return faults;
}

/** Signs in as a person would, from the sign-in page. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/connexion');
  await page.getByLabel('Email professionnel').fill(email);
  await page.getByLabel('Mot de passe', { exact: true }).fill(demonstrationPassword);
  await page.getByRole('button', { name: 'Se connecter', exact: true }).first().click();
  await page.getByRole('button', { name: 'Se déconnecter' }).waitFor({ state: 'attached' });
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// The script that AxeBuilder puts into a page: it would do so twice at each look, and open another page.
const { source: AXE }: { source: string } = createRequire(import.meta.resolve('@axe-core/playwright'))(
  'axe-core',
);
const LOOK = `axe.run(document, ${JSON.stringify({ runOnly: TAGS, resultTypes: ['violations'] })})`;

type Violations = { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] }[];

/** Fails when axe finds a violation of WCAG 2.2 AA, or of its best practices, on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.waitForLoadState();
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  const violations = await page.evaluate<Violations>(`${LOOK}.then((results) => results.violations)`);
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`),
  }));
  assert.deepEqual(found, [], `axe on ${page.url()}`);
}

/** Fails when the page is wider than its window: somebody would have to scroll sideways to read. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  // What a click led to can be read before its style sheets have come: without them it has another width.
  await page.waitForLoadState();
  const [content = 0, shown = 0] = await page.evaluate<number[]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  assert.ok(content <= shown, `${page.url()} is ${content} px wide in a window of ${shown} px`);
}

const hasFocus = (element: Locator): Promise<boolean> =>
  element.evaluate((node) => node === node.ownerDocument.activeElement);

/** Waits until the element has the focus: the script that gives it may come late. */
export const expectFocus = (element: Locator): Promise<void> => eventually(() => hasFocus(element));

/** Waits for the scripts of the page that a click led to, before what only they do; after `goto` they have run. */
export const scriptsRun = (page: Page): Promise<void> => page.waitForLoadState();

/** Keeps a script of the pages on its way, as a slow network does, until what is returned lets it come and run. */
export async function holdScript(page: Page, name: string): Promise<() => Promise<void>> {
  const network = Promise.withResolvers<void>();
  const address = `**/${name}.js*`;
  await page.route(address, (route) => network.promise.then(() => route.continue()));
  return async () => {
    network.resolve();
    await scriptsRun(page);
    await page.unroute(address);
  };
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
export async function tabTo(element: Locator): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    if (await hasFocus(element)) return;
    await element.page().keyboard.press('Tab');
  }
  throw new Error(`${element} cannot be reached with the keyboard`);
}
