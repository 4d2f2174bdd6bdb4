import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPasskey } from '../factories/factors.ts';
import { useSecondFactors } from './second-factor-stage.ts';

const NOT_YOURS = /Cette clé d’accès n’est pas une des vôtres, ou ne l’est plus/;

describe('R89: a passkey is called otherwise', () => {
  const stage = useSecondFactors();
  const at = (id: number) => `/mes-informations/securite/cles/${id}/nom`;

  /** Somebody signed in by their password, who has a passkey since. */
  async function keyed() {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    const { key } = await stage.enrol(agent);
    return { person, agent, key, id: await createPasskey(stage.db, person, 'Mon téléphone') };
  }

  const nameOf = async (id: number) => (await stage.db('passkeys').where({ id }).first('name')).name;
  const renamings = ({ id }: { id: number }) =>
    stage
      .db('audit_events')
      .where({ subject_account_id: id, action: 'factor.renamed' })
      .orderBy('id')
      .pluck('details');

  test('from « Ma sécurité »: its present name is there; then the list has the other, traced and told', async () => {
    const { person, agent, id } = await keyed();
    const own = await agent.get('/mes-informations/securite');
    const link = own
      .$('.own-factors a')
      .filter((_, a) => own.$(a).text() === 'Renommer la clé d’accès Mon téléphone');
    assert.equal(link.attr('href'), at(id));
    const page = await agent.get(at(id));
    assert.equal(page.heading, 'Renommer la clé d’accès « Mon téléphone »');
    assert.deepEqual(page.texts('main label'), ['Nom']);
    assert.equal(page.$('[name=nom]').val(), 'Mon téléphone');
    const after = await agent.follow(await agent.submit(page, 'Enregistrer', { nom: ' Mon ordinateur ' }));
    assert.equal(after.heading, 'Ma sécurité');
    assert.match(after.notices.join(), /Votre clé d’accès s’appelle « Mon ordinateur »/);
    assert.match(after.texts('.own-factors li').join(), /Mon ordinateur/);
    assert.deepEqual(await renamings(person), [
      { kind: 'passkey', name: 'Mon ordinateur', former: 'Mon téléphone' },
    ]);
    assert.equal((await stage.messagesOf(person)).at(-1), 'passkey_renamed');
    const told = await stage.db('messages').where({ recipient: person.email }).orderBy('id', 'desc').first();
    assert.equal(told.data.detail, 'Mon téléphone → Mon ordinateur');
  });

  test('the same name, or the same form twice: nothing more is done', async () => {
    const { person, agent, id } = await keyed();
    const page = await agent.get(at(id));
    const same = await agent.follow(await agent.submit(page, 'Enregistrer'));
    assert.match(same.notices.join(), /s’appelle déjà « Mon téléphone » : rien n’est changé/);
    assert.deepEqual(await renamings(person), []);
    const form = await agent.get(at(id));
    const [one, other] = await Promise.all([
      agent.submit(form, 'Enregistrer', { nom: 'Au bureau' }),
      agent.submit(form, 'Enregistrer', { nom: 'Au bureau' }),
    ]);
    assert.deepEqual([one.status, other.status], [303, 303]);
    assert.equal((await renamings(person)).length, 1);
    assert.equal((await stage.messagesOf(person)).filter((what) => what === 'passkey_renamed').length, 1);
  });

  test('two names at once, in two tabs: both are told, the last from the first', async () => {
    const { person, agent, id } = await keyed();
    const forms = [await agent.get(at(id)), await agent.get(at(id))] as const;
    await Promise.all(
      ['Au bureau', 'Chez moi'].map((nom, tab) =>
        agent.submit(forms[tab] ?? forms[0], 'Enregistrer', { nom }),
      ),
    );
    const [first, second] = await renamings(person);
    assert.equal(first?.former, 'Mon téléphone');
    assert.equal(second?.former, first?.name);
    assert.equal(await nameOf(id), second?.name);
  });

  test('missing or too long: told at its field, with what was typed', async () => {
    const { person, agent, id } = await keyed();
    for (const nom of ['', ' ', 'x'.repeat(61)]) {
      const page = await agent.submit(await agent.get(at(id)), 'Enregistrer', { nom });
      assert.equal(page.status, 422);
      assert.equal(page.texts('#nom-erreur').length, 1, nom);
      assert.equal(String(page.$('[name=nom]').val()).trim(), nom.trim());
    }
    assert.equal(await nameOf(id), 'Mon téléphone');
    assert.deepEqual(await renamings(person), []);
  });

  test('a key of somebody else, removed, or of no number: as if it did not exist, and why', async () => {
    const { agent, id } = await keyed();
    const other = await keyed();
    const removed = await agent.get(at(id));
    await stage.db('passkeys').where({ id }).update({ ended_at: stage.portal.clock.now() });
    const _csrf = await agent.token();
    for (const [answer, told] of [
      [await agent.get(at(other.id)), NOT_YOURS],
      [await agent.post(at(other.id), { _csrf, nom: 'À moi' }), NOT_YOURS],
      [await agent.submit(removed, 'Enregistrer', { nom: 'Encore là' }), NOT_YOURS],
      [await agent.get(at(999_999)), NOT_YOURS],
      [await agent.get('/mes-informations/securite/cles/abc/nom'), /n’existe pas/],
    ] as const) {
      assert.equal(answer.status, 404);
      assert.match(answer.texts('main').join(), told);
    }
    assert.deepEqual([await nameOf(id), await nameOf(other.id)], ['Mon téléphone', 'Mon téléphone']);
    assert.deepEqual(await renamings(other.person), []);
  });

  test('an old proof: who one is is asked before the page, and before the form, which is kept meanwhile', async () => {
    const { person, agent, key, id } = await keyed();
    const page = await agent.get(at(id));
    await stage.forget(person);
    stage.later();
    const before = await agent.get(at(id));
    assert.match(before.headers.location ?? '', /^\/mes-informations\/identite/);
    const asked = await agent.follow(await agent.submit(page, 'Enregistrer', { nom: 'Au bureau' }));
    assert.equal(asked.heading, 'Confirmez votre identité');
    assert.equal(await nameOf(id), 'Mon téléphone');
    const back = await agent.follow(await agent.submit(asked, 'Continuer', { facteur: stage.codeOf(key) }));
    assert.equal(back.heading, 'Renommer la clé d’accès « Mon téléphone »');
    assert.equal(back.$('[name=nom]').val(), 'Au bureau');
    await agent.submit(back, 'Enregistrer');
    assert.equal(await nameOf(id), 'Au bureau');
  });
});
