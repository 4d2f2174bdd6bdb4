import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { sample, tellCases } from '../tools/sample.ts';
import {
  FEW,
  FEW_SHARED,
  failuresOf,
  fewInputsFor,
  inputsFor,
  makeSmallWorld,
  type SmallWorld,
} from './malformed-values.ts';

const ROLE = {
  ...{ libelle: 'Rôle d’essai', description: 'Description', public: 'Public' },
  ...{ validation: 'ucanss', demande: 'procedure', procedure: 'Procédure', duree: '30', etat: 'ouvert' },
};
const ORGANISM = {
  ...{ nom: 'Organisme d’essai', sigle: 'TEST', branche: 'Famille', departement: '39', ville: 'Dole' },
  ...{ domaine: 'test.fr', article: 'l’', etat: 'ouvert' },
};

/** Right values of fields that another form spoils, and reads with the same code. */
const SPOILT_ELSEWHERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/gestion/applications-et-roles/nouveau-role': ROLE,
  '/gestion/applications-et-roles/nouvelle-application': { theme: 'Portail' },
  '/gestion/organismes/nouveau': ORGANISM,
};

/** As a browser writes it; its challenge was never given. */
const PASSKEY = JSON.stringify({
  ...{ id: 'AAAA', rawId: 'AAAA', type: 'public-key' },
  response: {
    clientDataJSON: 'AAAA',
    authenticatorData: 'AAAA',
    signature: 'AAAA',
    attestationObject: 'AAAA',
  },
});

/**
 * The fields of each form, with values that pass: one is spoilt at a time, so that what is behind the others is
 * reached. A form that is not here fails the first test.
 */
const FORMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/connexion': { email: 'personne@inconnu.fr', password: 'x', retour: '/gestion' },
  '/deconnexion': {},
  '/session/prolongation': {},
  '/connexion/cle-d-acces': { reponse: PASSKEY, retour: '/gestion' },
  '/connexion/second-facteur/cle-d-acces': { reponse: PASSKEY, retour: '/gestion' },
  '/mes-informations/identite/cle-d-acces': { reponse: PASSKEY, retour: '/gestion' },
  '/mes-informations/securite/cles': { nom: 'Mon ordinateur', reponse: PASSKEY },
  '/organisme-courant': { organisme: '1', retour: '/gestion' },
  '/mot-de-passe/oubli': { email: 'personne@inconnu.fr' },
  '/mot-de-passe/force': { usage: 'activation', lien: 'jeton', password: 'x' },
  '/mot-de-passe/:token': { password: 'une phrase assez longue', confirmation: 'une phrase assez longue' },
  '/activation/:token': { password: 'une phrase assez longue', confirmation: 'une phrase assez longue' },
  '/adresse/:token': {},
  '/second-facteur/:token': {},
  '/adresse/:token/refus': {},
  '/connexion/second-facteur': { facteur: '123456', retour: '/gestion' },
  '/mes-informations/identite': { password: 'x', facteur: '123456', retour: '/gestion' },
  '/mes-informations/securite/mot-de-passe': {
    actuel: 'x',
    password: 'une phrase assez longue',
    confirmation: 'une phrase assez longue',
  },
  '/mes-informations/securite/application': { facteur: '123456', cle_secrete: 'abc' },
  '/mes-informations/securite/application/retrait': {},
  '/mes-informations/securite/cles/:id/retrait': {},
  '/mes-informations/securite/cles/:id/nom': { nom: 'Mon ordinateur' },
  '/mes-informations/securite/codes': {},
  '/mes-informations/securite/reinitialisation/arret': {},
  '/mes-informations/securite/sessions/fermeture': { session: 'x' },
  '/mes-informations/securite/sessions/autres': {},
  '/mes-informations/adresse': { email: 'nouvelle@test.fr', password: 'x' },
  '/mes-informations/adresse/annulation': {},
  '/mes-informations/correction': {
    nom: 'NOM',
    prenom: 'Prénom',
    fonction: 'Agent',
    avant: '{}',
    motif: 'Motif',
  },
  '/mes-informations/telephone': { telephone: '03 84 00 00 00' },
  '/mes-informations/adresse/accord': {},
  '/mes-informations/adresse/refus': {},
  '/inscription': {
    nom: 'Nom',
    prenom: 'Prénom',
    email: 'nouvelle@test.fr',
    fonction: 'Agent',
    telephone: '',
    organisme: 'CAF-391',
    organisme_choisi: '',
    motif: 'Motif',
  },
  '/inscription/:token': {},
  '/applications/:code': { role: 'energie-lecteur', motif: 'Motif' },
  '/mes-informations/demandes/:id/annulation': { retour: '' },
  '/mes-informations/demandes/:id/relance': { retour: '' },
  '/gestion/demandes/:id/acceptation': { fin: '', motif: '', retour: '' },
  '/gestion/demandes/:id/refus': { motif: 'Motif', retour: '' },
  '/gestion/demandes/:id/rappel': { retour: '' },
  '/gestion/motifs-de-refus': { texte: 'Motif' },
  '/gestion/motifs-de-refus/:id/modification': { texte: 'Motif' },
  '/gestion/motifs-de-refus/:id/suppression': {},
  '/gestion/lots': {
    acte: 'activer',
    tout: '',
    ids: '1',
    nom: '',
    ayant: 'non',
    role: 'energie-lecteur',
    retour: '',
  },
  '/gestion/lots/:id': { motif: '', fin: '', retour: '' },
  '/gestion/comptes/:id/depart': { jour: '', motif: 'Motif', droits: 'oui', demandes: 'oui', retour: '' },
  '/gestion/actes-prevus/:id/annulation': { retour: '' },
  '/gestion/lots/:id/annulation': { motif: '', retour: '' },
  '/gestion/comptes/:id/desactivation': { motif: 'Motif', retour: '' },
  '/gestion/comptes/:id/reactivation': { motif: '', retour: '' },
  '/gestion/comptes/:id/sessions': { motif: '', retour: '' },
  '/gestion/comptes/:id/second-facteur': { motif: 'Motif', retour: '' },
  '/gestion/comptes/:id/second-facteur/annulation': { retour: '' },
  '/gestion/comptes/:id/activation': { motif: '', retour: '' },
  '/gestion/comptes/:id/droits-a-revoir/maintien': { retour: '' },
  '/gestion/comptes/:id/droits-a-revoir/suppression': { motif: '', retour: '' },
  '/gestion/comptes/:id/rattachement': { retour: '' },
  '/gestion/comptes/:id/activation-de-droits': { role: 'energie-lecteur', motif: '', fin: '', retour: '' },
  '/gestion/comptes/:id/suppression-de-droits': { role: 'energie-lecteur', motif: '', retour: '' },
  '/gestion/comptes/nouveau': {
    civilite: '',
    nom: 'Nom',
    prenom: 'Prénom',
    email: 'creee@test.fr',
    fonction: 'Agent',
    telephone: '',
    roles: '',
    ajouter: '',
    retirer: '',
    deplacer: '',
    collegue: '',
    collegue_choisi: '',
    retour: '',
  },
  '/gestion/comptes/:id/modification': {
    civilite: '',
    nom: 'Nom',
    prenom: 'Prénom',
    fonction: 'Agent',
    telephone: '',
    roles: '',
    tenus: '',
    ajouter: '',
    retirer: '',
    deplacer: '',
    collegue: '',
    collegue_choisi: '',
  },
  '/gestion/comptes/:id/adresse': { email: 'nouvelle@test.fr', motif: 'Mariage', perimetre: '' },
  '/gestion/comptes/:id/adresse/annulation': {},
  '/gestion/comptes/:id/droits/:assignment/fin': { fin: '', perimetre: '' },
  '/gestion/comptes/:id/droits/:assignment/maintien': {},
  '/gestion/administrateurs-locaux/:id/designation': {
    ...{ motif: '', debut: '', fin: '', remplace: '', retour: '' },
  },
  '/gestion/administrateurs-locaux/:id/retrait': { motif: '', retour: '' },
  '/gestion/administrateurs-locaux/:id/date-de-fin': { fin: '', retour: '' },
  '/gestion/profils-nationaux/:id/attribution': { role: 'auditeur', motif: '', fin: '', retour: '' },
  '/gestion/profils-nationaux/:id/retrait': { motif: '', retour: '' },
  '/gestion/profils-nationaux/:id/date-de-fin': { fin: '', retour: '' },
  '/gestion/nominations': {},
  '/gestion/nominations/:id/application': { retour: '' },
  '/gestion/nominations/:id/reprise': { retour: '' },
  '/gestion/messages/:id/renvoi': { retour: '' },
  '/gestion/applications-et-roles/:id/modification': { ...ROLE, version: '1', retour: '' },
  '/gestion/applications-et-roles/nouveau-role': { application: '1', code: '', libelle: 'Rôle', retour: '' },
  '/gestion/applications-et-roles/applications/:id/modification': {
    nom: 'Nom',
    theme: 'Portail',
    adresse: 'https://exemple.fr',
    version: '1',
  },
  '/gestion/applications-et-roles/nouvelle-application': { code: '', nom: 'Nom', adresse: '' },
  '/gestion/organismes/:id/modification': { ...ORGANISM, version: '1' },
  '/gestion/organismes/nouveau': { code: 'TEST-X', nom: 'Nom' },
};

