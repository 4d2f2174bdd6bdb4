import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import type { Express } from 'express';
import { demonstrationPassword } from '../presenters/demonstration.ts';
import * as format from '../presenters/format.ts';
import { contacts, paths } from '../routes/paths.ts';

const folder = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** Changes when a style sheet, a script or an image does, so that browsers fetch them again. */
function assetVersion(): string {
  const hash = createHash('sha256');
  for (const file of globSync(`${folder('public')}/**/*.{css,js,svg}`).sort())
    hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 10);
}

/** EJS, strict about its variables, compiled once; with the helpers that every view has. */
export function views(app: Express): void {
  const root = folder('views');
  app.set('views', root);
  app.set('view engine', 'ejs');
  // EJS 7 no longer reads Express's « view options »: they are passed at each call.
  app.engine('ejs', (path, locals, done) => {
    ejs.renderFile(path, locals as ejs.Data, { _with: false, views: [root], cache: true }, done);
  });
  app.enable('view cache');
  Object.assign(app.locals, format, { paths, contacts, demonstrationPassword, assetVersion: assetVersion() });
}
