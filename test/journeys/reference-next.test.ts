import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Agent, createAgent } from '../tools/agent.ts';
import { countEvents } from '../tools/last-events.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ROLES = '/gestion/applications-et-roles';
const PREVIEW = 'Aperçu du catalogue';
const ANOTHER = 'Créer et ajouter un autre rôle';
const ROLE = {
  ...{ description: 'Lire les suites', public: 'Tout agent', validation: 'local_administrator' },
  ...{ demande: 'online', etat: 'ouvert' },
};

describe('one role after another, and what the catalogue will show', () => {
  let portal: TestPortal;
  let national: Agent;
  before(async () => {
    portal = await startTestPortal();
    national = createAgent(portal);
    await national.signIn('national@ucanss.fr');
  });
  after(async () => {
    national?.close();
    await portal?.stop();
  });

  /** The form of a new application, without any role yet. */
  async function newApplication(nom: string) {
    const form = await national.get(`${ROLES}/nouvelle-application`);
    await national.submit(form, 'Créer l’application', { nom, theme: 'Essais' });
    const { id } = await portal.db('applications').first('id').where({ name: nom });
    return { id, path: `${ROLES}/applications/${id}/modification` };
  }
  const shown = async (path: string, values: Record<string, string> = {}) =>
    national.submit(await national.get(path), PREVIEW, values);

  test('« Créer et ajouter un autre rôle »: it is made and told; the form comes back empty, of the same application', async () => {
    const { id } = await newApplication('Suites');
    let form = await national.get(`${ROLES}/nouveau-role?application=${id}&retour=${ROLES}%3Fq%3Dsuites`);
    for (const libelle of ['Suites - Lecteur', 'Suites - Rédacteur']) {
      form = await national.follow(await national.submit(form, ANOTHER, { ...ROLE, libelle }));
      assert.equal(form.heading, 'Nouveau rôle');
      assert.match(form.notices.join(), new RegExp(`Le rôle « ${libelle} » est créé\\. Revoir le rôle`));
      assert.equal(form.$('#application option[selected]').attr('value'), String(id));
      assert.deepEqual([form.$('#libelle').val() ?? '', form.$('#description').text()], ['', '']);
    }
    const last = await national.submit(form, 'Créer le rôle', { ...ROLE, libelle: 'Suites - Valideur' });
    assert.equal(
      last.headers.location?.split('&')[0]?.includes('q=suites'),
      true,
      'back to the list at last',
    );
    const labels = await portal.db('roles').where({ application_id: id }).orderBy('label').pluck('label');
    assert.deepEqual(labels, ['Suites - Lecteur', 'Suites - Rédacteur', 'Suites - Valideur']);
    const wrong = await national.submit(form.inOtherTab, ANOTHER, { ...ROLE, libelle: '' });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.$('#libelle').attr('aria-invalid'), 'true');
  });

  test('the preview shows what is typed as the catalogue will, nothing being saved; a wrong input is told instead', async () => {
    const { id } = await portal.db('applications').first('id').where({ code: 'energie' });
    const path = `${ROLES}/applications/${id}/modification`;
    const typed = { nom: 'Énergie et eau', theme: 'Essais', adresse: 'https://eau.exemple.fr' };
    const events = () => countEvents(portal.db);
    const before = await events();
    const page = await shown(path, typed);
    assert.equal(page.status, 200);
    const said = page.texts('#apercu').join();
    for (const words of [
      'Énergie et eau',
      'Essais',
      'Energie Lecteur',
      'Validation Ucanss',
      'Rien n’est enregistré',
    ])
      assert.ok(said.includes(words), words);
    assert.doesNotMatch(said, /Vous avez ce rôle/);
    for (const [name, value] of Object.entries(typed)) assert.equal(page.$(`#${name}`).val(), value, name);
    assert.equal(await events(), before);
    assert.equal((await portal.db('applications').first('name').where({ id })).name, 'Energie');
    const wrong = await shown(path, { ...typed, nom: '', adresse: 'ftp://x' });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.$('#nom').attr('aria-invalid'), 'true');
    assert.equal(wrong.$('#apercu').length, 0);
    assert.equal((await national.get(path)).$('#apercu').length, 0);
  });

  test('before it is open: without a role it is said, with closed ones it is shown as it will be', async () => {
    const { id, path } = await newApplication('Coulisses');
    assert.match(
      (await shown(path)).texts('#apercu').join(),
      /Elle n’a aucun rôle : le catalogue ne la montre pas/,
    );
    const form = await national.get(`${ROLES}/nouveau-role?application=${id}`);
    await national.submit(form, 'Créer le rôle', { ...ROLE, libelle: 'Coulisses - Lecteur', etat: 'ferme' });
    const said = (await shown(path)).texts('#apercu').join();
    assert.match(said, /Tous ses rôles sont fermés/);
    assert.match(said, /Coulisses - Lecteur.*Se demande en ligne/);
    assert.equal((await national.get('/applications/coulisses')).status, 404);
  });
});
