import type { Database } from '../../src/database/knex.ts';
import { paths } from '../../src/paths.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { organismOf } from '../factories/organisms.ts';
import { createPlannedAct } from '../factories/planned-acts.ts';
import { furnish } from './furnished.ts';
import { keyedStates } from './keyed-states.ts';
import { asItComes, asked, filled, pressed, type Step, sent, typedInHeader, unfolded } from './steps.ts';

const PROFILES = {
  visitor: undefined,
  agent: 'tmantel@caf39.caf.fr',
  local: 'wtestportail@test.fr',
  ucanss: 'national@ucanss.fr',
  auditor: 'auditeur@ucanss.fr',
} as const;

/** A page as somebody meets it: whose, where, and what is done there before it is looked at. */
export interface State {
  name: string;
  as: string | undefined;
  path: string;
  then: Step;
}

type Given = Partial<Record<string, Step>>;
/** A page with what is done there, by name; as it comes where nothing is. */
type Pages = Record<string, string | [path: string, states: Given]>;

const listed = (path: string): Pages => ({
  [path]: path,
  [`${path}, nothing found`]: `${path}?q=xqzwv`,
  [`${path}, beyond the end`]: `${path}?page=99`,
  [`${path}, unknown criteria`]: `${path}?tri=x&sens=y&inconnu=1`,
});

/** Every page of the portal by profile, in the states that people meet. */
export async function statesOf(db: Database): Promise<State[]> {
  const { person, dated, request, gone, elsewhere, draft, event } = await furnish(db, PROFILES.local);
  const deputy = await accountOf(db, 'suppleante@caf39.caf.fr');
  const agent = await accountOf(db, PROFILES.agent);
  const national = await accountOf(db, PROFILES.ucanss);
  const role = await db('roles').first('id').where({ code: 'energie-lecteur' });
  const application = await db('applications').first('id');
  const organism = await organismOf(db, 'CAF-391');
  const batch = await db('batches').max('id as id').whereNot({ id: draft }).first();
  const leaving = await createAccount(db, { last_name: 'PARTANTE' });
  const planned = await createPlannedAct(db, leaving);
  const people = { person, deputy, agent, gone, elsewhere, leaving };
  const numbers = { request, draft, event, role: role.id, planned };
  const others = {
    application: application.id,
    organism: organism.id,
    national: national.id,
    batch: batch?.id,
  };
  const pages = pagesOf({ ...people, ...numbers, ...others, dated: Number(dated) });
  const states = Object.entries(pages).flatMap(([profile, theirs]) =>
    statesIn(profile as keyof typeof PROFILES, theirs),
  );
  return [...states, ...(await keyedStates(db))];
}

interface Things
  extends Record<'person' | 'deputy' | 'agent' | 'gone' | 'elsewhere' | 'leaving', AccountRow> {
  request: number;
  draft: number;
  planned: number;
  event: number;
  role: number;
  application: number;
  organism: number;
  national: number;
  batch: number;
  dated: number;
}

const statesIn = (profile: keyof typeof PROFILES, pages: Pages): State[] =>
  Object.entries(pages).flatMap(([name, page]) => {
    const [path, given] = typeof page === 'string' ? [page, {}] : page;
    const states: [string, Step][] = [['', asItComes], ...Object.entries(given as Record<string, Step>)];
    return states.map(([state, then]) => ({
      name: `${profile}: ${name}${state === '' ? '' : `, ${state}`}`,
      as: PROFILES[profile],
      path,
      then,
    }));
  });

const NO_LINK = 'A'.repeat(43);

const pagesOf = (things: Things): Record<keyof typeof PROFILES, Pages> => ({
  visitor: VISITOR,
  agent: AGENT,
  local: localPages(things),
  ucanss: nationalPages(things),
  auditor: {
    accounts: paths.accounts.index,
    'accounts of one': `${paths.accounts.index}?perimetre=CAF-391`,
    'an account': paths.accounts.show(things.person),
    entitlements: paths.entitlements.index,
    'requests pending': paths.requests.pending,
    delegations: paths.delegations.index,
    'all delegations': paths.delegations.all,
    journal: paths.events.index,
    'national profiles': paths.nationalRoles.index,
    roles: paths.roles.index,
    'the page of a role': paths.roles.show({ code: 'energie-lecteur' }),
    organisms: paths.organisms.index,
    'no batch': paths.batches.index,
    'to do': paths.management,
  },
});

