import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { demonstrationPassword } from '../src/presenters/demonstration.ts';
import { findChromium } from '../test/tools/chromium.ts';

// Takes the pictures of README.md and of « Aide », those both in light and in dark (`-dark` at the end of the name), from a
// portal that runs on the demonstration data:
//   npm start, then: node scripts/take-screenshots.ts http://localhost:3000
// Nothing is changed there but that a file of nominations is compared: acts are shown up to their confirmation.
// CHROMIUM_PATH may name the browser.

interface Picture {
  /** From the root of the project; the ending says the format. */
  file: string;
  /** Who sees it, unless it is the local administrator. */
  as?: string;
  path: string;
  /** CSS pixels of the window. */
  width: number;
  height: number;
  /** Only this part of the page, without the menu; the whole window where absent. */
  of?: string;
  /** What is done on the page before the picture. */
  prepare?(page: Page): Promise<void>;
}

const ADMINISTRATOR = 'wtestportail@test.fr';
const NATIONAL = 'national@ucanss.fr';
const HELP = 'public/images/help';
// Beside the menu, « main » is about as wide as the column of « Aide »: the words stay readable there.
const BESIDE_MENU = { width: 1060, of: 'main' };
// Narrower, the widest lists turn into cards.
const TABLE = 1300;
// Pixels of the picture for one of the page, so that it stays sharp.
const SHARPNESS = 1.5;

