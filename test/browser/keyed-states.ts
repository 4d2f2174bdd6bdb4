import type { Page } from 'playwright-core';
import type { Database } from '../../src/database/knex.ts';
import { paths } from '../../src/paths.ts';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createAccount } from '../factories/accounts.ts';
import { createFactors, createPasskey } from '../factories/factors.ts';
import { forgetProofs } from '../tools/proved.ts';
import type { State } from './states.ts';
import { filled, type Step, sent } from './steps.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Pages of somebody who has an application and a passkey, and who signs in for each: the last step is done there. */
export async function keyedStates(db: Database): Promise<State[]> {
  const newPerson = () => createAccount(db, { password: demonstrationPassword, last_name: 'CLÉOPÂTRE' });

  async function typePassword(page: Page, { email }: { email: string }): Promise<void> {
    await page.getByLabel('Email professionnel').fill(email);
    await page.getByLabel('Mot de passe', { exact: true }).fill(demonstrationPassword);
    await page.getByRole('button', { name: 'Se connecter', exact: true }).first().click();
  }

  const atSecondStep =
    (then: Step): Step =>
    async (page) => {
      const person = await newPerson();
      await createFactors(db, person);
      await typePassword(page, person);
      await heading(page, 'Second facteur');
      await then(page);
    };

  /** Signed in before they had any, a moment ago or long ago. */
  const signedIn =
    (path: string, name: string, { longAgo = false, last }: { longAgo?: boolean; last?: Step } = {}): Step =>
    async (page) => {
      const person = await newPerson();
      await typePassword(page, person);
      await heading(page, 'Mes informations');
      await createFactors(db, person);
      if (longAgo) await forgetProofs(db, person);
      await page.goto(path);
      await heading(page, name);
      await last?.(page);
    };

  const asked = { longAgo: true };
  const ASKING = paths.security.password;
  const states: Record<string, Step> = {
    'second step': atSecondStep(async () => {}),
    'second step, empty': atSecondStep(sent('Valider')),
    'who one is': signedIn(ASKING, 'Confirmez votre identité', asked),
    'who one is, empty': signedIn(ASKING, 'Confirmez votre identité', {
      longAgo: true,
      last: sent('Continuer'),
    }),
    'own security, said long ago': signedIn(paths.security.show, 'Ma sécurité', asked),
    'a passkey to rename': async (page) => {
      const person = await newPerson();
      await typePassword(page, person);
      await heading(page, 'Mes informations');
      const id = await createPasskey(db, person, 'Un nom long '.repeat(5).trim());
      await page.goto(paths.security.renamePasskey({ id }));
      await heading(page, `Renommer la clé d’accès «\u00a0${'Un nom long '.repeat(5).trim()}\u00a0»`);
      await filled('Nom', '', sent('Enregistrer'))(page);
    },
    'own application to replace': signedIn(
      paths.security.authenticator,
      'Ajouter une application d’authentification',
    ),
  };
  return Object.entries(states).map(([name, then]) => ({
    ...{ name: `with a passkey: ${name}`, as: undefined, path: paths.signIn },
    then,
  }));
}
