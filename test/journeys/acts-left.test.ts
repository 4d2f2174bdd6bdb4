import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../src/paths.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createFactors } from '../factories/factors.ts';
import { createFailedMessage } from '../factories/messages.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean, type FormValues, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { isAsItWas } from '../tools/snapshot.ts';
import { traceOf } from '../tools/trace.ts';

/**
 * What each act of the portal says before, and leaves: rows, events, messages, and what the person is told. Another word,
 * column or recipient is seen here; `npm test -- acts-left --update` writes the file anew, for somebody to read.
 */
const LOCAL = 'wtestportail@test.fr';
const UCANSS = 'national@ucanss.fr';
const ROLE = 'energie-lecteur';
const RESERVED = 'sda-administrateur';

interface Act {
  as?: string;
  /** The page of its form, and the button that sends it. */
  at: string;
  press?: string;
  fill?: FormValues;
  /** The second page, where the first one asks. */
  confirm?: FormValues;
}

let portal: TestPortal;
before(async () => {
  portal = await startTestPortal();
});
after(() => portal?.stop());

const agents = new Map<string, Promise<Agent>>();
after(async () => {
  for (const agent of agents.values()) (await agent).close();
});

function signedIn(email: string): Promise<Agent> {
  const known = agents.get(email);
  if (known) return known;
  const opening = (async () => {
    const agent = createAgent(portal);
    await agent.signIn(email);
    return agent;
  })();
  agents.set(email, opening);
  return opening;
}

let count = 0;
/** Somebody of the CAF du Jura whose address and names are the same at each run. */
async function somebody(fields: object = {}): Promise<AccountRow> {
  count += 1;
  return createAccount(portal.db, {
    last_name: `ACTE${count}`,
    first_name: 'Camille',
    email: `acte.${count}@caf39.caf.fr`,
    ...fields,
  });
}

const withRole = async (role = ROLE, fields: Record<string, unknown> = {}) => {
  const person = await somebody();
  return { person, assignment: Number(await grant(portal.db, person, role, fields)) };
};
const roleId = async (code: string) => String((await portal.db('roles').first('id').where({ code })).id);
const requested = async (fields: Record<string, unknown> = {}) => {
  const account = await somebody();
  return { id: await createRequest(portal.db, { account, role: ROLE, ...fields }) };
};
const review = async () => {
  const { person, assignment } = await withRole();
  const { id } = await organismOf(portal.db, 'CPAM-391');
  await portal.db('assignments').where({ id: assignment }).update({ inherited_from: id });
  return { person, assignment };
};
const selection = async (query: string, role?: string) => {
  const name = `LOT${count}`;
  for (const fields of [{}, {}]) {
    const person = await somebody({ ...fields, last_name: name });
    if (role) await grant(portal.db, person, role);
  }
  return `${paths.accounts.index}?nom=${name}&${query}`;
};
const deputy = async () => {
  const person = await somebody();
  await grant(portal.db, person, 'administrateur-local', { organism: 'CAF-391' });
  return person;
};
const ends = { fin: '2026-12-31' };
const why = { motif: 'Un motif' };

