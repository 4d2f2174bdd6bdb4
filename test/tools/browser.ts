import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { findChromium } from './chromium.ts';

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

const PATIENCE = 15_000;

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

export interface PageOptions extends BrowserContextOptions {
  /** Who is signed in when the work begins; signing out would end that session for the tests that follow. */
  as?: string;
}

/** A browser for the tests of this file. Its pages fail on any error, refused content or missing file. */
export function useBrowser(portal: () => { url: string }) {
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

  const sessions = new Map<string, Promise<Session>>();

  /** The cookies of who is signed in: once a person and file, because a session serves many pages. */
  function sessionOf(email: string): Promise<Session> {
    const known = sessions.get(email);
    if (known) return known;
    const opened = withPage({}, (page) => signIn(page, email).then(() => page.context().storageState()));
    sessions.set(email, opened);
    return opened;
  }

  /** Runs the work on a page of its own, then fails if the page met any fault. */
  async function withPage<T>(options: PageOptions, work: (page: Page) => Promise<T>): Promise<T> {
    assert.ok(browser, 'the browser is started by a hook');
    const { as, ...contextOptions } = options;
    const signedIn = as === undefined ? undefined : await sessionOf(as);
    const context = await browser.newContext({
      baseURL: portal().url,
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      acceptDownloads: true,
      ...(signedIn ? { storageState: signedIn } : {}),
      ...contextOptions,
    });
    context.setDefaultTimeout(PATIENCE);
    try {
      const page = await context.newPage();
      const faults = watchFaults(page);
      const result = await work(page);
      assert.deepEqual(faults, [], 'the page met faults');
      return result;
    } finally {
      await context.close();
    }
  }

  return { withPage };
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

/** Fails when axe finds a violation of WCAG 2.2 AA, or of its best practices, on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`),
  }));
  assert.deepEqual(found, [], `axe on ${page.url()}`);
}

/** Fails when the page is wider than its window: somebody would have to scroll sideways to read. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content = 0, shown = 0] = await page.evaluate<number[]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  assert.ok(content <= shown, `${page.url()} is ${content} px wide in a window of ${shown} px`);
}

/** True when the element has the focus. */
export function hasFocus(element: Locator): Promise<boolean> {
  return element.evaluate((node) => node === node.ownerDocument.activeElement);
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
export async function tabTo(element: Locator): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    if (await hasFocus(element)) return;
    await element.page().keyboard.press('Tab');
  }
  throw new Error(`${element} cannot be reached with the keyboard`);
}
