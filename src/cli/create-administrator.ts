import { z } from 'zod';
import { isMigrated } from '../database/migrate.ts';
import { systemClock } from '../domain/clock.ts';
import { Refused } from '../domain/errors.ts';
import { linkLifetimeInWords } from '../domain/link.ts';
import { linkUrl } from '../mail/site.ts';
import { email, firstName, lastName } from '../schemas/fields.ts';
import { createServices } from '../services/index.ts';
import { readArguments, refuse } from './arguments.ts';
import { withDatabase } from './with-database.ts';

const options = z.object({
  email,
  nom: lastName('Indiquez un nom.'),
  prenom: firstName('Indiquez un prénom.'),
});

const given = readArguments({
  email: { type: 'string' },
  nom: { type: 'string' },
  prenom: { type: 'string' },
});
const parsed = options.safeParse(given);
if (!parsed.success) {
  refuse(parsed.error.issues.map(({ path, message }) => `--${String(path[0])}: ${message}`).join('\n'));
}
const { email: address, nom, prenom } = parsed.data;

await withDatabase(async ({ db, environment }) => {
  if (!(await isMigrated(db))) throw new Error('The schema is not up to date: run npm run db:migrate first.');
  const { administrators } = createServices({ db, clock: systemClock });
  try {
    const token = await administrators.create({ email: address, lastName: nom, firstName: prenom });
    console.log(`${prenom} ${nom} <${address}> est administrateur Ucanss.`);
    console.log(`Lien d’activation, à usage unique, valable ${linkLifetimeInWords('activation')}\u00a0:`);
    console.log(linkUrl(environment.baseUrl, 'activation', token));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
});
