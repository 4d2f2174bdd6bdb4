import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { countEvents, lastEvent } from '../tools/last-events.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ROLES = '/gestion/applications-et-roles';
const ORGANISMS = '/gestion/organismes';
const PASSWORD = 'une-phrase-de-passe-longue';

const RIGHT = {
  ...{ libelle: 'Essai - Lecteur', description: 'Lire les essais', public: 'Tout agent' },
  ...{ validation: 'local_administrator', demande: 'online', procedure: '', duree: '', etat: 'ouvert' },
};

describe('« Applications et rôles », « Organismes »', () => {
  let portal: TestPortal;
  let national: Agent;
  let other: Agent;
  let auditor: Agent;

  const signedIn = async (email: string, password?: string) => {
    const agent = createAgent(portal);
    await agent.signIn(email, password);
    return agent;
  };
  const roleId = async (code: string): Promise<number> =>
    (await portal.db('roles').first('id').where({ code })).id;
  const organismId = async (code: string): Promise<number> =>
    (await portal.db('organisms').first('id').where({ code })).id;
  const count = () => countEvents(portal.db);

  before(async () => {
    portal = await startTestPortal();
    const colleague = await createAccount(portal.db, {
      ...{ password: PASSWORD, last_name: 'SECONDE', first_name: 'Édith' },
    });
    await grant(portal.db, colleague, 'administrateur-ucanss');
    national = await signedIn('national@ucanss.fr');
    auditor = await signedIn('auditeur@ucanss.fr');
    other = await signedIn(colleague.email, PASSWORD);
  });
  after(async () => {
    for (const agent of [national, other, auditor]) agent?.close();
    await portal?.stop();
  });

  test('the roles by theme and application, searched, filtered, sorted; a wrong criterion is told', async () => {
    const page = await national.get(`${ROLES}?taille=100`);
    assert.equal(page.heading, 'Applications et rôles');
    assert.equal(page.rows.length, 55);
    const themes = page.column('Thème');
    assert.deepEqual(
      themes,
      themes.toSorted((one, two) => one.localeCompare(two, 'fr')),
    );
    const of = async (query: string) => (await national.get(`${ROLES}?taille=100&${query}`)).rows;
    assert.match((await of('q=energie+reda')).join(), /^Energie Rédacteur ?energie-redacteur,Energie/);
    assert.equal((await of('validation=free')).length, 8);
    assert.equal((await of('demande=procedure')).length, 3);
    assert.equal((await of('etat=ferme')).length, 0);
    assert.match(String((await of('tri=role&sens=desc'))[0]?.[0]), /^Textes|^V/);
    assert.match((await national.get(`${ROLES}?demande=x`)).notices.join(), /Demande : cette valeur/);
  });

  test('the organisms: by name, code, city, department and branch', async () => {
    const of = async (query: string) =>
      (await national.get(`${ORGANISMS}?taille=100&${query}`)).column('Code');
    assert.equal((await of('')).length, 100);
    assert.deepEqual(await of('q=lons-le-saunier'), ['CPAM-391']);
    assert.deepEqual(await of('q=bourgogne+39+caf'), ['CAF-391']);
    assert.deepEqual(await of('q=caf+391'), ['CAF-391']);
    assert.ok((await of('branche=Retraite')).length >= 17);
    assert.equal(
      (await national.get(`${ORGANISMS}?q=introuvable`)).texts('.empty h2')[0],
      'Aucun organisme ne correspond',
    );
  });

  test('both leave as files, as filtered; the trail says so', async () => {
    const csv = await auditor.get(`${ROLES}.csv?q=energie&perimetre=CAF-391`);
    assert.match(String(csv.headers['content-disposition']), /applications-et-roles_tous_/);
    assert.match(csv.text, /^\ufeff?"?Thème"?;/);
    assert.match(csv.text, /Energie Lecteur/);
    assert.doesNotMatch(csv.text, /SIADD/);
    for (const kind of ['xlsx', 'pdf', 'csv']) {
      assert.equal((await auditor.get(`${ORGANISMS}.${kind}?branche=Famille`)).status, 200, kind);
      assert.equal((await auditor.get(`${ORGANISMS}.${kind}?branche=x`)).status, 422, kind);
    }
    const event = await lastEvent(portal.db);
    assert.deepEqual([event.action, event.details.list], ['export.ended', 'organismes']);
  });

  test('a role is changed: one event with before and after, and every screen says it', async () => {
    const id = await roleId('energie-lecteur');
    const events = await count();
    const form = await national.get(`${ROLES}/${id}/modification`);
    const saved = await national.submit(form, 'Enregistrer', {
      description: 'Voir les relevés',
      duree: '90',
    });
    assert.equal(saved.status, 303);
    const list = await national.follow(saved);
    assert.match(list.notices.join(), /Le rôle « Energie Lecteur » est modifié/);
    assert.equal(await count(), events + 1);
    const event = await lastEvent(portal.db);
    assert.deepEqual([event.action, event.role_id], ['role.updated', id]);
    assert.deepEqual(event.details.changes['durée par défaut'], { from: '', to: '90 jours' });
    assert.equal(event.details.changes.description.to, 'Voir les relevés');
    assert.match((await national.get('/applications/energie')).text, /Voir les relevés/);
    const trail = await national.get('/gestion/journal?acte=role.updated');
    assert.match(trail.column('Événement').join(), /Rôle energie-lecteur modifié, description/);
    // Its default duration is proposed to who grants it.
    const person = await accountOf(portal.db, 'wadama@ucanss.fr');
    const proposed = await national.get(
      `/gestion/comptes/${person.id}/activation-de-droits?role=energie-lecteur`,
    );
    assert.match(String(proposed.$('#fin').attr('value')), /^\d{4}-\d\d-\d\d$/);
  });

  test('nothing changed: no event, and it is said', async () => {
    const events = await count();
    const form = await national.get(`${ROLES}/${await roleId('energie-lecteur')}/modification`);
    const page = await national.follow(await national.submit(form, 'Enregistrer'));
    assert.match(page.notices.join(), /Rien n’a été modifié/);
    assert.equal(await count(), events);
  });

  test('of two who change a role, the second is told, loses nothing, and can save after all', async () => {
    const id = await roleId('energie-redacteur');
    const late = await other.get(`${ROLES}/${id}/modification`);
    await national.submit(await national.get(`${ROLES}/${id}/modification`), 'Enregistrer', {
      description: 'De la première',
    });
    const refused = await other.submit(late, 'Enregistrer', { public: 'De la seconde' });
    assert.equal(refused.status, 409);
    assert.match(
      refused.notices.join(),
      /Ce rôle a été modifié par Noé NATIONAL le \d\d\/\d\d\/\d{4} à \d\d:\d\d entre-temps/,
    );
    assert.equal(refused.$('#public').text().trim(), 'De la seconde');
    assert.match(refused.text, /De la première/);
    const stored = await portal.db('roles').first().where({ id });
    assert.equal(stored.description, 'De la première');
    assert.equal((await other.submit(refused, 'Enregistrer')).status, 303);
    assert.equal((await portal.db('roles').first().where({ id })).audience, 'De la seconde');
  });

  test('what does not go together is told at its field, with what was typed', async () => {
    const id = await roleId('siadd-directeur');
    const events = await count();
    const wrong: [Record<string, string>, string, RegExp][] = [
      [{ libelle: '' }, 'libelle', /Indiquez le libellé/],
      [{ libelle: 'energie LECTEUR' }, 'libelle', /déjà celui de « Energie Lecteur »/],
      [{ validation: 'free', demande: 'online' }, 'demande', /accès libre ne se demande pas/],
      [{ demande: 'procedure', procedure: '' }, 'procedure', /Décrivez la procédure/],
      [{ demande: 'none', procedure: 'Écrire' }, 'procedure', /n’est affichée que si/],
      ...['0', '-1', '3651', '1.5', '9'.repeat(30)].map((duree): [Record<string, string>, string, RegExp] => [
        { duree },
        'duree',
        /de 1 à 3 650/,
      ]),
      [{ description: '\0\u200b' }, 'description', /Dites en une phrase/],
    ];
    for (const [fields, field, message] of wrong) {
      const form = await national.get(`${ROLES}/${id}/modification`);
      const page = await national.submit(form, 'Enregistrer', fields);
      assert.equal(page.status, 422, JSON.stringify(fields));
      assert.match(page.texts(`#${field}-erreur`).join(), message);
      const [name = '', value] = Object.entries(fields).at(-1) ?? [];
      const control = page.$(`[name="${name}"]`);
      if (control.is('input[type=text]')) assert.equal(control.attr('value'), value);
    }
    assert.equal(await count(), events);
  });

  test('of « Administrateur local » only the words change, whatever the form says', async () => {
    const id = await roleId('administrateur-local');
    const form = await national.get(`${ROLES}/${id}/modification`);
    assert.equal(form.$('[name=validation], [name=etat]').length, 0);
    const answer = await national.post(`${ROLES}/${id}/modification`, {
      ...{ ...RIGHT, libelle: 'Administrateur local', etat: 'ferme', validation: 'free', demande: 'none' },
      ...{ _csrf: await national.token(), version: '1' },
    });
    assert.equal(answer.status, 303);
    const role = await portal.db('roles').first().where({ id });
    assert.deepEqual(
      [role.validator, role.request_mode, role.closed_at, role.description],
      ['local_administrator', 'none', null, 'Lire les essais'],
    );
  });

  test('a new application, then its first role: in the catalogue at once, with a code made of its name', async () => {
    const form = await national.get(`${ROLES}/nouvelle-application`);
    const created = await national.submit(form, 'Créer l’application', {
      ...{ nom: 'Été à la mer', theme: 'ressources HUMAINES' },
    });
    const role = await national.follow(created);
    assert.equal(role.heading, 'Nouveau rôle');
    const empty = await national.get(`${ROLES}?q=mer`);
    assert.match(empty.rows.join(), /Aucun rôle,Été à la mer,Ressources humaines/);
    const again = await national.submit(role, 'Créer le rôle', { ...RIGHT, code: 'energie-lecteur' });
    assert.match(again.refused(422).texts('#code-erreur').join(), /déjà celui de « Energie Lecteur »/);
    const done = await national.submit(again, 'Créer le rôle', { code: '' });
    assert.equal(done.status, 303);
    const event = await lastEvent(portal.db);
    assert.deepEqual(event.details, { code: 'essai-lecteur', label: 'Essai - Lecteur' });
    const page = await (await signedIn('tmantel@caf39.caf.fr')).get('/applications/ete-a-la-mer');
    assert.match(page.text, /Essai - Lecteur/);
    const taken = await national.submit(
      await national.get(`${ROLES}/nouvelle-application`),
      'Créer l’application',
      {
        ...{ nom: 'ENERGIE', theme: 'Portail' },
      },
    );
    assert.match(taken.refused(422).texts('#nom-erreur').join(), /déjà celui de « Energie »/);
  });

  test('the validator of a role changes: its pending requests follow, and the page said how many', async () => {
    const id = await roleId('annuaire-add-lecteur');
    await portal.db('requests').where({ role_id: id, status: 'pending' }).delete();
    const agent = await accountOf(portal.db, 'wadama@ucanss.fr');
    const request = await createRequest(portal.db, { account: agent, role: 'annuaire-add-lecteur' });
    const local = await signedIn('wtestportail@test.fr');
    const button = 'Accepter la demande de William ADAMA';
    const buttons = async () =>
      (await local.get('/gestion/demandes/en-cours?q=annuaire+adama')).texts('main tbody button');
    assert.ok((await buttons()).includes(button));
    const form = await national.get(`${ROLES}/${id}/modification`);
    assert.match(form.text, /1 demande en cours le concerne/);
    await national.submit(form, 'Enregistrer', { validation: 'ucanss' });
    assert.ok(!(await buttons()).includes(button));
    const page = await local.get(`/gestion/demandes/${request}/acceptation`);
    const answer = await local.follow(await local.confirmAnyway(page));
    assert.match(answer.notices.join(), /validé par l’Ucanss/);
    local.close();
  });

  test('an organism is changed and made; a mail domain that is none is told', async () => {
    const id = await organismId('CPAM-391');
    const shown = () => national.get('/gestion/etat?perimetre=CPAM-391');
    assert.match((await shown()).column('Organisme').join(), /CPAM du Jura/);
    const form = await national.get(
      `${ORGANISMS}/${id}/modification?retour=${encodeURIComponent(`${ORGANISMS}?q=jura`)}`,
    );
    for (const domaine of ['pas un domaine', 'a..b', 'jura', '-a.fr', `${'x'.repeat(64)}.fr`]) {
      const page = await national.submit(form, 'Enregistrer', { domaine });
      assert.equal(page.status, 422, domaine);
      assert.match(page.texts('#domaine-erreur').join(), /ce qui suit l’arobase/);
    }
    const saved = await national.submit(form, 'Enregistrer', {
      nom: 'CPAM du Haut-Jura',
      domaine: '@CPAM39.fr',
    });
    assert.equal(saved.headers.location, `${ORGANISMS}?q=jura`);
    const event = await lastEvent(portal.db);
    assert.deepEqual([event.action, event.organism_id], ['organism.updated', id]);
    assert.deepEqual(Object.keys(event.details.changes), ['nom', 'domaine de messagerie']);
    assert.equal(event.details.changes['domaine de messagerie'].to, 'cpam39.fr');
    assert.deepEqual([...new Set((await shown()).column('Organisme'))], ['CPAM du Haut-Jura']);
    const header = await (await signedIn('admin.cpam39@assurance-maladie.fr')).get('/gestion/etat');
    assert.match(header.text, /CPAM du Haut-Jura/);

    const fresh = await national.get(`${ORGANISMS}/nouveau`);
    const fields = {
      ...{ code: 'caf-975', nom: 'CAF des Îles', sigle: 'CAF', branche: 'Famille' },
      ...{ departement: '975', ville: 'Saint-Pierre' },
    };
    const taken = await national.submit(fresh, 'Créer l’organisme', { ...fields, code: 'caf-391' });
    assert.match(taken.refused(422).texts('#code-erreur').join(), /déjà celui de « CAF du Jura »/);
    assert.equal((await national.submit(fresh, 'Créer l’organisme', fields)).status, 303);
    const stored = await portal.db('organisms').first().where({ code: 'CAF-975' });
    assert.deepEqual([stored.region, stored.mail_domain], ['Saint-Pierre-et-Miquelon', null]);
  });

  test('an auditor reads without a button; a local administrator has none of it; both refused by the server', async () => {
    const id = await roleId('energie-lecteur');
    for (const path of [ROLES, ORGANISMS]) {
      const page = await auditor.get(path);
      assert.equal(page.status, 200);
      assert.equal(page.$('main a[href*="modification"], main a[href*="nouve"]').length, 0);
    }
    const token = await auditor.token();
    const path = `${ROLES}/${id}/modification`;
    assert.equal((await auditor.post(path, { ...RIGHT, version: '1', _csrf: token })).status, 403);
    const local = await signedIn('wtestportail@test.fr');
    for (const each of [ROLES, ORGANISMS, path]) assert.equal((await local.get(each)).status, 403);
    assert.ok(!(await local.get('/gestion/etat')).texts('.side-title').includes('National'));
    local.close();
  });
});
