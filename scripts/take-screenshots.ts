import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { demonstrationPassword } from '../src/presenters/demonstration.ts';

// Takes the pictures of docs/images from a portal that runs on the demonstration data:
//   npm start, then: node scripts/take-screenshots.ts http://localhost:3000
// CHROMIUM_PATH names the browser.
const PICTURES = [{ name: 'etat', as: 'wtestportail@test.fr', path: '/gestion/etat' }];

const [base = 'http://localhost:3000'] = process.argv.slice(2);
const folder = join(import.meta.dirname, '../docs/images');
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  for (const { name, as, path } of PICTURES) {
    const context = await browser.newContext({ locale: 'fr-FR', viewport: { width: 1280, height: 860 } });
    const page = await context.newPage();
    await page.goto(`${base}/connexion`);
    await page.getByLabel('Email professionnel').fill(as);
    await page.getByLabel('Mot de passe', { exact: true }).fill(demonstrationPassword);
    await page.getByRole('button', { name: 'Se connecter', exact: true }).first().click();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    await page.goto(base + path);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
}
