import { paths } from '../../src/paths.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createDoneBatch } from '../factories/drafts.ts';
import { createFactors, createReset } from '../factories/factors.ts';
import { organismOf } from '../factories/organisms.ts';
import { createPlannedAct } from '../factories/planned-acts.ts';
import { createRequest } from '../factories/requests.ts';
import { makeDraft } from '../tools/draft.ts';
import type { TestPortal } from '../tools/portal.ts';
import { type Kind, NATIONAL_KINDS } from './kept-forms-national.ts';

const LOCAL = 'wtestportail@test.fr';
const NATIONAL = 'national@ucanss.fr';
const TWO = 'intercaf@caf.fr';

const person = async ({ db }: TestPortal, organism = 'CAF-391') => (await createAccount(db, { organism })).id;
/** Somebody whose right came from another organism. */
const newcomer = async ({ db }: TestPortal): Promise<number> => {
  const account = await createAccount(db);
  await grant(db, account, 'energie-lecteur');
  const former = await organismOf(db, 'CPAM-391');
  await db('assignments').where({ account_id: account.id }).update({ inherited_from: former.id });
  return account.id;
};
const confirmed = 'Confirmer';
const reason = { motif: 'Un motif de « plusieurs » mots\r\net <deux> lignes & plus' };

export const KINDS: readonly Kind[] = [
  {
    ...{
      path: paths.catalogue.show.pattern,
      as: 'wadama@ucanss.fr',
      button: "Demander l'accès à l'application",
    },
    page: async () => '/applications/energie',
    values: { ...reason, role: 'energie-redacteur' },
  },
  {
    ...{ path: paths.ownEmailChange.ask, as: LOCAL, button: 'Envoyer le lien de confirmation' },
    page: async () => paths.ownEmailChange.ask,
    values: { email: 'nouvelle@caf39.caf.fr' },
  },
  {
    ...{ path: paths.ownPhone, as: LOCAL, button: 'Enregistrer' },
    page: async () => paths.ownPhone,
    values: { telephone: '03 84 11 22 33' },
  },
  {
    ...{ path: paths.passkey.add, as: LOCAL, button: 'Créer la clé d’accès' },
    page: async () => paths.passkey.add,
    values: { nom: 'Mon ordinateur « à moi »' },
  },
  {
    ...{ path: paths.ownCorrection, as: LOCAL, button: 'Proposer la correction' },
    page: async () => paths.ownCorrection,
    values: { ...reason, nom: 'CORRIGÉ', prenom: 'Welcome', fonction: 'Directeur' },
  },
  {
    ...{ path: paths.accounts.new, as: LOCAL, button: 'Créer le compte' },
    page: async () => `${paths.accounts.new}?retour=/gestion/administrateurs-locaux/nouveau`,
    values: {
      civilite: 'Mme',
      nom: 'GARDÉE',
      prenom: 'Zoé',
      email: 'zoe',
      fonction: 'Agent',
      telephone: '03 84',
      collegue: 'Thomas',
    },
  },
  {
    ...{ path: paths.accounts.new, as: NATIONAL, button: 'Créer le compte' },
    page: async () => `${paths.accounts.new}?perimetre=CAF-251`,
    values: { nom: 'GARDÉE', prenom: 'Zoé', email: 'zoe@caf.fr' },
  },
  {
    ...{ path: paths.accounts.edit.pattern, as: TWO, button: 'Enregistrer' },
    page: async (portal) =>
      `${paths.accounts.edit({ id: await person(portal, 'CAF-701') })}?perimetre=CAF-701`,
    values: { civilite: 'M.', nom: 'AUTRE', prenom: 'Prénom', fonction: '', telephone: '+33 3' },
  },
  {
    ...{ path: paths.accounts.depart.pattern, as: LOCAL, button: confirmed },
    page: async (portal) => paths.accounts.depart({ id: await person(portal) }),
    values: { ...reason, jour: '2099-12-01' },
  },
  {
    ...{ path: paths.plannedActs.cancel.pattern, as: LOCAL, button: confirmed },
    page: async ({ db }) =>
      paths.plannedActs.cancel({ id: await createPlannedAct(db, await createAccount(db)) }),
    values: {},
  },
  {
    ...{ path: paths.accounts.deactivate.pattern, as: TWO, button: confirmed },
    page: async (portal) =>
      `${paths.accounts.deactivate({ id: await person(portal, 'CAF-701') })}?perimetre=CAF-701`,
    values: reason,
  },
  {
    ...{ path: paths.accounts.reactivate.pattern, as: LOCAL, button: confirmed },
    page: async ({ db }) =>
      paths.accounts.reactivate({ id: (await createAccount(db, { active: false })).id }),
    values: reason,
  },
  {
    ...{ path: paths.accounts.endSessions.pattern, as: LOCAL, button: confirmed },
    page: async (portal) => paths.accounts.endSessions({ id: await person(portal) }),
    values: reason,
  },
  {
    ...{ path: paths.accounts.resetFactor.pattern, as: LOCAL, button: confirmed },
    page: async (portal) => {
      const id = await person(portal);
      await createFactors(portal.db, { id });
      return paths.accounts.resetFactor({ id });
    },
    values: reason,
  },
  {
    ...{ path: paths.accounts.cancelFactorReset.pattern, as: LOCAL, button: confirmed },
    page: async (portal) => {
      const id = await person(portal);
      await createReset(portal.db, { id });
      return paths.accounts.cancelFactorReset({ id });
    },
    values: {},
  },
  {
    ...{ path: paths.accounts.sendActivation.pattern, as: LOCAL, button: confirmed },
    page: async (portal) => paths.accounts.sendActivation({ id: await person(portal) }),
    values: {},
  },
  {
    ...{ path: paths.accounts.removeInherited.pattern, as: LOCAL, button: confirmed },
    page: async (portal) => paths.accounts.removeInherited({ id: await newcomer(portal) }),
    values: reason,
  },
  {
    ...{ path: paths.accounts.attach.pattern, as: LOCAL, button: confirmed },
    page: async (portal) => paths.accounts.attach({ id: await person(portal, 'CAF-701') }),
    values: {},
  },
  {
    ...{ path: paths.accounts.grant.pattern, as: LOCAL, button: confirmed },
    page: async (portal) => `${paths.accounts.grant({ id: await person(portal) })}?role=energie-lecteur`,
    values: { ...reason, fin: '2027-02-03' },
  },
  {
    ...{ path: paths.accounts.remove.pattern, as: LOCAL, button: confirmed },
    page: async ({ db }) => {
      const account = await createAccount(db);
      await grant(db, account, 'energie-lecteur');
      return `${paths.accounts.remove({ id: account.id })}?role=energie-lecteur&retour=/gestion/comptes?nom=a`;
    },
    values: reason,
  },
  {
    ...{ path: paths.accounts.endDate.pattern, as: LOCAL, button: confirmed },
    page: async ({ db }) => {
      const account = await createAccount(db);
      return paths.accounts.endDate({
        id: account.id,
        assignment: await grant(db, account, 'energie-lecteur'),
      });
    },
    values: { fin: '2027-04-05' },
  },
  {
    ...{ path: paths.accounts.changeEmail.pattern, as: LOCAL, button: 'Demander le changement' },
    page: async ({ db }) =>
      paths.accounts.changeEmail({ id: (await accountOf(db, 'tmantel@caf39.caf.fr')).id }),
    values: { ...reason, email: 'thomas@caf39.caf.fr' },
  },
  {
    ...{ path: paths.batches.show.pattern, as: TWO, button: confirmed },
    page: async (portal, agent) => {
      const ids = [await person(portal, 'CAF-701'), await person(portal, 'CAF-701')];
      const here = { organisme: 'CAF-701', perimetre: 'CAF-701' };
      return (await makeDraft(agent, { acte: 'desactiver', ...here }, ids)).headers.location ?? '';
    },
    values: reason,
  },
  {
    ...{ path: paths.batches.undo.pattern, as: LOCAL, button: confirmed },
    page: async ({ db }) => {
      const [{ id: createdBy }, account] = [await accountOf(db, LOCAL), await createAccount(db)];
      return paths.batches.undo({ id: await createDoneBatch(db, { createdBy, person: account }) });
    },
    values: reason,
  },
  {
    ...{ path: paths.delegations.grant.pattern, as: LOCAL, button: confirmed },
    page: async (portal) => paths.delegations.grant({ id: await person(portal) }),
    values: { ...reason, fin: '2027-02-03' },
  },
  ...(['remove', 'endDate'] as const).map((act) => ({
    ...{ path: paths.delegations[act].pattern, as: LOCAL, button: confirmed },
    page: async ({ db }: TestPortal) => {
      const account = await createAccount(db);
      await grant(db, account, 'administrateur-local', { organism: 'CAF-391' });
      return paths.delegations[act]({ id: account.id });
    },
    values: act === 'remove' ? reason : { fin: '2027-02-03' },
  })),
  ...(['accept', 'refuse'] as const).map((act) => ({
    ...{ path: paths.requests[act].pattern, as: LOCAL, button: confirmed },
    page: async ({ db }: TestPortal) => {
      const account = await createAccount(db);
      return paths.requests[act]({ id: await createRequest(db, { account }) });
    },
    values: act === 'accept' ? { fin: '2027-02-03' } : reason,
  })),
  {
    ...{ path: paths.batches.show.pattern, as: LOCAL, button: confirmed },
    page: async ({ db }, agent) => {
      const ids = [await createRequest(db), await createRequest(db)];
      return (await makeDraft(agent, { acte: 'refuser' }, ids)).headers.location ?? '';
    },
    values: reason,
  },
  {
    ...{ path: paths.refusalReasons.index, as: LOCAL, button: 'Ajouter le motif' },
    page: async () => paths.refusalReasons.index,
    values: { texte: 'Un motif tout prêt' },
  },
  {
    ...{ path: paths.refusalReasons.edit.pattern, as: LOCAL, button: 'Enregistrer' },
    page: async ({ db }) => {
      const { id } = await organismOf(db, 'CAF-391');
      for (const text of ['Le premier', 'Le second'])
        await db('refusal_reasons').insert({ organism_id: id, text }).onConflict().ignore();
      return paths.refusalReasons.index;
    },
    values: { texte: 'Récrit' },
  },
  {
    ...{ path: paths.ownRequests.cancel.pattern, as: LOCAL, button: confirmed },
    page: async ({ db }) => {
      const account = await accountOf(db, LOCAL);
      await db('requests').where({ account_id: account.id, status: 'pending' }).delete();
      return paths.ownRequests.cancel({
        id: await createRequest(db, { account, role: 'energie-redacteur' }),
      });
    },
    values: {},
  },
  {
    ...{ path: paths.requests.remind.pattern, as: NATIONAL, button: confirmed },
    page: async ({ db }) =>
      paths.requests.remind({ id: await createRequest(db, { account: await createAccount(db) }) }),
    values: {},
  },
  {
    ...{ path: paths.ownRequests.remind.pattern, as: LOCAL, button: confirmed },
    page: async ({ db }) => {
      const account = await accountOf(db, LOCAL);
      await db('requests').where({ account_id: account.id, status: 'pending' }).delete();
      return paths.ownRequests.remind({ id: await createRequest(db, { account }) });
    },
    values: {},
  },
  ...NATIONAL_KINDS,
];

/**
 * Agreeing to, and refusing, a change of address that somebody asked: nothing is filled in (email-change.test.ts). What
 * is ticked in a list leads back to it (kept-forms-coming-back.test.ts); so does a file, which is chosen again. Of one's
 * own security there are secrets alone, which are kept nowhere, and what is only confirmed.
 */
export const WITHOUT_FIELDS = [
  paths.ownEmailChange.agree,
  paths.ownEmailChange.refuse,
  paths.batches.index,
  paths.nominations.index,
  paths.identity,
  paths.passkey.identity,
  paths.security.password,
  paths.security.authenticator,
  paths.security.removeAuthenticator,
  paths.security.recoveryCodes,
  paths.security.removePasskey.pattern,
  // Whoever has a passkey comes back by the second step: passkeys-renamed.test.ts.
  paths.security.renamePasskey.pattern,
];
