import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readCaptured } from '../../src/mail/captured.ts';
import { grant } from '../factories/assignments.ts';
import { next } from '../factories/sequence.ts';
import { createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import type { FormValues, Page } from '../tools/page.ts';
import { useAccounts } from './accounts-stage.ts';
import { A2 } from './guide.ts';

const NEW = '/gestion/comptes/nouveau';
const CREATE = 'Créer le compte';
const ADD = '>> Ajouter les habilitations cochées';
const REMOVE = '<< Retirer les habilitations cochées';

describe('« Création d’un compte »', () => {
  const stage = useAccounts();

  const someone = () => ({ nom: 'Nouvelle', prenom: 'Anne', email: `anne.${next()}@caf39.caf.fr` });
  const roleId = async (code: string) => (await stage.db('roles').first('id').where({ code })).id;
  const send = (page: Page, values: FormValues) => stage.admin.submit(page, CREATE, values);
  /** The identifiers of one of the two lists, as its boxes send them. */
  const listed = (page: Page, name: 'ajouter' | 'retirer') =>
    page
      .$(`input[name=${name}]`)
      .toArray()
      .map((box) => Number(page.$(box).attr('value')))
      .sort((one, other) => one - other);

  test('R48, R49, R50: « Nouveau » opens it; the fields, the asterisks; the identifier is the address in lower case', async () => {
    const list = await stage.admin.get('/gestion/comptes');
    const href = list
      .$('main a')
      .filter((_, link) => list.$(link).text().trim() === 'Nouveau')
      .attr('href');
    const form = await stage.admin.get(String(href));
    assert.equal(form.heading, "Création d'un compte");
    assert.ok(form.texts('form p').includes('Les informations avec une astérisque sont obligatoires'));
    const labels = form.texts('.field-label');
    assert.deepEqual(
      labels.filter((label) => label.endsWith('*')),
      ['Nom*', 'Prénom*', 'Email professionnel*'],
    );
    for (const label of ['Fonction', 'Téléphone']) assert.ok(labels.includes(label), label);
    assert.equal(form.texts('label[for=civilite]').join(), 'Civilité');
    const person = someone();
    const created = await stage.admin.follow(
      await send(form, { ...person, email: ` ${person.email.toUpperCase()} ` }),
    );
    assert.equal(created.heading, 'Anne NOUVELLE');
    const { id, last_name } = await stage.accountOf(person.email);
    assert.equal(last_name, 'NOUVELLE');
    const events = stage.db('audit_events').where({ subject_account_id: id, action: 'account.created' });
    assert.deepEqual(await events.pluck('details'), [{ email: person.email }]);
  });

  test('R50, R56: mandatory fields, a wrong address, one that has an account: told at the field', async () => {
    const form = await stage.admin.get(NEW);
    const empty = await send(form, {});
    assert.equal(empty.status, 422);
    for (const field of ['nom', 'prenom', 'email']) {
      assert.equal(empty.$(`#${field}`).attr('aria-invalid'), 'true', field);
    }
    const person = { nom: 'Deux', prenom: 'Fois' };
    const own = await send(form, { ...person, email: 'tmantel@caf39.caf.fr' });
    assert.equal(own.status, 422);
    assert.match(own.text, /Cette adresse est celle de Thomas MANTEL/);
    const { id } = await stage.accountOf('tmantel@caf39.caf.fr');
    assert.equal(own.$(`a[href="/gestion/comptes/${id}"]`).length, 1);
    const other = await send(form, { ...person, email: 'deontologue@extension.fr' });
    assert.match(other.text, /a déjà un compte dans un autre organisme/);
    assert.equal(
      other.$('main a[href="/gestion/comptes?organisme=non&nom=Deux&prenom=Fois"]').length,
      1,
      'the way to « Rattacher », with the name that was typed',
    );
    assert.doesNotMatch(other.text, /TOLOGUE/);
    for (const email of ['a@b', 'a@b.fr\r\nBcc: e@x.fr', 'a@b.fr,c@d.fr']) {
      assert.equal((await send(form, { ...person, email })).status, 422, email);
    }
  });

  test('R51: one message, with an activation link of 72 hours that serves once, and never a password', async () => {
    const person = someone();
    await send(await stage.admin.get(NEW), person);
    const received = async () =>
      (await readCaptured(stage.portal.environment.dataDirectory, 1_000)).filter(
        ({ to }) => to === person.email,
      );
    await eventually(async () => (await received()).length > 0);
    const [message, ...others] = await received();
    assert.deepEqual(others, []);
    assert.match(String(message?.text), /ne sert qu’une fois et reste valable 72\u00a0heures/);
    assert.doesNotMatch(String(message?.text), /mot de passe\s*:[^\n]*\S/i);
    const path = new URL(/http\S+\/activation\/[\w-]{43}/.exec(message?.text ?? '')?.[0] ?? '').pathname;
    const { id } = await stage.accountOf(person.email);
    assert.equal(await stage.db('credentials').where({ account_id: id }).first(), undefined);
    const agent = createAgent(stage.portal);
    const password = 'trois cerises bleues volent';
    const chosen = await agent.submit(await agent.get(path), 'Enregistrer', {
      password,
      confirmation: password,
    });
    assert.equal((await agent.follow(chosen)).heading, 'Mes informations');
    assert.equal((await agent.get(path)).status, 404);
    agent.close();
  });

  test('R52, P3, P3b, P4: the two lists, moved without script by « >> » and « << », keep what was typed', async () => {
    const form = await stage.admin.get(NEW);
    assert.match(form.text, /LISTE DES HABILITATIONS EXISTANTES/);
    assert.match(form.text, /LISTE DES HABILITATIONS AFFECTÉES À LA PERSONNE/);
    const grantable = await stage
      .db('roles')
      .where({ kind: 'ordinary' })
      .whereNot({ validator: 'free' })
      .whereNull('closed_at')
      .orderBy('id')
      .pluck('id');
    assert.deepEqual([listed(form, 'ajouter'), listed(form, 'retirer')], [grantable, []]);
    const [one, two] = [await roleId('energie-lecteur'), await roleId('sda-consultation')];
    const values = { ...someone(), ajouter: [String(one), String(two)] };
    const added = await stage.admin.submit(form, ADD, values);
    assert.deepEqual(
      listed(added, 'retirer'),
      [one, two].sort((a, b) => a - b),
    );
    assert.deepEqual(
      listed(added, 'ajouter'),
      grantable.filter((id) => id !== one && id !== two),
    );
    assert.equal(added.$('#nom').val(), 'Nouvelle', 'what was typed is kept');
    const back = await stage.admin.submit(added, REMOVE, { retirer: String(two) });
    assert.deepEqual(listed(back, 'retirer'), [one]);
    // « >> » forgotten: what is ticked is neither lost nor granted unseen.
    const forgotten = await send(back, { ajouter: String(two) });
    assert.equal(forgotten.status, 422);
    assert.match(forgotten.notices.join(), /cochées sans être déplacées/);
    assert.deepEqual(
      listed(forgotten, 'retirer'),
      [one, two].sort((a, b) => a - b),
    );
    assert.equal(
      await stage.db('accounts').where({ email: values.email }).first(),
      undefined,
      'nothing saved',
    );
  });

  test('R53, P3: the second list becomes the roles; a reserved one becomes a request to Ucanss, and is told so', async () => {
    const form = await stage.admin.get(NEW);
    const [ordinary, reserved] = [await roleId('energie-lecteur'), await roleId('energie-administrateur')];
    const person = someone();
    const ajouter = [String(ordinary), String(reserved)];
    const moved = await stage.admin.submit(form, ADD, { ...person, ajouter });
    const created = await stage.admin.follow(await send(moved, {}));
    assert.match(
      created.notices.join(),
      /Accordé : Energie Lecteur\. Demandé à l’Ucanss : Energie Administrateur/,
    );
    const { id } = await stage.accountOf(person.email);
    assert.deepEqual(await stage.rolesOf({ id }), ['energie-lecteur']);
    const requests = await stage.db('requests').where({ account_id: id });
    assert.deepEqual(
      requests.map(({ status, role_id }) => [status, role_id]),
      [['pending', reserved]],
    );
  });

  test('R54, P3b: A2 is told; nobody is made an executive or an administrator, whatever is sent', async () => {
    const form = await stage.admin.get(NEW);
    assert.ok(form.texts('main p').includes(A2));
    const person = someone();
    const _csrf = await stage.admin.token();
    const forged = { is_executive: 'true', isExecutive: 'on', add: 'oui', organism_id: '1', active: 'false' };
    const sent = { _csrf, organisme: 'CAF-391', ...person };
    for (const code of ['administrateur-local', 'administrateur-ucanss', 'auditeur']) {
      await stage.admin.post(NEW, { ...sent, ...forged, roles: String(await roleId(code)) });
    }
    await stage.admin.post(NEW, { ...sent, ...forged });
    const stored = await stage.db('accounts').where({ email: person.email }).first();
    const me = await stage.accountOf('wtestportail@test.fr');
    assert.deepEqual([stored.is_executive, stored.active, stored.organism_id], [false, true, me.organism_id]);
    assert.deepEqual(await stage.rolesOf(stored), []);
  });

  test('R54, R35: an executive of the organism is on the list, and their rights are changed as anybody’s', async () => {
    const executive = await stage.accountOf('directrice@caf39.caf.fr');
    await grant(stage.db, executive, 'energie-lecteur');
    const editing = await stage.admin.get(`/gestion/comptes/${executive.id}/modification`);
    const retirer = String(await roleId('energie-lecteur'));
    const asked = await stage.admin.submit(
      await stage.admin.submit(editing, REMOVE, { retirer }),
      'Enregistrer',
    );
    await stage.admin.submit(asked, 'Confirmer');
    assert.deepEqual(await stage.rolesOf(executive), []);
  });

  test('Ucanss says for which organism the account is made', async () => {
    const national = await stage.enter('national@ucanss.fr');
    const form = await national.get(NEW);
    const person = { nom: 'National', prenom: 'Né', email: 'ne.national@assurance-maladie.fr' };
    assert.equal((await national.submit(form, CREATE, person)).status, 422);
    await national.submit(form, CREATE, { ...person, perimetre: 'CPAM-391' });
    const { organism_id } = await stage.accountOf(person.email);
    assert.equal(organism_id, (await stage.accountOf('admin.cpam39@assurance-maladie.fr')).organism_id);
    national.close();
  });

  test('« Créer et saisir le suivant »: the account is made and told; the next form has its organism and its roles alone', async () => {
    const NEXT = 'Créer et saisir le suivant';
    const national = await stage.enter('national@ucanss.fr');
    const cases = [
      { agent: stage.admin, organisme: 'CAF-391', retour: '' },
      { agent: national, organisme: 'CPAM-391', retour: '?retour=/gestion/administrateurs-locaux/nouveau' },
    ];
    for (const { agent, organisme, retour } of cases) {
      const ajouter = [await roleId('energie-lecteur'), await roleId('energie-administrateur')].map(String);
      const chosen = agent === national ? { perimetre: organisme } : {};
      const [one, two] = [someone(), someone()];
      let form = await agent.submit(await agent.get(`${NEW}${retour}`), ADD, { ...one, ...chosen, ajouter });
      const key = form.$('main input[name=_cle]').val();
      form = await agent.follow(await agent.submit(form, NEXT, { fonction: 'Agent', civilite: 'Mme' }));
      assert.equal(form.heading, "Création d'un compte");
      const account = await stage.accountOf(one.email);
      assert.match(form.notices.join(), /Le compte de Anne NOUVELLE est créé.*Accéder à la fiche/);
      const link = form.$(`main a[href^="/gestion/comptes/${account.id}"]`);
      assert.equal(link.length, 1);
      for (const field of ['nom', 'prenom', 'email', 'fonction', 'telephone'])
        assert.equal(form.$(`#${field}`).val() ?? '', '', field);
      assert.equal(form.$('#civilite').val(), '');
      assert.equal(form.$('#civilite').attr('autofocus') !== undefined, true);
      assert.deepEqual(listed(form, 'retirer').map(String).sort(), ajouter.toSorted());
      assert.equal(form.$('main input[name=organisme]').val(), organisme);
      assert.notEqual(form.$('main input[name=_cle]').val(), key);
      const last = await agent.submit(form, CREATE, two);
      const { id, organism_id } = await stage.accountOf(two.email);
      assert.equal(organism_id, account.organism_id);
      assert.deepEqual(await stage.rolesOf({ id }), await stage.rolesOf(account));
      const where = retour === '' ? `/gestion/comptes/${id}` : '/gestion/administrateurs-locaux/nouveau';
      assert.ok(last.headers.location?.startsWith(where), last.headers.location);
    }
    // Without a role too, and whatever stands in the address.
    const bare = await stage.admin.follow(
      await stage.admin.submit(await stage.admin.get(NEW), NEXT, someone()),
    );
    assert.deepEqual(listed(bare, 'retirer'), []);
    assert.notEqual(bare.$('#civilite').attr('autofocus'), undefined);
    const closed = await roleId('administrateur-local');
    assert.deepEqual(listed(await stage.admin.get(`${NEW}?suite=x-${closed}-999999`), 'retirer'), []);
    const wrong = await stage.admin.submit(bare, NEXT, { nom: 'Seule' });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.$('#civilite').attr('autofocus'), undefined);
    national.close();
  });
});
