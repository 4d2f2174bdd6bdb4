import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLink } from '../../src/security/links.ts';
import { accountOf } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createFactors } from '../factories/factors.ts';
import type { Agent } from '../tools/agent.ts';
import { PASSWORD, useSecondFactors } from './second-factor-stage.ts';

const LABEL = 'Réinitialiser le second facteur';

describe('R89: « Réinitialiser le second facteur »', () => {
  const stage = useSecondFactors();
  const at = ({ id }: { id: number }) => `/gestion/comptes/${id}/second-facteur`;

  /** An administrator of the organism of everybody here, or of Ucanss, signed in. */
  async function administrator(role = 'administrateur-local', organism = 'CAF-391') {
    const person = await stage.newPerson(
      role === 'administrateur-local' ? { organism } : { organism: 'UCANSS' },
    );
    await grant(stage.db, person, role, role === 'administrateur-local' ? { organism } : {});
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    return { person, agent };
  }

  async function withFactors() {
    const person = await stage.newPerson();
    await createFactors(stage.db, person);
    return person;
  }
  const liveOf = async ({ id }: { id: number }) =>
    (await stage.db('passkeys').where({ account_id: id, ended_at: null })).length;

  async function linkOf({ id: accountId }: { id: number }): Promise<string> {
    const { id } = await stage
      .db('factor_resets')
      .where({ account_id: accountId })
      .orderBy('id', 'desc')
      .first();
    return `/second-facteur/${await createLink(stage.db, 'factor_reset', { accountId, factorResetId: id }, stage.portal.clock.now())}`;
  }

  test('from the account page: a reason is asked, then it is done, and the page says that there is none', async () => {
    const { agent } = await administrator();
    const person = await withFactors();
    const page = await agent.get(`/gestion/comptes/${person.id}`);
    assert.match(page.texts('.identity').join(), /Second facteur\s*Depuis le 02\/03\/2026/);
    const before = await agent.get(at(person));
    assert.equal(before.heading, `${LABEL} de Camille ${person.last_name}`);
    assert.match(before.texts('main').join(), /CAF du Jura/, 'the organism is named');
    const empty = await agent.submit(before, 'Confirmer');
    assert.equal(empty.status, 422);
    assert.match(empty.texts('main').join(), /Indiquez le motif/);
    const after = await agent.follow(await agent.submit(empty, 'Confirmer', { motif: 'Téléphone perdu' }));
    assert.match(after.notices.join(), /est réinitialisé, et ses sessions ont pris fin/);
    const now = await agent.get(`/gestion/comptes/${person.id}`);
    assert.match(now.texts('.identity').join(), /Second facteur\s*Aucun/);
    assert.match(now.texts('main').join(), /Second facteur de .* réinitialisé/, 'the history says it');
    assert.equal(await liveOf(person), 0);
    // The password is enough, until they add another.
    const own = stage.newAgent();
    assert.equal((await stage.passwordOf(own, person)).heading, 'Mes informations');
  });

  test('who one is is asked where it was not shown lately, and the reason is kept meanwhile', async () => {
    const { agent, person: admin } = await administrator();
    const person = await withFactors();
    await stage.forget(admin);
    const page = await agent.get(at(person));
    const asked = await agent.follow(await agent.submit(page, 'Confirmer', { motif: 'Téléphone perdu' }));
    assert.equal(asked.heading, 'Confirmez votre identité');
    assert.equal(await liveOf(person), 1);
    const again = await agent.follow(await agent.submit(asked, 'Continuer', { password: PASSWORD }));
    assert.equal(again.$('[name=motif]').val(), 'Téléphone perdu');
    await agent.submit(again, 'Confirmer');
    assert.equal(await liveOf(person), 0);
  });

  test('P1, P5, P9: refused where the page is, and where it is sent all the same', async () => {
    const { agent, person: admin } = await administrator();
    await createFactors(stage.db, admin);
    const elsewhere = await stage.newPerson({ organism: 'CAF-701' });
    const beyond = await withFactors();
    await grant(stage.db, beyond, 'administrateur-local', { organism: 'CAF-701' });
    const beside = await withFactors();
    await grant(stage.db, beside, 'administrateur-local', { organism: 'CAF-391' });
    const _csrf = await agent.token();
    for (const [person, sentence] of [
      [admin, /Votre propre second facteur se change dans « Ma sécurité »/],
      [beyond, /dépassent les vôtres/],
      [beside, /seule l’Ucanss réinitialise/],
    ] as const) {
      const page = await agent.get(at(person));
      assert.match(page.texts('main').join(), sentence);
      assert.equal(page.$('[name=motif]').length, 0, 'there is nothing to confirm');
      const shown = await agent.get(`/gestion/comptes/${person.id}`);
      assert.doesNotMatch(shown.texts('.identity').join(), new RegExp(LABEL));
      const sent = await agent.post(at(person), { _csrf, motif: 'Motif', organisme: 'CAF-391' });
      assert.match((await agent.follow(sent)).notices.join(), sentence);
      assert.equal(await liveOf(person), 1);
    }
    assert.equal((await agent.get(at(elsewhere))).status, 404);
    const outside = await agent.post(at(elsewhere), { _csrf, motif: 'Motif', organisme: 'CAF-391' });
    assert.equal(outside.status, 404);
  });

  test('one that waits is in « Actes prévus »: Ucanss gives it up from there, nobody else does', async () => {
    const ucanss = await administrator('administrateur-ucanss');
    const local = await administrator();
    const person = await withFactors();
    await grant(stage.db, person, 'administrateur-local', { organism: 'CAF-391' });
    const form = await ucanss.agent.get(at(person));
    await ucanss.agent.submit(form, 'Confirmer', { motif: 'Téléphone perdu' });
    const rowIn = async (agent: Agent, query = '') =>
      (await agent.get(`/gestion/actes-prevus${query}`)).$(`tbody tr:contains(${person.last_name})`);
    const seen = await rowIn(local.agent);
    assert.match(seen.text(), /Réinitialisation du second facteur.*sauf si la personne s’y oppose/s);
    assert.match(seen.text(), /L’Ucanss l’abandonne, ou la personne l’arrête/);
    assert.equal(seen.find('form').length, 0);
    assert.equal(
      (await rowIn(ucanss.agent, '?perimetre=CAF-701')).length,
      0,
      'in the organism of the person',
    );
    const all = await ucanss.agent.get('/gestion/actes-prevus?perimetre=tous');
    const label = `Abandonner Réinitialisation du second facteur de Camille ${person.last_name}`;
    const asked = await ucanss.agent.submit(all, label);
    assert.match(asked.heading, /^Abandonner la réinitialisation du second facteur/);
    await ucanss.agent.submit(asked, 'Confirmer');
    assert.equal((await rowIn(ucanss.agent, '?perimetre=tous')).length, 0);
    assert.equal(await liveOf(person), 1);
  });

  test('of who administers, by Ucanss: it waits a day, and the page says so to the next, who gives it up', async () => {
    const { agent, person: ucanss } = await administrator('administrateur-ucanss');
    const person = await withFactors();
    await grant(stage.db, person, 'administrateur-local', { organism: 'CAF-391' });
    const page = await agent.get(at(person));
    assert.match(page.texts('main').join(), /dans 24 heures, le .*, sauf si la personne s’y oppose/);
    const planned = await agent.follow(await agent.submit(page, 'Confirmer', { motif: 'Téléphone perdu' }));
    assert.match(planned.notices.join(), /sera réinitialisé le/);
    assert.equal(await liveOf(person), 1);
    const shown = await agent.get(`/gestion/comptes/${person.id}?perimetre=tous`);
    assert.match(
      shown.texts('.identity').join(),
      new RegExp(`demandée le .* par Camille ${ucanss.last_name}, prévue le`),
    );
    const giveUp = await agent.submit(shown, `Abandonner la réinitialisation de Camille ${person.last_name}`);
    assert.match(giveUp.heading, /^Abandonner la réinitialisation/, 'in the place of asking it again');
    const again = await agent.get(at(person));
    assert.match(again.texts('main').join(), /attend déjà/);
    assert.equal(again.$('[name=motif]').length, 0);
    const href = again.$('a:contains("Abandonner celle qui attend")').attr('href') ?? '';
    const giving = await agent.get(href);
    assert.match(giving.texts('main').join(), /Téléphone perdu/);
    const after = await agent.follow(await agent.submit(giving, 'Confirmer'));
    assert.match(after.notices.join(), /est abandonnée/);
    assert.match((await agent.get(href)).texts('main').join(), /Aucune réinitialisation/);
  });

  test('whose second factor is to be reset is told on every page, until they stop it', async () => {
    const { agent: ucanss } = await administrator('administrateur-ucanss');
    const { person, agent } = await administrator();
    await createFactors(stage.db, person);
    const told = async () => (await agent.get('/gestion/actes-prevus')).notices.join();
    assert.doesNotMatch(await told(), /réinitialisé/);
    await ucanss.submit(await ucanss.get(at(person)), 'Confirmer', { motif: 'Téléphone perdu' });
    assert.match(await told(), /sera réinitialisé le .* arrêtez cette réinitialisation/);
    const row = (await agent.get('/gestion/actes-prevus')).$(`tbody tr:contains(${person.last_name})`);
    assert.match(row.text(), /Pour l’arrêter\s: «\sMa sécurité\s»/);
    const own = await agent.get('/mes-informations/securite');
    assert.doesNotMatch(own.notices.join(), /arrêtez cette/, 'where it is stopped, it is told once');
    const stopped = await agent.follow(await agent.submit(own, 'Arrêter la réinitialisation'));
    assert.match(stopped.notices.join(), /ne sera pas réinitialisé/);
    assert.doesNotMatch(await told(), /sera réinitialisé/);
  });

  test('« Ce n’est pas moi »: looking changes nothing, confirming once does; nobody needs to be signed in', async () => {
    const { agent } = await administrator();
    const person = await withFactors();
    await agent.submit(await agent.get(at(person)), 'Confirmer', { motif: 'Téléphone perdu' });
    const link = await linkOf(person);
    const visitor = stage.newAgent();
    const page = await visitor.get(link);
    assert.equal(page.heading, 'Ce n’est pas moi');
    assert.match(page.texts('main').join(), /de nouveau celui d’avant/);
    await visitor.get(link);
    assert.equal(await liveOf(person), 0);
    const done = await visitor.follow(await visitor.submit(page, 'Confirmer'));
    assert.equal(done.heading, 'Second facteur rétabli');
    assert.equal(await liveOf(person), 1);
    const twice = await visitor.submit(page, 'Confirmer');
    assert.ok([303, 404].includes(twice.status));
    assert.equal((await visitor.get(link)).status, 404);
    const [told] = await stage
      .db('messages')
      .where({ template: 'unusual-act', recipient: (await accountOf(stage.db, 'national@ucanss.fr')).email });
    assert.equal(told.data.cause, 'factor_restored');
  });

  test('« Annuler » changes nothing, and the link still serves; signed in as somebody else, the page says so', async () => {
    const { agent } = await administrator();
    const person = await withFactors();
    await agent.submit(await agent.get(at(person)), 'Confirmer', { motif: 'Téléphone perdu' });
    const link = await linkOf(person);
    const page = await agent.get(link);
    assert.match(page.notices.join(), /ce lien est celui de/);
    const left = await agent.follow(await agent.submit(page, 'Annuler'));
    assert.equal(left.heading, 'Rien n’est changé');
    assert.equal(await liveOf(person), 0);
    assert.equal((await agent.get(link)).status, 200);
  });
});
