import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean, type Page } from '../tools/page.ts';
import { useManagement } from './management-stage.ts';

const PASSWORD = 'une-phrase-de-passe-longue';
const MINE = '/mes-informations';
const FORM = `${MINE}/correction`;
const PENDING = '/gestion/demandes/en-cours';
const SEND = 'Proposer la correction';

describe('R78 « Proposer une correction »', () => {
  const stage = useManagement();

  async function someone(last_name: string): Promise<{ account: AccountRow; agent: Agent }> {
    const fields = { last_name, function_title: 'Agent', password: PASSWORD };
    const account = await createAccount(stage.portal.db, fields);
    return { account, agent: await signedIn(account.email) };
  }
  const signedIn = async (email: string): Promise<Agent> => {
    const agent = createAgent(stage.portal);
    await agent.signIn(email, PASSWORD);
    return agent;
  };
  const propose = async (agent: Agent, values: Record<string, string>): Promise<Page> =>
    agent.follow(await agent.submit(await agent.get(FORM), SEND, values));
  const main = (page: Page) => clean(page.$('main').text());
  const recordOf = ({ id }: { id: number }) =>
    stage.portal.db('accounts').first('last_name', 'first_name', 'function_title').where({ id });

  test('from the form, filled with the record, through « En cours » to the record and the message', async () => {
    const { account, agent } = await someone('ANCIENNE');
    const form = await agent.get(FORM);
    assert.equal(form.heading, 'Proposer une correction');
    assert.deepEqual(
      ['#nom', '#prenom', '#fonction', '#motif'].map((field) => form.$(field).val()),
      ['ANCIENNE', account.first_name, 'Agent', ''],
    );
    const motif = 'Mariage, acte joint au service du personnel.';
    const sent = await propose(agent, { nom: 'Nouvelle', fonction: 'Cadre', motif });
    assert.equal(sent.path, MINE);
    assert.match(
      sent.notices.join(),
      /Votre correction est proposée à Maud SUPPLÉANTE et Welcome TESTPORTAIL\. Vous recevrez la réponse par message\./,
    );
    const said = main(sent);
    assert.match(
      said,
      /Correction proposée, en attente de réponse : Nom : « ANCIENNE » devient « NOUVELLE » ; Fonction : « Agent » devient « Cadre »/,
    );
    assert.ok(sent.texts('.own-request button').includes('Retirer ma demande « Correction de fiche »'));
    assert.doesNotMatch(said, /Proposer une correction/);
    const list = await stage.local.get(`${PENDING}?q=ancienne`);
    assert.match(
      list.column('Rôle concerné')[0] ?? '',
      /^Correction de fiche\s*Nom : « ANCIENNE » devient « NOUVELLE »\s*Fonction : « Agent » devient « Cadre »$/,
    );
    const file = await stage.local.get(`${PENDING}.csv?q=ancienne`);
    assert.match(
      clean(file.text),
      /Correction de fiche \(Nom : « ANCIENNE » devient « NOUVELLE » ; Fonction : « Agent » devient « Cadre »\)/,
    );
    const asked = await stage.local.submit(list, 'Accepter la demande de Camille ANCIENNE');
    assert.match(
      main(asked),
      /La fiche de Camille ANCIENNE \(\S+\) est corrigée : nom : « ANCIENNE » devient « NOUVELLE » ; fonction : « Agent » devient « Cadre »\./,
    );
    assert.equal(asked.$('#fin').length, 0);
    const done = await stage.local.follow(await stage.local.submit(asked, 'Confirmer'));
    assert.match(done.notices.join(), /est acceptée\. Un message lui est envoyé\./);
    assert.deepEqual(await recordOf(account), {
      ...{ last_name: 'NOUVELLE', first_name: account.first_name, function_title: 'Cadre' },
    });
    assert.match(main(await agent.get(MINE)), /Camille NOUVELLE.*Correction de fiche.*Acceptée/);
    assert.match(
      main(await stage.local.get(`/gestion/comptes/${account.id}/historique`)),
      /Demande de « Correction de fiche » pour Camille NOUVELLE, nom : « ANCIENNE » devient « NOUVELLE »/,
    );
    agent.close();
  });

  test('bad input comes back in a sentence with what was typed; nothing changed is said', async () => {
    const { account, agent } = await someone('SAISIE');
    const form = await agent.get(FORM);
    const empty = await agent.submit(form, SEND, { nom: '', prenom: '', motif: 'Mon motif' });
    assert.equal(empty.status, 422);
    assert.deepEqual(empty.texts('.error-summary li'), ['Indiquez le nom.', 'Indiquez le prénom.']);
    assert.equal(clean(String(empty.$('#motif').val())), 'Mon motif');
    const same = await agent.submit(form.inOtherTab, SEND, { nom: 'saisie' });
    assert.equal(same.status, 422);
    assert.match(same.notices.join(), /Rien ne diffère de votre fiche : corrigez au moins le nom/);
    const long = await agent.submit(form.inOtherTab, SEND, { nom: 'n'.repeat(81) });
    assert.equal(long.status, 422);
    // A form made by hand says nothing that can be read of what it was shown.
    const _csrf = await agent.token();
    const forged = {
      _csrf,
      nom: 'Saisie',
      prenom: 'Autre',
      fonction: 'Agent',
      avant: '{"nom":7}',
      account_id: '1',
    };
    assert.equal((await agent.post(FORM, forged)).status, 303);
    const rows = await stage.portal.db('requests').where({ kind: 'correction', account_id: account.id });
    assert.deepEqual(
      rows.map(({ changes }) => changes),
      [{ prénom: { from: account.first_name, to: 'Autre' } }],
    );
    agent.close();
  });

  test('one at a time: the form says so until it is withdrawn', async () => {
    const { agent } = await someone('UNIQUE');
    const form = await agent.get(FORM);
    await agent.submit(form, SEND, { nom: 'Autre' });
    const known =
      /Vous avez déjà proposé une correction, qui attend une réponse : retirez-la pour en proposer une autre\./;
    assert.match((await agent.visit(FORM)).notices.join(), known);
    const again = await agent.submit(form.inOtherTab, SEND, { nom: 'Encore' });
    assert.match((await agent.follow(again)).notices.join(), known);
    const asked = await agent.submit(await agent.get(MINE), 'Retirer ma demande « Correction de fiche »');
    const done = await agent.follow(await agent.submit(asked, 'Confirmer'));
    assert.match(done.notices.join(), /Votre demande de « Correction de fiche » est annulée/);
    assert.equal((await agent.get(FORM)).heading, 'Proposer une correction');
    agent.close();
  });

  test('a selection accepts it beside others, and leaves what was changed meanwhile with why', async () => {
    const [one, other] = [await someone('LOTUN'), await someone('LOTDEUX')];
    for (const { agent } of [one, other]) await propose(agent, { fonction: 'Cadre' });
    await stage.portal
      .db('accounts')
      .where({ id: other.account.id })
      .update({ function_title: 'Directrice' });
    const ids = await stage.portal
      .db('requests')
      .whereIn('account_id', [one.account.id, other.account.id])
      .pluck('id');
    const list = await stage.local.get(`${PENDING}?q=lot`);
    const draft = await stage.local.follow(
      await stage.local.submit(list, 'Accepter la sélection', { ids: ids.map(String) }),
    );
    assert.match(main(draft), /Correction de fiche \(Fonction : « Agent » devient « Cadre »\)/);
    const left =
      /La fiche de Camille LOTDEUX a été modifiée depuis cette demande : la correction ne peut qu’être refusée/;
    assert.match(main(draft), left);
    const done = await stage.local.follow(await stage.local.submit(draft, 'Confirmer'));
    assert.match(done.notices.join(), /1 demande acceptée/);
    assert.match(main(done), left);
    assert.equal((await recordOf(one.account)).function_title, 'Cadre');
    assert.equal((await recordOf(other.account)).function_title, 'Directrice');
    for (const { agent } of [one, other]) agent.close();
  });

  test('R5, P1 the badge counts it; one’s own is locked; Ucanss decides that of the only administrator', async () => {
    const count = async (agent: Agent) =>
      Number(
        /\((\d+) demandes? à décider/.exec((await agent.get(PENDING)).text.replace(/<[^>]+>/g, ' '))?.[1] ??
          0,
      );
    const before = await count(stage.alone);
    await propose(stage.alone, { nom: 'Seule' });
    assert.equal(await count(stage.alone), before);
    const own = await stage.alone.get(`${PENDING}?q=correction`);
    assert.match(main(own), /Cette demande vous concerne/);
    const name = 'Accepter la demande de Céline UNIQUE';
    assert.ok(!own.texts('button').includes(name));
    const list = await stage.national.get(`${PENDING}?q=correction+unique`);
    assert.match(main(list), /Personne ne peut décider dans l’organisme : l’Ucanss en décide/);
    const asked = await stage.national.submit(list, name);
    assert.equal((await stage.national.submit(asked, 'Confirmer')).status, 303);
    assert.match(main(await stage.alone.get(MINE)), /Céline SEULE/);
  });

  test('P9 of somebody beyond: locked for the local administrator, whatever is sent; Ucanss has it', async () => {
    const { account, agent } = await someone('AUDELÀ');
    const { db } = stage.portal;
    const role = await db('roles').first('id').where({ code: 'auditeur' });
    await db('assignments').insert({
      ...{
        account_id: account.id,
        role_id: role.id,
        role_kind: 'national',
        granted_at: '2026-01-01T00:00:00Z',
      },
    });
    await propose(agent, { prenom: 'Autre' });
    const list = await stage.local.get(`${PENDING}?q=audela`);
    assert.match(main(list), /Les droits de cette personne dépassent les vôtres : demandez à l’Ucanss\./);
    assert.match(main(list), /Décide : l’Ucanss/);
    const { id } = await db('requests').first('id').where({ account_id: account.id });
    const page = await stage.local.get(`/gestion/demandes/${id}/acceptation`);
    assert.match(
      (await stage.local.follow(await stage.local.confirmAnyway(page, { fin: '' }))).notices.join(),
      /dépassent les vôtres/,
    );
    assert.equal((await recordOf(account)).first_name, account.first_name);
    agent.close();
  });
});