const VISITOR: Pages = {
  home: ['/', { 'a description': unfolded }],
  'home, nothing found': '/?q=xqzwv',
  'sign-in': [
    paths.signIn,
    {
      empty: sent('Se connecter'),
      refused: filled('Email professionnel', 'x@y.fr', filled('Mot de passe', 'non', sent('Se connecter'))),
    },
  ],
  'forgotten password': [paths.password.forgotten, { empty: sent('Recevoir le lien') }],
  registration: [paths.registration.new, { empty: sent("S'inscrire") }],
  'registration sent': paths.registration.sent,
  'a link of registration that is over': paths.registration.confirmation({ token: NO_LINK }),
  'a link of activation that is over': paths.activation({ token: NO_LINK }),
  'a link of password that is over': paths.password.reset({ token: NO_LINK }),
  'a link of address that is over': paths.emailChanges.confirmation({ token: NO_LINK }),
  'a link of second factor that is over': paths.factorResets.refusal({ token: NO_LINK }),
  'a second factor put back': paths.factorResets.outcome({ outcome: 'retabli' }),
  help: paths.help,
  accessibility: paths.accessibility,
  'personal data': paths.personalData,
  'not found': '/inconnu',
};

const AGENT: Pages = {
  home: '/',
  catalogue: [paths.catalogue.index, { 'a description': unfolded }],
  'catalogue, nothing found': `${paths.catalogue.index}?q=xqzwv`,
  'an application': [
    paths.catalogue.show({ code: 'accords-locaux' }),
    { 'no role': sent("Demander l'accès à l'application") },
  ],
  'own record': paths.myInformation,
  'own security': paths.security.show,
  'own password': [paths.security.password, { empty: sent('Enregistrer') }],
  'own authenticator': [paths.security.authenticator, { empty: sent('Valider') }],
  search: paths.search,
  'search, found': `${paths.search}?q=energie`,
  'own address': [paths.ownEmailChange.ask, { empty: sent('Envoyer le lien de confirmation') }],
  'own phone': paths.ownPhone,
  'a passkey to add': paths.passkey.add,
  'not allowed': paths.entitlements.index,
  'not found': '/inconnu',
};

