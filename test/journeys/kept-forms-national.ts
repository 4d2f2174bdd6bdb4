import { paths } from '../../src/paths.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createNominationImport } from '../factories/nominations.ts';
import { organismOf } from '../factories/organisms.ts';
import type { Agent } from '../tools/agent.ts';
import type { FormValues } from '../tools/page.ts';
import type { TestPortal } from '../tools/portal.ts';

/** A form of the portal, as somebody fills it in. */
export interface Kind {
  /** The pattern that it is sent to. */
  path: string;
  as: string;
  /** Where it is opened, once what it needs is there. */
  page: (portal: TestPortal, agent: Agent) => Promise<string>;
  button: string;
  values: FormValues;
}

const NATIONAL = 'national@ucanss.fr';
const confirmed = 'Confirmer';
const reason = { motif: 'Un motif de « plusieurs » mots\r\net <deux> lignes & plus' };
const settings = { libelle: 'Libellé saisi', description: 'Décrit ici', public: 'Les agents', duree: '45' };

/** Those of Ucanss alone. */
export const NATIONAL_KINDS: readonly Kind[] = [
  {
    ...{ path: paths.roles.new, as: NATIONAL, button: 'Créer le rôle' },
    page: async () => paths.roles.new,
    values: { ...settings, validation: 'ucanss', demande: 'procedure', procedure: 'Écrire', etat: 'ferme' },
  },
  {
    ...{ path: paths.roles.edit.pattern, as: NATIONAL, button: 'Enregistrer' },
    page: async ({ db }) =>
      paths.roles.edit(await db('roles').first('id').where({ code: 'energie-lecteur' })),
    values: { ...settings, validation: 'ucanss', etat: 'ferme' },
  },
  {
    ...{ path: paths.roles.newApplication, as: NATIONAL, button: 'Créer l’application' },
    page: async () => paths.roles.newApplication,
    values: { nom: 'Application saisie', code: 'saisie' },
  },
  {
    ...{ path: paths.roles.editApplication.pattern, as: NATIONAL, button: 'Enregistrer' },
    page: async ({ db }) => paths.roles.editApplication(await db('applications').first('id')),
    values: { nom: 'Application saisie' },
  },
  {
    ...{ path: paths.organisms.new, as: NATIONAL, button: 'Créer l’organisme' },
    page: async () => paths.organisms.new,
    values: { code: 'CAF-999', nom: 'CAF saisie', ville: 'Dole', domaine: 'saisie.fr' },
  },
  {
    ...{ path: paths.organisms.edit.pattern, as: NATIONAL, button: 'Enregistrer' },
    page: async ({ db }) => paths.organisms.edit(await organismOf(db, 'CAF-391')),
    values: { nom: 'CAF saisie', sigle: 'X', etat: 'ferme' },
  },
  {
    ...{ path: paths.nominations.apply.pattern, as: NATIONAL, button: confirmed },
    page: async ({ db }) => paths.nominations.apply({ id: await createNominationImport(db) }),
    values: {},
  },
  ...(['grant', 'remove', 'endDate'] as const).map((act) => ({
    ...{ path: paths.nationalRoles[act].pattern, as: NATIONAL, button: confirmed },
    page: async ({ db }: TestPortal) => {
      const account = await createAccount(db, { organism: 'UCANSS' });
      const id = act === 'grant' ? account.id : await grant(db, account, 'auditeur');
      return paths.nationalRoles[act]({ id });
    },
    values: { ...(act === 'endDate' ? {} : reason), ...(act === 'remove' ? {} : { fin: '2027-02-03' }) },
  })),
];