/** What confirmations ask, with fields and code that they share: these three get everything for the others. */
const CONFIRMING = new Set(['motif', 'fin', 'retour', 'perimetre']);
const EVERYTHING = new Set([
  '/gestion/demandes/:id/acceptation',
  '/gestion/comptes/:id/desactivation',
  '/gestion/administrateurs-locaux/:id/designation',
]);

const acting = routes.filter(({ method }) => method === 'post');

describe('malformed forms', () => {
  let portal: TestPortal;
  let world: SmallWorld;
  let token: string;
  let tokenOfUcanss: string;
  let sender = 0;

  before(async () => {
    portal = await startTestPortal({ template: 'reference', environment: { TRUST_PROXY: '1' } });
    world = await makeSmallWorld(portal);
    token = await world.agent.token();
    tokenOfUcanss = await world.ucanss.token();
  });
  after(async () => {
    world?.agent.close();
    world?.ucanss.close();
    await portal?.stop();
  });

  test('every form is tried', () => {
    assert.deepEqual(acting.map(({ path }) => path).sort(), Object.keys(FORMS).sort());
  });

  /** The body with one field spoilt, the others right. */
  function bodyOf(path: string, input: string, more: Record<string, string>): string {
    const [spoilt = ''] = input.split(/[=[.&]/);
    const kept = Object.entries({ ...more, ...SPOILT_ELSEWHERE[path], ...FORMS[path] }).filter(
      ([name]) => name !== spoilt,
    );
    return [new URLSearchParams(kept).toString(), input].filter(Boolean).join('&');
  }

  for (const { path, access } of acting) {
    const fields = Object.keys(FORMS[path] ?? {});
    const isTriedElsewhere = fields.every((field) => CONFIRMING.has(field)) && !EVERYTHING.has(path);
    const all = (isTriedElsewhere ? fewInputsFor : inputsFor)(fields);
    const inputs = sample(all, isTriedElsewhere ? FEW_SHARED : FEW, path);
    test(`${inputs.length} bodies of POST ${path}: never a 500`, async (t) => {
      assert.ok(all.length >= (isTriedElsewhere ? 100 : 300));
      await portal.db('rate_limits').delete();
      const address = path.replace(/:\w+/g, (name) => {
        if (name === ':id' && path.includes(':assignment')) return String(world.colleague.id);
        return name === ':code' ? 'energie' : String(world.numberFor(path));
      });
      const failed = await failuresOf(inputs, (input) => {
        if (access !== 'public') {
          const national = access.startsWith('national');
          const _csrf = national ? tokenOfUcanss : token;
          const body = bodyOf(path, input, { _csrf, organisme: national ? 'tous' : world.organism.code });
          return (national ? world.ucanss : world.agent).send({ method: 'POST', path: address, body });
        }
        // From an address each, so that no limit answers before the form does.
        sender += 1;
        const visitor = createAgent(portal, {
          address: `10.${sender >> 16}.${(sender >> 8) & 255}.${sender & 255}`,
        });
        const body = bodyOf(path, input, {});
        return visitor.send({ method: 'POST', path: address, body }).finally(() => visitor.close());
      });
      assert.deepEqual(failed, []);
      tellCases(t, inputs.length);
    });
  }

  test('no field that a form does not have changed anything: the person is who they were', async () => {
    const rows = await portal.db('accounts').where({ organism_id: world.organism.id });
    assert.ok(allOf(rows, (account) => account.is_executive === false));
    const administrators = portal.db('assignments').join('roles', 'roles.id', 'role_id');
    const national = await administrators.where({ code: 'administrateur-ucanss' }).pluck('account_id');
    assert.deepEqual(national, [world.nationalId]);
  });

  test('the portal still answers after all that', async () => {
    const page = await world.agent.get('/gestion/etat');
    assert.deepEqual([page.status, page.headers.location], [200, undefined]);
  });
});