const localPages = ({
  person,
  deputy,
  agent,
  gone,
  elsewhere,
  request,
  draft,
  event,
  batch,
  dated,
  leaving,
  planned,
}: Things): Pages => ({
  'to do': [paths.management, { searching: typedInHeader('mantel') }],
  'search, found': `${paths.search}?q=energie`,
  'search, nothing found': `${paths.search}?q=xqzwv`,
  'search, one letter': `${paths.search}?q=m`,
  ...listed(paths.entitlements.index),
  'entitlements, a hundred, sorted': `${paths.entitlements.index}?taille=100&tri=habilitations&sens=desc`,
  ...listed(paths.accounts.index),
  'accounts with a role': `${paths.accounts.index}?role=energie-lecteur`,
  'accounts without a role': `${paths.accounts.index}?role=energie-lecteur&ayant=non`,
  'accounts to review': `${paths.accounts.index}?droits=a-revoir`,
  'accounts inactive': `${paths.accounts.index}?compte=inactif`,
  'accounts, unknown role': `${paths.accounts.index}?role=inconnu`,
  'accounts outside': `${paths.accounts.index}?organisme=non`,
  'accounts outside, found': [
    `${paths.accounts.index}?organisme=non&nom=ailleurs`,
    { attaching: asked('Rattacher') },
  ],
  'accounts, one': [`${paths.accounts.index}?nom=adama`, { deactivating: asked('Désactiver le compte') }],
  ...listed(paths.roles.show({ code: 'energie-lecteur' })),
  'a new account': [
    paths.accounts.new,
    {
      empty: sent('Créer le compte'),
      'several colleagues': filled('Collègue', 'a', sent('Reprendre ses rôles')),
      'a colleague’s roles': filled('Collègue', 'tmantel', pressed('Reprendre ses rôles')),
    },
  ],
  'a new account, the next': `${paths.accounts.new}?suite=0`,
  'an account': paths.accounts.show(person),
  'an account without rights': paths.accounts.show(agent),
  'an account inactive': paths.accounts.show(gone),
  'own account': paths.accounts.show(deputy),
  history: paths.accounts.history(person),
  modification: paths.accounts.edit(person),
  departure: [paths.accounts.depart(person), { empty: sent('Confirmer') }],
  'planned acts': [paths.plannedActs.index, { cancelling: asked('Annuler') }],
  'giving up a planned act': paths.plannedActs.cancel({ id: planned }),
  'an account that leaves': paths.accounts.show(leaving),
  deactivation: [paths.accounts.deactivate(person), { empty: sent('Confirmer') }],
  reactivation: paths.accounts.reactivate(gone),
  sessions: paths.accounts.endSessions(agent),
  'no second factor to reset': paths.accounts.resetFactor(agent),
  'no reset to give up': paths.accounts.cancelFactorReset(agent),
  'change of address': paths.accounts.changeEmail(person),
  'rights to review': paths.accounts.removeInherited(person),
  'end of a right': paths.accounts.endDate({ id: person.id, assignment: dated }),
  attachment: paths.accounts.attach(elsewhere),
  'what a selection would do': paths.batches.show({ id: draft }),
  batches: paths.batches.index,
  'a batch': paths.batches.show({ id: batch }),
  'a batch to undo': paths.batches.undo({ id: batch }),
  ...listed(paths.requests.pending),
  'requests, one': [
    paths.requests.pending,
    { unfolded, accepting: asked('Accepter'), refusing: asked('Refuser') },
  ],
  'requests accepted': paths.requests.accepted,
  'requests refused': paths.requests.refused,
  acceptance: paths.requests.accept({ id: request }),
  refusal: [paths.requests.refuse({ id: request }), { empty: sent('Confirmer') }],
  'reasons of refusal': paths.refusalReasons.index,
  delegations: [paths.delegations.index, { removing: asked('Retirer la délégation') }],
  'delegations, nobody found': `${paths.delegations.index}?q=xqzwv`,
  ...listed(paths.delegations.new),
  ...listed(paths.delegations.all),
  'a delegation given': paths.delegations.grant(agent),
  'a delegation removed': paths.delegations.remove(deputy),
  'a delegation dated': [
    paths.delegations.endDate(deputy),
    { past: filled('Date de fin', '2020-01-01', sent('Confirmer')) },
  ],
  ...listed(paths.events.index),
  'journal, every kind': `${paths.events.index}?genre=tout`,
  'an event': paths.events.show({ id: event }),
  'own record': paths.myInformation,
  catalogue: paths.catalogue.index,
  home: '/',
  'somebody else’s page': paths.accounts.show(elsewhere),
});

const nationalPages = ({ person, national, event, role, application, organism }: Things): Pages => ({
  entitlements: paths.entitlements.index,
  accounts: paths.accounts.index,
  'an account': paths.accounts.show(person),
  'requests pending': paths.requests.pending,
  'requests accepted': paths.requests.accepted,
  delegations: paths.delegations.index,
  'whom to name': `${paths.delegations.new}?perimetre=CPAM-391`,
  'whom to name, of what organism': paths.delegations.new,
  journal: paths.events.index,
  'an event': paths.events.show({ id: event }),
  ...listed(paths.nationalRoles.index),
  'national profile given': paths.nationalRoles.new,
  'national profile, somebody found': [
    `${paths.nationalRoles.new}?q=mantel`,
    { giving: asked('Donner un profil') },
  ],
  'national profile removed': paths.nationalRoles.remove({ id: national }),
  'national profile dated': paths.nationalRoles.endDate({ id: national }),
  messages: paths.messages.index,
  'messages, all': `${paths.messages.index}?etat=tous`,
  ...listed(paths.roles.index),
  'a role': paths.roles.edit({ id: role }),
  ...listed(paths.roles.show({ code: 'energie-lecteur' })),
  'a role that is free': paths.roles.show({ code: 'annuaire-add-lecteur' }),
  'a new role': [paths.roles.new, { empty: sent('Créer le rôle') }],
  'a new application': [paths.roles.newApplication, { empty: sent('Créer l’application') }],
  'an application': [
    paths.roles.editApplication({ id: application }),
    { previewed: pressed('Aperçu du catalogue') },
  ],
  ...listed(paths.organisms.index),
  'a new organism': [paths.organisms.new, { empty: sent('Créer l’organisme') }],
  'an organism': paths.organisms.edit({ id: organism }),
});
