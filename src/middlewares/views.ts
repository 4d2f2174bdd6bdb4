import { createHash, randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import type { Environment } from '../config/environment.ts';
import { ofOrganism, TheOrganism } from '../domain/organism-name.ts';
import { contacts, paths } from '../paths.ts';
import { demonstrationPassword } from '../presenters/demonstration.ts';
import * as format from '../presenters/format.ts';
import { templates } from './templates.ts';

const folder = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** Changes when a style sheet, a script or an image does, so that browsers fetch them again. */
function assetVersion(): string {
  const hash = createHash('sha256');
  for (const file of globSync(`${folder('public')}/**/*.{css,js,svg,png,webp}`).sort())
    hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 10);
}

/** The key of one display of one form (middlewares/form-keys.ts): a page has several, and Node.js draws these by the hundred. */
const newFormKey = (): string => randomUUID();

/** The three states that the law knows, as it words them. */
const CONFORMITY: Record<Environment['accessibility'], string> = {
  non: 'non conforme',
  partielle: 'partiellement conforme',
  totale: 'totalement conforme',
};

/** EJS, strict about its variables, compiled once; with the helpers that every view has. */
export function views(app: Express, { accessibility }: Pick<Environment, 'accessibility'>): void {
  const root = folder('views');
  app.set('views', root);
  app.set('view engine', 'ejs');
  const render = templates(root);
  app.engine('ejs', (path, locals, done) => {
    let page: string;
    try {
      page = render(path.slice(root.length + 1, -'.ejs'.length), locals as Record<string, unknown>);
    } catch (error) {
      return done(error);
    }
    done(null, page);
  });
  app.enable('view cache');
  Object.assign(app.locals, format, {
    paths,
    contacts,
    demonstrationPassword,
    newFormKey,
    ofOrganism,
    TheOrganism,
  });
  app.locals.assetVersion = assetVersion();
  app.locals.conformity = CONFORMITY[accessibility];
}
