import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

describe('« Modification de compte » says what it would do, and asks before it takes anything away', () => {
  let portal: TestPortal;
  let local: Agent;
  let national: Agent;
  before(async () => {
    portal = await startTestPortal();
    [local, national] = [createAgent(portal), createAgent(portal)];
    await local.signIn('suppleante@caf39.caf.fr');
    await national.signIn('national@ucanss.fr');
  });
  after(async () => {
    for (const agent of [local, national]) agent?.close();
    await portal?.stop();
  });

  const roleId = async (code: string) => String((await portal.db('roles').first('id').where({ code })).id);
  const live = (id: number): Promise<string[]> =>
    portal
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .where({ account_id: id, ended_at: null })
      .orderBy('code')
      .pluck('code');

  /** Somebody who holds an ordinary role and a reserved one, and the form of their account. */
  async function opened(agent: Agent = local, values: object = {}) {
    const person = await createAccount(portal.db, { ...values });
    await grant(portal.db, person, 'energie-lecteur');
    await grant(portal.db, person, 'sda-administrateur');
    const query = agent === national ? '?perimetre=CAF-391' : '';
    return { person, form: await agent.get(`/gestion/comptes/${person.id}/modification${query}`) };
  }
  type Form = Awaited<ReturnType<typeof opened>>['form'];

  const recap = (page: Form) => page.texts('[data-recap] li:not([hidden])');
  const move = async (page: Form, moves: { retirer?: string; ajouter?: string }, agent = local) => {
    const [name, code] = Object.entries(moves)[0] ?? [];
    const button =
      name === 'retirer' ? '<< Retirer les habilitations cochées' : '>> Ajouter les habilitations cochées';
    return agent.submit(page, button, { [String(name)]: await roleId(String(code)) });
  };

  test('at first nothing changes; what moves is counted, named and marked, and nothing is saved', async () => {
    const { person, form } = await opened();
    assert.deepEqual(recap(form), []);
    assert.deepEqual(form.texts('[data-recap] p'), ['À l’enregistrement : aucun droit ne change.']);
    let page = await move(form, { retirer: 'energie-lecteur' });
    page = await move(page, { ajouter: 'veille-rh-lecteur' });
    page = await move(page, { ajouter: 'accords-locaux-acces-dss' });
    assert.deepEqual(recap(page), [
      '1 droit retiré : Energie Lecteur',
      '1 droit accordé : Veille RH - Lecteur',
      '1 droit demandé à l’Ucanss : Accords locaux - Accès DSS',
    ]);
    const marks = page
      .$('[data-moved]')
      .toArray()
      .map((row) => page.$(row).find('[data-marked]').text());
    assert.deepEqual(marks.sort(), ['sera accordée', 'sera demandée à l’Ucanss', 'sera retirée']);
    assert.deepEqual(await live(person.id), ['energie-lecteur', 'sda-administrateur']);
    assert.equal(page.$('form[data-unsaved]').attr('data-unsaved'), 'true');
  });

  test('an administrateur Ucanss grants at once what is reserved', async () => {
    const { form } = await opened(national);
    const page = await move(form, { ajouter: 'accords-locaux-acces-dss' }, national);
    assert.deepEqual(recap(page), ['1 droit accordé : Accords locaux - Accès DSS']);
  });

  test('an inactive account takes none, and the recap says it', async () => {
    const { form } = await opened(local, { active: false });
    const page = await move(form, { ajouter: 'veille-rh-lecteur' });
    assert.deepEqual(recap(page), ['1 droit non accordé, le compte est inactif : Veille RH - Lecteur']);
  });

  test('« Enregistrer » asks first; « Annuler » gives the form back as it was; « Confirmer » does it with its reason', async () => {
    const { person, form } = await opened();
    let page = await move(form, { retirer: 'energie-lecteur' });
    page = await move(page, { retirer: 'sda-administrateur' });
    page = await move(page, { ajouter: 'veille-rh-lecteur' });
    const asked = await local.submit(page, 'Enregistrer', { fonction: 'Juriste', motif: 'Mobilité' });
    assert.equal(asked.status, 200);
    assert.match(asked.text, /Retirer 2 droits à/);
    assert.deepEqual(asked.texts('main .btn-danger'), ['Confirmer']);
    assert.deepEqual(asked.texts('main li').slice(-3), [
      '2 droits retirés : SDA_Administrateur, Energie Lecteur',
      '1 droit accordé : Veille RH - Lecteur',
      'Un message lui dit ce qui est accordé, et rien de ce qui est retiré.',
    ]);
    assert.match(
      asked.texts('[data-confirmation]').join(),
      /Seule l’Ucanss pourra redonner : SDA_Administrateur\./,
    );
    assert.deepEqual(await live(person.id), ['energie-lecteur', 'sda-administrateur']);

    const back = await local.submit(asked, 'Annuler');
    assert.equal(back.status, 200);
    assert.deepEqual(recap(back), recap(page));
    assert.equal(back.$('input[name=fonction]').attr('value'), 'Juriste');
    assert.equal(back.$('textarea[name=motif]').text(), 'Mobilité');

    const again = await local.submit(back, 'Enregistrer');
    const done = await local.follow(await local.submit(again, 'Confirmer'));
    assert.match(
      done.notices.join(),
      /La fiche est modifiée\. Accordé : Veille RH - Lecteur\. Retiré : SDA_Administrateur, Energie Lecteur\./,
    );
    assert.deepEqual(await live(person.id), ['veille-rh-lecteur']);
    const events = await portal
      .db('audit_events')
      .where({ subject_account_id: person.id })
      .whereIn('action', ['assignment.removed', 'assignment.granted'])
      .select('details');
    assert.deepEqual(
      events.map(({ details }) => details.reason),
      ['Mobilité', 'Mobilité', 'Mobilité'],
    );
  });

  test('who the person is stands in what is asked too: nothing is changed unseen', async () => {
    const { person, form } = await opened();
    const page = await move(form, { retirer: 'energie-lecteur' });
    const asked = await local.submit(page, 'Enregistrer', { nom: 'Autrenom', fonction: 'Cheffe' });
    assert.equal(asked.heading, `Retirer 1 droit à Camille ${person.last_name}, et modifier sa fiche`);
    assert.deepEqual(asked.texts('main ul li').slice(0, 3), [
      `Nom : « ${person.last_name} » devient « AUTRENOM »`,
      'Fonction : « Gestionnaire » devient « Cheffe »',
      '1 droit retiré : Energie Lecteur',
    ]);
  });

  test('what takes nothing away is saved at once, and told to the person in one message with its reason', async () => {
    const { person, form } = await opened();
    let page = await move(form, { ajouter: 'veille-rh-lecteur' });
    page = await move(page, { ajouter: 'annuaire-add-lecteur' });
    const saved = await local.follow(await local.submit(page, 'Enregistrer', { motif: 'Nouveau poste' }));
    assert.match(saved.notices.join(), /Accordé : /);
    const messages = await told(person);
    assert.deepEqual(
      messages.map(({ template, data }) => [template, data.granted, data.reason, data.endsOn]),
      [['role-granted', 2, 'Nouveau poste', null]],
    );
    assert.deepEqual(messages[0]?.data.roleLabel.split(', ').sort(), [
      'Annuaire ADD - Lecteur',
      'Veille RH - Lecteur',
    ]);
  });

  test('a request goes to Ucanss with the reason, and removing alone sends the person nothing', async () => {
    const { person, form } = await opened();
    let page = await move(form, { ajouter: 'accords-locaux-acces-dss' });
    page = await move(page, { retirer: 'energie-lecteur' });
    const asked = await local.submit(page, 'Enregistrer', { motif: 'Suivi des accords' });
    await local.submit(asked, 'Confirmer');
    const [request] = await portal.db('requests').where({ account_id: person.id }).select('reason');
    assert.equal(request.reason, 'Suivi des accords');
    assert.deepEqual(await told(person), []);
  });

  test('a reason that is too long is told at its field, and the two lists are as they were', async () => {
    const { person, form } = await opened();
    const page = await move(form, { retirer: 'energie-lecteur' });
    const refused = await local.submit(page, 'Enregistrer', { motif: 'x'.repeat(1001) });
    assert.equal(refused.status, 422);
    assert.ok(refused.$('#motif-erreur, [id^=motif]').length > 0);
    assert.deepEqual(recap(refused), ['1 droit retiré : Energie Lecteur']);
    assert.deepEqual(await live(person.id), ['energie-lecteur', 'sda-administrateur']);
  });

  test('removed by somebody else before « Confirmer »: it is told as left, and the rest is done', async () => {
    const { person, form } = await opened();
    let page = await move(form, { retirer: 'energie-lecteur' });
    page = await move(page, { retirer: 'sda-administrateur' });
    const asked = await local.submit(page, 'Enregistrer');
    await portal
      .db('assignments')
      .where({ account_id: person.id, role_id: await roleId('energie-lecteur') })
      .update({ ended_at: new Date(), end_kind: 'removed' });
    const done = await local.follow(await local.submit(asked, 'Confirmer'));
    assert.match(
      done.notices.join(),
      /Retiré : SDA_Administrateur\. Laissé tel quel, car changé ou refusé entre-temps : Energie Lecteur\./,
    );
  });

  test("« Création d'un compte » says what it would give", async () => {
    const page = await local.get('/gestion/comptes/nouveau');
    assert.deepEqual(page.texts('[data-recap] p'), ['À la création : aucun droit ne change.']);
    const moved = await move(page, { ajouter: 'energie-lecteur' });
    assert.deepEqual(recap(moved), ['1 droit accordé : Energie Lecteur']);
  });

  function told({ id }: AccountRow) {
    return portal
      .db('messages')
      .where({ account_id: id, template: 'role-granted' })
      .orderBy('id')
      .select('template', 'data');
  }
});
