import { z } from 'zod';
import { isMigrated } from '../database/migrate.ts';
import { systemClock } from '../domain/clock.ts';
import { HOUR } from '../domain/duration.ts';
import { Refused } from '../domain/errors.ts';
import { LINK_LIFETIMES } from '../domain/link.ts';
import { linkUrl } from '../mail/site.ts';
import { email, firstName, lastName } from '../schemas/fields.ts';
import { createServices } from '../services/index.ts';
import { readArguments, refuse } from './arguments.ts';
import { withDatabase } from './with-database.ts';

const options = z.object({ email, nom: lastName('name'), prenom: firstName('name') });
/** What each must be: the portal's own sentences are for its pages. */
const EXPECTED = {
  email: 'must be a whole e-mail address, of ASCII characters',
  nom: 'must be a name, of 100 characters at most',
  prenom: 'must be a first name, of 100 characters at most',
};

const given = readArguments({
  name: 'npm run admin:create',
  about: 'Creates an administrateur Ucanss, and prints the link that activates their account, once.',
  options: {
    email: {
      type: 'string',
      value: 'ADDRESS',
      required: true,
      about: 'their address, by which they sign in',
    },
    nom: { type: 'string', value: 'NAME', required: true, about: 'their last name' },
    prenom: { type: 'string', value: 'NAME', required: true, about: 'their first name' },
  },
});
const parsed = options.safeParse(given);
if (!parsed.success) {
  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0] as keyof typeof EXPECTED));
  refuse([...wrong].map((name) => `--${name} ${EXPECTED[name]}.`).join('\n'));
}
const { email: address, nom, prenom } = parsed.data;

await withDatabase(async ({ db, environment }) => {
  if (!(await isMigrated(db))) throw new Error('The schema is not up to date: run npm run db:migrate first.');
  const { administrators } = createServices({ db, clock: systemClock });
  try {
    const token = await administrators.create({ email: address, lastName: nom, firstName: prenom });
    console.log(`${prenom} ${nom} <${address}> is an administrateur Ucanss.`);
    console.log(
      `The link that activates their account, to be used once, within ${LINK_LIFETIMES.activation / HOUR} hours:`,
    );
    console.log(linkUrl(environment.baseUrl, 'activation', token));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(`${address} has an account already: nothing was changed.`);
    process.exitCode = 2;
  }
});
