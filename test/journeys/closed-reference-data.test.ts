import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createLink } from '../../src/security/links.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { openDraft } from '../tools/draft.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const LIST = '/gestion/comptes';
const ROLE = 'energie-lecteur';

describe('what is closed', () => {
  let portal: TestPortal;
  let national: Agent;
  let local: Agent;
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal();
    [national, local, agent] = (await Promise.all(
      ['national@ucanss.fr', 'wtestportail@test.fr', 'wadama@ucanss.fr'].map(async (email) => {
        const signedIn = createAgent(portal);
        await signedIn.signIn(email);
        return signedIn;
      }),
    )) as [Agent, Agent, Agent];
  });
  after(async () => {
    for (const each of [national, local, agent]) each?.close();
    await portal?.stop();
  });

  /** Opens the form of a record, and saves it with this state. */
  async function setState(path: string, etat: 'ouvert' | 'ferme'): Promise<void> {
    const sent = await national.submit(await national.get(path), 'Enregistrer', { etat });
    // Closing a role is asked again.
    const answer = sent.status === 200 ? await national.submit(sent, 'Confirmer') : sent;
    assert.equal(answer.status, 303);
  }
  const rolePage = async () =>
    `/gestion/applications-et-roles/${(await portal.db('roles').first('id').where({ code: ROLE })).id}/modification`;
  const holds = async ({ id }: AccountRow): Promise<boolean> =>
    (await portal
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .first('assignments.id')
      .where({ account_id: id, code: ROLE, ended_at: null })) !== undefined;

  describe('a role', () => {
    let person: AccountRow;
    let holder: AccountRow;
    let request: number;

    before(async () => {
      person = await createAccount(portal.db);
      holder = await createAccount(portal.db);
      await grant(portal.db, holder, ROLE);
      const asking = await createAccount(portal.db);
      request = await createRequest(portal.db, { account: asking, role: ROLE });
      await setState(await rolePage(), 'ferme');
    });

    test('it is in no catalogue and cannot be asked for; who holds it sees it', async () => {
      assert.doesNotMatch((await agent.get('/applications/energie')).text, /Energie Lecteur/);
      const answer = await agent.post('/applications/energie', {
        ...{ role: ROLE, motif: 'Besoin', _csrf: await agent.token() },
      });
      assert.equal(answer.status, 422);
      const mantel = createAgent(portal);
      await mantel.signIn('tmantel@caf39.caf.fr');
      assert.match((await mantel.get('/applications/energie')).text, /Energie Lecteur/);
      assert.match((await mantel.get('/mes-informations')).text, /Energie Lecteur/);
      mantel.close();
    });

    test('it is granted by no page: one person, the two lists, a new account, a selection', async () => {
      const confirmation = await local.get(`${LIST}/${person.id}/activation-de-droits?role=${ROLE}`);
      assert.match(confirmation.text, /est fermé/);
      const refused = await local.follow(await local.confirmAnyway(confirmation));
      assert.match(refused.notices.join(), /n’est pas, ou n’est plus, de ceux/);

      const { id } = await portal.db('roles').first('id').where({ code: ROLE });
      const form = await local.get(`${LIST}/${person.id}/modification`);
      assert.doesNotMatch(form.texts('.dual-list').join(), /Energie Lecteur/);
      const sent = { organisme: 'CAF-391', _csrf: await local.token(), roles: String(id) };
      const names = { civilite: '', nom: 'PERSONNE', prenom: 'Camille' };
      await local.post(`${LIST}/${person.id}/modification`, { ...sent, ...names });
      assert.equal(await holds(person), false);

      const email = 'nouvelle@caf39.caf.fr';
      await local.post(`${LIST}/nouveau`, { ...sent, ...names, email });
      assert.equal(await holds(await accountOf(portal.db, email)), false);

      const page = await local.get(`${LIST}?role=${ROLE}&ayant=non`);
      assert.match(
        page.notices.join(),
        /« Energie Lecteur » est fermé : il ne s’active plus, et se supprime encore/,
      );
      assert.deepEqual(page.texts('form[data-selection] button[name=acte]'), ['Désactiver la sélection']);
      assert.ok(!page.texts('main table button').some((text) => text.startsWith('Activer des droits')));
      const selection = {
        acte: 'activer',
        role: ROLE,
        ids: String(person.id),
      };
      const made = await local.post('/gestion/lots', { ...sent, ...selection });
      assert.equal(made.status, 422);
      assert.equal(await holds(person), false);
    });

    test('its holders are listed as closed, with the way to take it away, one by one or together', async () => {
      const page = await local.get(`${LIST}?role=${ROLE}`);
      assert.ok(page.texts('main table tbody td').join().includes(holder.last_name));
      assert.match(
        page.texts('select[name=role] optgroup[label="Rôles fermés"] option').join(),
        /Energie Lecteur/,
      );
      assert.deepEqual(page.texts('form[data-selection] button[name=acte]'), [
        'Supprimer des droits de la sélection',
        'Désactiver la sélection',
      ]);
      assert.ok(page.texts('main table button').some((text) => text.startsWith('Supprimer des droits')));
      const other = await createAccount(portal.db);
      await grant(portal.db, other, ROLE);
      const draft = await openDraft(local, { acte: 'supprimer', role: ROLE }, [other.id]);
      await local.submit(draft, 'Confirmer');
      assert.equal(await holds(other), false);
    });

    test('a pending request can only be refused', async () => {
      const page = await local.get(`/gestion/demandes/${request}/acceptation`);
      const answer = await local.follow(await local.confirmAnyway(page));
      assert.match(answer.notices.join(), /n’est plus proposé : la demande ne peut qu’être refusée/);
      const refusal = await local.get(`/gestion/demandes/${request}/refus`);
      const refused = await local.follow(await local.submit(refusal, 'Confirmer', { motif: 'Rôle fermé' }));
      assert.match(refused.notices.join(), /est refusée/);
    });

    test('who holds it keeps it, and it can be removed; opened again, it can be asked for', async () => {
      assert.ok(await holds(holder));
      const removal = await local.get(`${LIST}/${holder.id}/suppression-de-droits?role=${ROLE}`);
      await local.submit(removal, 'Confirmer');
      assert.equal(await holds(holder), false);
      await setState(await rolePage(), 'ouvert');
      const stored = await portal.db('roles').first('closed_at').where({ code: ROLE });
      assert.equal(stored.closed_at, null);
      assert.match((await agent.get('/applications/energie')).text, /Energie Lecteur/);
    });
  });

  describe('an organism', () => {
    let stranger: AccountRow;
    let request: number;
    let link: string;

    before(async () => {
      stranger = await createAccount(portal.db, { organism: 'CPAM-391' });
      request = await createRequest(portal.db, { organism: 'CAF-391' });
      const unconfirmed = { status: 'unconfirmed', submitted_at: null, organism: 'CAF-391' };
      const requestId = await createRequest(portal.db, unconfirmed);
      link = await createLink(portal.db, 'request_confirmation', { requestId }, portal.clock.now());
      const { id } = await organismOf(portal.db, 'CAF-391');
      await setState(`/gestion/organismes/${id}/modification`, 'ferme');
    });

    test('nobody asks for an account there, nor confirms an address for it', async () => {
      const visitor = createAgent(portal);
      const form = await visitor.get('/inscription');
      assert.equal(form.$('option[value="CAF du Jura"]').length, 0);
      const fields = { nom: 'N', prenom: 'P', email: 'n@caf39.caf.fr', fonction: 'F', motif: 'M' };
      const answer = await visitor.submit(form, "S'inscrire", { ...fields, organisme: 'CAF-391' });
      assert.equal(answer.status, 422);
      const late = await visitor.submit(await visitor.get(`/inscription/${link}`), 'Confirmer mon adresse');
      assert.equal(late.status, 409);
      assert.match(late.text, /CAF du Jura a été fermé depuis votre demande/);
      visitor.close();
    });

    test('no account is made there, by its administrator or by Ucanss, nor out of a pending request', async () => {
      const fields = { nom: 'TARDIVE', prenom: 'Ana', email: 'tardive@caf39.caf.fr' };
      const form = await local.get(`${LIST}/nouveau`);
      assert.match(form.texts('main').join(), /est fermé : aucun compte ne peut plus y être créé/);
      for (const each of [local, national]) {
        const page = await each.get(`${LIST}/nouveau?perimetre=CAF-391`);
        const answer = await each.submit(page, 'Créer le compte', fields);
        assert.equal(answer.status, 422);
        assert.match(answer.texts('.error-summary').join(), /CAF du Jura est fermé/);
      }
      assert.doesNotMatch((await national.get(`${LIST}/nouveau`)).texts('#perimetre').join(), /CAF du Jura/);
      const acceptance = await local.get(`/gestion/demandes/${request}/acceptation`);
      const refused = await local.follow(await local.confirmAnyway(acceptance));
      assert.match(refused.notices.join(), /L’organisme est fermé : aucun compte/);
    });

    test('nobody is attached to it', async () => {
      const page = await local.get(`${LIST}/${stranger.id}/rattachement`);
      assert.match(page.texts('main').join(), /est fermé : le rattachement sera refusé/);
      const answer = await local.follow(await local.confirmAnyway(page));
      assert.match(answer.notices.join(), /plus personne ne peut y être rattaché/);
      const { organism_id } = await accountOf(portal.db, stranger.email);
      assert.equal(organism_id, stranger.organism_id);
    });

    test('its people stay, with their rights; opened again, it is joined', async () => {
      assert.equal((await local.get('/gestion/etat')).status, 200);
      assert.match(
        (await national.get('/gestion/organismes?etat=ferme')).rows.join(),
        /CAF du Jura ?Fermé le/,
      );
      const { id } = await organismOf(portal.db, 'CAF-391');
      await setState(`/gestion/organismes/${id}/modification`, 'ouvert');
      const form = await local.get(`${LIST}/nouveau`);
      const fields = { nom: 'ÀTEMPS', prenom: 'Ana', email: 'atemps@caf39.caf.fr' };
      assert.equal((await local.submit(form, 'Créer le compte', fields)).status, 303);
    });
  });
});