const PICTURES: readonly Picture[] = [
  { file: 'docs/images/etat.png', path: '/gestion/etat', width: 1280, height: 860 },
  { file: `${HELP}/mes-informations.webp`, path: '/mes-informations', ...BESIDE_MENU, height: 590 },
  { file: `${HELP}/securite.webp`, path: '/mes-informations/securite', ...BESIDE_MENU, height: 860 },
  {
    file: `${HELP}/application.webp`,
    path: '/mes-informations/securite/application',
    ...BESIDE_MENU,
    height: 860,
  },
  { file: `${HELP}/etat.webp`, path: '/gestion/etat', ...BESIDE_MENU, height: 660 },
  {
    file: `${HELP}/demandes.webp`,
    path: '/gestion/demandes/en-cours',
    ...BESIDE_MENU,
    width: TABLE,
    height: 880,
  },
  {
    file: `${HELP}/comptes.webp`,
    path: '/gestion/comptes?role=energie-lecteur&ayant=oui',
    ...BESIDE_MENU,
    width: TABLE,
    height: 800,
  },
  {
    file: `${HELP}/fiche.webp`,
    path: '/gestion/comptes?nom=mantel',
    ...BESIDE_MENU,
    width: TABLE,
    height: 900,
    prepare: async (page) => {
      await page
        .getByRole('link', { name: /Accéder à la fiche/ })
        .first()
        .click();
      await page.getByRole('heading', { level: 1, name: 'Thomas MANTEL' }).waitFor();
    },
  },
  {
    file: `${HELP}/creation.webp`,
    path: '/gestion/comptes/nouveau',
    width: 1060,
    height: 1400,
    of: '.dual',
    prepare: async (page) => {
      // Moved on the page only: the form is not sent.
      await page.getByLabel('Energie Lecteur').check();
      await page.getByRole('button', { name: /^>>/ }).click();
    },
  },
  {
    file: `${HELP}/rattachement.webp`,
    path: '/gestion/comptes?organisme=non&nom=tologue',
    width: 1060,
    height: 800,
    of: 'dialog[open]',
    prepare: async (page) => {
      await page
        .getByRole('button', { name: /^Rattacher/ })
        .first()
        .click();
      await page.getByRole('dialog').getByRole('heading').waitFor();
    },
  },
  {
    file: `${HELP}/depart.webp`,
    path: '/gestion/comptes?nom=mantel',
    ...BESIDE_MENU,
    width: TABLE,
    height: 900,
    prepare: async (page) => {
      await page.getByRole('link', { name: 'Départ de Thomas MANTEL' }).click();
      await page.getByRole('button', { name: 'Confirmer' }).waitFor();
    },
  },
  {
    file: `${HELP}/annulation.webp`,
    path: '/gestion/lots',
    ...BESIDE_MENU,
    height: 800,
    prepare: async (page) => {
      await page
        .getByRole('link', { name: /^Lot n/ })
        .first()
        .click();
      await page
        .getByRole('link', { name: /^Annuler le lot/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Confirmer' }).waitFor();
    },
  },
  {
    file: `${HELP}/nominations.webp`,
    as: NATIONAL,
    path: '/gestion/nominations',
    ...BESIDE_MENU,
    width: TABLE,
    height: 900,
    prepare: async (page) => {
      const field = page.getByLabel('Fichier', { exact: true });
      await field.setInputFiles(join(root, 'seeds/demonstration/nominations.csv'));
      await page.getByRole('button', { name: 'Comparer' }).click();
      await page.getByRole('button', { name: 'Appliquer' }).waitFor();
    },
  },
  {
    file: `${HELP}/delegation.webp`,
    path: '/gestion/administrateurs-locaux/nouveau',
    ...BESIDE_MENU,
    height: 720,
  },
];

const SCHEMES = ['light', 'dark'] as const;

const isHelp = ({ file }: Picture): boolean => file.endsWith('.webp');

const [base = 'http://localhost:3000'] = process.argv.slice(2);
const root = join(import.meta.dirname, '..');

const { path: executablePath, environment } = await findChromium();
const browser = await chromium.launch({
  executablePath,
  env: { ...process.env, ...environment },
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  const sessions = new Map<string, Session>();
  for (const who of [ADMINISTRATOR, NATIONAL]) sessions.set(who, await signIn(browser, who));
  for (const picture of PICTURES)
    for (const scheme of isHelp(picture) ? SCHEMES : (['light'] as const))
      await take(browser, sessions.get(picture.as ?? ADMINISTRATOR) as Session, picture, scheme);
} finally {
  await browser.close();
}

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

async function signIn(from: Browser, email: string): Promise<Session> {
  const page = await from.newPage();
  await page.goto(`${base}/connexion`);
  await page.getByLabel('Email professionnel').fill(email);
  await page.getByLabel('Mot de passe', { exact: true }).fill(demonstrationPassword);
  await page.getByRole('button', { name: 'Se connecter', exact: true }).first().click();
  await page.getByRole('button', { name: 'Se déconnecter' }).waitFor({ state: 'attached' });
  return page.context().storageState();
}

async function take(
  from: Browser,
  storageState: Session,
  picture: Picture,
  colorScheme: (typeof SCHEMES)[number],
): Promise<void> {
  const { path, width, height, of, prepare } = picture;
  const file = colorScheme === 'dark' ? picture.file.replace('.webp', '-dark.webp') : picture.file;
  const context = await from.newContext({
    locale: 'fr-FR',
    viewport: { width, height },
    storageState,
    colorScheme,
  });
  const page = await context.newPage();
  await page.goto(base + path);
  await prepare?.(page);
  await page.evaluate('document.fonts.ready');
  const clip = of === undefined ? { x: 0, y: 0, width, height } : await placeOf(page, of);
  clip.height = Math.min(clip.height, height - (of === 'main' ? clip.y : 0));
  const help = isHelp(picture);
  // Playwright itself writes no WebP, which is four times as small here.
  const devtools = await context.newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', {
    ...(help ? { format: 'webp', quality: 80 } : { format: 'png' }),
    clip: { ...clip, scale: help ? SHARPNESS : 1 },
    captureBeyondViewport: false,
  });
  const bytes = Buffer.from(data, 'base64');
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), bytes);
  console.log(`${file}: ${clip.width} × ${clip.height}, ${bytes.length} bytes`);
  await context.close();
}

/** Where a part of the page stands, in whole pixels from the top left corner of the document. */
async function placeOf(page: Page, selector: string) {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not on ${page.url()}`);
  const scrolled = await page.evaluate<number>('window.scrollY');
  const [left, top] = [Math.floor(box.x), Math.floor(box.y + scrolled)];
  return { x: left, y: top, width: Math.ceil(box.width), height: Math.ceil(box.height) };
}