const ACTS: Record<string, () => Promise<Act>> = {
  'an account is created': async () => ({
    at: paths.accounts.new,
    press: 'Créer le compte',
    fill: {
      ...{ civilite: 'Mme', nom: 'Nouvelle', prenom: 'Zoé', email: 'zoe.nouvelle@caf39.caf.fr' },
      ...{ fonction: 'Conseillère', telephone: '0384000000' },
    },
  }),
  'a record is corrected': async () => ({
    at: paths.accounts.edit(await somebody()),
    press: 'Enregistrer',
    fill: { nom: 'Autrement', prenom: 'Dominique', fonction: 'Cadre' },
  }),
  'a right is given': async () => ({
    at: `${paths.accounts.grant(await somebody())}?role=${ROLE}`,
    fill: { ...ends, ...why },
  }),
  'a reserved right is given: it is asked of Ucanss': async () => ({
    at: `${paths.accounts.grant(await somebody())}?role=${RESERVED}`,
    fill: why,
  }),
  'a right is taken away': async () => ({
    at: `${paths.accounts.remove((await withRole()).person)}?role=${ROLE}`,
    fill: why,
  }),
  'the end of a right': async () => {
    const { person, assignment } = await withRole();
    return { at: paths.accounts.endDate({ id: person.id, assignment }), fill: ends };
  },
  'rights to review are all removed': async () => ({
    at: paths.accounts.removeInherited((await review()).person),
    fill: why,
  }),
  'a right to review is kept': async () => {
    const { person } = await review();
    return { at: paths.accounts.show(person), press: 'Garder Energie Lecteur' };
  },
  'an account is deactivated': async () => ({
    at: paths.accounts.deactivate((await withRole()).person),
    fill: why,
  }),
  'an account is reactivated': async () => ({
    at: paths.accounts.reactivate(await somebody({ active: false })),
    fill: why,
  }),
  'a link of activation is sent again': async () => ({
    at: paths.accounts.sendActivation(await somebody()),
  }),
  'sessions are closed': async () => ({ at: paths.accounts.endSessions(await somebody()), fill: why }),
  'somebody is attached': async () => ({
    at: paths.accounts.attach(await somebody({ organism: 'CAF-251' })),
  }),
  'an address is asked to change': async () => ({
    at: paths.accounts.changeEmail(await somebody({ password: 'une-phrase-de-passe-longue' })),
    press: 'Demander le changement',
    fill: { email: 'ailleurs@caf39.caf.fr', ...why },
  }),
  'a selection is given a right': async () => ({
    at: await selection(`role=${ROLE}&ayant=non`),
    press: 'Activer des droits pour la sélection',
    fill: { tout: 'oui' },
    confirm: why,
  }),
  'a selection loses a right': async () => ({
    at: await selection(`role=${ROLE}`, ROLE),
    press: 'Supprimer des droits de la sélection',
    fill: { tout: 'oui' },
    confirm: why,
  }),
  'a selection is deactivated': async () => ({
    at: await selection(''),
    press: 'Désactiver la sélection',
    fill: { tout: 'oui' },
    confirm: why,
  }),
  'a request is accepted': async () => ({ at: paths.requests.accept(await requested()), fill: ends }),
  'a request is refused': async () => ({ at: paths.requests.refuse(await requested()), fill: why }),
  'Ucanss accepts what is reserved': async () => ({
    as: UCANSS,
    at: paths.requests.accept(await requested({ role: RESERVED })),
  }),
  'an account is asked for, and accepted': async () => ({
    at: paths.requests.accept({
      id: await createRequest(portal.db, { last_name: 'Arrivante', email: 'arrivante@caf39.caf.fr' }),
    }),
  }),
  'a right is asked for': async () => ({
    as: 'tmantel@caf39.caf.fr',
    at: paths.catalogue.show({ code: 'accords-locaux' }),
    press: "Demander l'accès à l'application",
    fill: { role: 'accords-locaux-acces-en-lecture', ...why },
  }),
  'a request is taken back': async () => {
    const account = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    const id = await createRequest(portal.db, { account, role: 'marches-lecteur' });
    return { as: account.email, at: paths.ownRequests.cancel({ id }) };
  },
  'one’s own phone': async () => ({
    as: 'tmantel@caf39.caf.fr',
    at: paths.ownPhone,
    press: 'Enregistrer',
    fill: { telephone: '0384123456' },
  }),
  'a delegation is given': async () => ({
    at: paths.delegations.grant(await somebody()),
    fill: { ...ends, ...why },
  }),
  'a delegation is dated': async () => ({ at: paths.delegations.endDate(await deputy()), fill: ends }),
  'a delegation is taken back': async () => ({ at: paths.delegations.remove(await deputy()), fill: why }),
  'a national profile is given': async () => ({
    as: UCANSS,
    at: paths.nationalRoles.grant(await somebody()),
    fill: { role: 'auditeur', ...ends, ...why },
  }),
  'a national profile is dated': async () => ({
    as: UCANSS,
    at: paths.nationalRoles.endDate({ id: (await withRole('auditeur')).assignment }),
    fill: ends,
  }),
  'a national profile is taken back': async () => ({
    as: UCANSS,
    at: paths.nationalRoles.remove({ id: (await withRole('auditeur')).assignment }),
    fill: why,
  }),
  'a reason of refusal': async () => ({
    at: paths.refusalReasons.index,
    press: 'Ajouter le motif',
    fill: { texte: 'Le service n’en a pas l’usage.' },
  }),
  'a role is created': async () => ({
    as: UCANSS,
    at: paths.roles.new,
    press: 'Créer le rôle',
    fill: {
      application: String((await portal.db('applications').first('id').where({ code: 'energie' })).id),
      ...{ code: 'energie-relecteur', libelle: 'Energie Relecteur', description: 'Relit.', public: 'Tous' },
    },
  }),
  'a role is closed': async () => ({
    as: UCANSS,
    at: paths.roles.edit({ id: Number(await roleId('marches-lecteur')) }),
    press: 'Enregistrer',
    fill: { etat: 'ferme' },
    confirm: {},
  }),
  'an application is created': async () => ({
    as: UCANSS,
    at: paths.roles.newApplication,
    press: 'Créer l’application',
    fill: { code: 'archives', nom: 'Archives', theme: 'Achats', adresse: 'https://archives.example' },
  }),
  'an organism is changed': async () => ({
    as: UCANSS,
    at: paths.organisms.edit({ id: (await organismOf(portal.db, 'CAF-251')).id }),
    press: 'Enregistrer',
    fill: { ville: 'Montbéliard', domaine: 'caf25.caf.fr' },
  }),
  'a message is sent again': async () => {
    await createFailedMessage(portal.db, { recipient: 'perdue@caf39.caf.fr' });
    return { as: UCANSS, at: paths.messages.index, press: 'Renvoyer le message à perdue@caf39.caf.fr' };
  },
  'a second factor is reset': async () => {
    const person = await somebody();
    await createFactors(portal.db, person);
    return { at: paths.accounts.resetFactor(person), fill: why };
  },
};

/** What the page says before the act, where it is one that asks. */
const saidBefore = (page: Page): string[] =>
  page.texts('main button').includes('Confirmer')
    ? [
        ...page.texts('main :is(h1, p, li):not(nav *, :empty)'),
        ...page.texts('main .btn-danger').map((text) => `${text} (danger)`),
      ].map((text) => `before: ${text}`)
    : [];

for (const [name, prepare] of Object.entries(ACTS)) {
  test(name, async (t) => {
    const { as = LOCAL, at, press = 'Confirmer', fill, confirm } = await prepare();
    const agent = await signedIn(as);
    const told: string[] = [];
    const left = await traceOf(portal.db, async () => {
      let before = await agent.get(at);
      let answer = await agent.submit(before, press, fill);
      if (confirm) {
        before = await agent.follow(answer);
        answer = await agent.submit(before, 'Confirmer', confirm);
      }
      told.push(...saidBefore(before));
      const page = await agent.follow(answer);
      assert.equal(page.status, 200, page.notices.join());
      told.push(`${page.path.replace(/\d+/g, '#')}: ${page.notices.map(clean).join(' ')}`);
    });
    isAsItWas(t, [...told, ...left]);
  });
}
