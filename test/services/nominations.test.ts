import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createNominationStage, type NominationStage } from './nomination-stage.ts';

const TODAY = '22/11/2026';

describe('R81: files of nominations', () => {
  let stage: NominationStage;
  before(async () => {
    stage = await createNominationStage();
  });
  after(() => stage.drop());

  test('R55: an account that nobody had is made, of an executive, with its activation message', async () => {
    const line = `N-1;nomination;${TODAY};Mme;Dupont;Anne;anne.dupont@caf39.caf.fr;Directrice;CAF-391`;
    assert.deepEqual(await stage.verdicts(line), ['create']);
    assert.deepEqual(await stage.apply(line), ['applied']);
    const person = await stage.person('anne.dupont@caf39.caf.fr');
    assert.deepEqual(
      [person.last_name, person.civility, person.is_executive, person.active, person.function_title],
      ['DUPONT', 'Mme', true, true, 'Directrice'],
    );
    const messages = await stage.db('messages').where({ account_id: person.id });
    assert.deepEqual(
      messages.map(({ template, recipient }) => [template, recipient]),
      [['activation', 'anne.dupont@caf39.caf.fr']],
    );
    assert.deepEqual(await stage.eventsOf('anne.dupont@caf39.caf.fr'), ['account.created']);
    // The same file again changes nothing.
    assert.deepEqual(await stage.verdicts(line), ['done']);
    await assert.rejects(stage.apply(line), /aucune ligne à appliquer/);
  });

  test('somebody who has an account becomes an executive, with their new function; rights stay', async () => {
    const line = `N-2;nomination;${TODAY};M.;MANTEL;Thomas;tmantel@caf39.caf.fr;Directeur adjoint;CAF-391`;
    assert.deepEqual(await stage.verdicts(line), ['update']);
    assert.deepEqual(await stage.apply(line), ['applied']);
    const person = await stage.person('tmantel@caf39.caf.fr');
    assert.deepEqual([person.is_executive, person.function_title], [true, 'Directeur adjoint']);
    assert.equal(person.role_count, 1);
    assert.deepEqual(await stage.eventsOf('tmantel@caf39.caf.fr'), ['account.nominated']);
    // Another act that changes nothing is done already.
    assert.deepEqual(await stage.verdicts(line.replace('N-2', 'N-2b')), ['done']);
  });

  test('R62, P6: a move changes organism and function, keeps rights, ends the delegation of the organism left', async () => {
    const { db } = stage;
    const person = await createAccount(db, { organism: 'CPAM-391', last_name: 'MUTÉ', is_executive: true });
    await grant(db, person, 'energie-lecteur');
    await grant(db, person, 'administrateur-local', { organism: 'CPAM-391' });
    await grant(db, person, 'administrateur-local', { organism: 'CAF-251' });
    const line = `M-1;mutation;${TODAY};;MUTÉ;Camille;${person.email};Directeur;CAF-701`;
    assert.deepEqual(await stage.verdicts(line), ['attach']);
    assert.deepEqual(await stage.apply(line), ['applied']);
    const moved = await db('accounts')
      .join('organisms', 'organisms.id', 'organism_id')
      .where({ 'accounts.id': person.id })
      .first('code', 'function_title', 'is_executive');
    assert.deepEqual(moved, { code: 'CAF-701', function_title: 'Directeur', is_executive: true });
    const held = await db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .leftJoin('organisms', 'organisms.id', 'assignments.organism_id')
      .where({ account_id: person.id })
      .whereNull('ended_at')
      .orderBy('roles.code')
      .select({ role: 'roles.code', of: 'organisms.code' });
    assert.deepEqual(held, [
      { role: 'administrateur-local', of: 'CAF-251' },
      { role: 'energie-lecteur', of: null },
    ]);
    assert.deepEqual(await stage.eventsOf(person.email), [
      'account.attached',
      'account.left',
      'delegation.removed',
      'account.nominated',
    ]);
  });

  test('P2: a move that leaves an organism without administrator says so on its line, and is done', async () => {
    const line = `M-2;mutation;${TODAY};;UNIQUE;Céline;admin.cpam39@assurance-maladie.fr;Directrice;CPAM-251`;
    const id = await stage.compare(line.replace('CPAM-251', 'CAF-251'));
    const [found] = await stage.stored(id);
    assert.match(found.remark, /CPAM du Jura n’aura plus d’administrateur local/);
    const { warnings } = await stage.services.nominations.foresee(stage.actor, id);
    assert.equal(warnings, 1);
  });

  test('the end of a function ends it, tells the administrators, and deactivates nobody', async () => {
    const { db } = stage;
    await db('messages').delete();
    const line = `F-1;fin;${TODAY};;DIRECTRICE;Odile;directrice@caf39.caf.fr;;CAF-391`;
    assert.deepEqual(await stage.verdicts(line), ['end']);
    assert.deepEqual(await stage.apply(line), ['applied']);
    const person = await stage.person('directrice@caf39.caf.fr');
    assert.deepEqual([person.is_executive, person.active], [false, true]);
    assert.deepEqual(await db('messages').orderBy('recipient').pluck('recipient'), [
      'suppleante@caf39.caf.fr',
      'wtestportail@test.fr',
    ]);
    assert.deepEqual(await db('messages').distinct('template').pluck('template'), ['office-ended']);
  });

  test('a later act finds the person by the reference of one that was done', async () => {
    const made = `N-3;nomination;${TODAY};;Martin;Léo;leo.martin@caf39.caf.fr;Directeur;CAF-391`;
    await stage.apply(made);
    assert.deepEqual(await stage.apply(`N-3;fin;${TODAY};;;;;;`), ['applied']);
    assert.equal((await stage.person('leo.martin@caf39.caf.fr')).is_executive, false);
  });

  test('an act to come waits for its day; a corrected line takes its place; the same one changes nothing', async () => {
    const { db, clock, services } = stage;
    const line = 'V-1;nomination;01/12/2026;;Venir;Zoé;zoe.venir@caf39.caf.fr;Directrice;CAF-391';
    assert.deepEqual(await stage.verdicts(line), ['future']);
    assert.deepEqual(await stage.apply(line), ['planned']);
    assert.equal(await stage.person('zoe.venir@caf39.caf.fr'), undefined);
    assert.deepEqual(await stage.verdicts(line), ['done']);
    assert.deepEqual(await stage.apply(line.replace('Directrice', 'Sous-directrice')), ['planned']);
    const of = (reference: string) =>
      db('nomination_lines')
        .where({ reference })
        .whereNot({ state: 'compared' })
        .orderBy('id')
        .pluck('state');
    assert.deepEqual(await of('V-1'), ['replaced', 'planned']);
    await services.planning.runDue();
    assert.deepEqual(await of('V-1'), ['replaced', 'planned']);
    clock.set('2026-12-01T09:00:00Z');
    await services.planning.runDue();
    await services.planning.runDue();
    clock.set('2026-11-22T09:00:00Z');
    const person = await stage.person('zoe.venir@caf39.caf.fr');
    assert.deepEqual([person.function_title, person.is_executive], ['Sous-directrice', true]);
    assert.deepEqual(await of('V-1'), ['replaced', 'applied']);
  });

  test('P10: an act to come is judged anew on its day, and left where it cannot be done', async () => {
    const { db, clock, services } = stage;
    await stage.apply('V-2;nomination;01/12/2026;;Fermé;Zoé;zoe.ferme@test.fr;Directrice;CAF-251');
    await db('organisms').where({ code: 'CAF-251' }).update({ closed_at: clock.now() });
    clock.set('2026-12-01T09:00:00Z');
    await services.planning.runDue();
    clock.set('2026-11-22T09:00:00Z');
    await db('organisms').where({ code: 'CAF-251' }).update({ closed_at: null });
    const line = await db('nomination_lines').where({ reference: 'V-2' }).first();
    assert.equal(line.state, 'left');
    assert.match(line.fault, /fermé/);
  });
});

describe('R81: what is in error says why', () => {
  let stage: NominationStage;
  before(async () => {
    stage = await createNominationStage();
    await stage.apply('FAIT;nomination;22/11/2026;;Connue;Ana;ana.connue@caf39.caf.fr;Directrice;CAF-391');
    await stage.db('organisms').where({ code: 'CAF-701' }).update({ closed_at: stage.clock.now() });
  });
  after(() => stage.drop());

  const good = 'R-1;nomination;22/11/2026;Mme;Nouvelle;Ana;ana.nouvelle@caf39.caf.fr;Directrice;CAF-391';
  const faults: Record<string, [line: string, sentence: RegExp]> = {
    'a day that does not exist': [good.replace('22/11/2026', '31/02/2026'), /date_effet.*date qui existe/],
    'no day': [good.replace('22/11/2026', ''), /date_effet.*La date manque/],
    'an act that is unknown': [good.replace('nomination', 'promotion'), /acte.*inconnu/],
    'no reference': [good.replace('R-1', ''), /La référence manque/],
    'a reference that Excel has rounded': [good.replace('R-1', '1,23E+13'), /qu’Excel a arrondi/],
    'no last name': [good.replace('Nouvelle;', ';'), /Le nom manque/],
    'no first name': [good.replace(';Ana;', ';;'), /Le prénom manque/],
    'a formula': [good.replace('ana.nouvelle@caf39.caf.fr', '=1+1'), /une formule ne se lit pas/],
    'no address': [good.replace('ana.nouvelle@caf39.caf.fr', ''), /L’email manque/],
    'a civility that is unknown': [good.replace('Mme', 'Dr'), /civilite/],
    'an organism that is unknown': [good.replace('CAF-391', 'CAF-999'), /«\u00a0CAF-999\u00a0» est inconnu/],
    'an organism that is closed': [good.replace('CAF-391', 'CAF-701'), /est fermé/],
    'an account that is deactivated': [
      'R-1;nomination;22/11/2026;;PARTI;Paul;parti@caf39.caf.fr;Directeur;CAF-391',
      /désactivé/,
    ],
    'P11: another address of somebody who is known by name': [
      'R-1;nomination;22/11/2026;;Directrice;Odile;odile.directrice@caf39.caf.fr;Directrice;CAF-391',
      /L’adresse ne se change pas par un fichier/,
    ],
    'P11: another address of somebody who is known by reference': [
      'FAIT;mutation;22/11/2026;;Connue;Ana;autre@caf39.caf.fr;Directrice;CAF-251',
      /L’adresse ne se change pas par un fichier/,
    ],
    'an act that was done otherwise': [
      'FAIT;nomination;22/11/2026;;Connue;Ana;ana.connue@caf39.caf.fr;Agente comptable;CAF-391',
      /a déjà pris effet/,
    ],
    'oneself (P1)': [
      'R-1;nomination;22/11/2026;;NATIONAL;Noé;national@ucanss.fr;Directeur;UCANSS',
      /C’est vous-même/,
    ],
    'the end of what nobody has': ['R-1;fin;22/11/2026;;X;Y;inconnue@caf39.caf.fr;;', /Aucun compte/],
    'the end of what is no office': [
      'R-1;fin;22/11/2026;;ADAMA;William;wadama@ucanss.fr;;',
      /n’est pas agent de direction/,
    ],
    'the end of an office elsewhere': [
      'R-1;fin;22/11/2026;;SOMMET;Yves;directeur.ucn@urssaf.fr;;CAF-391',
      /dans un autre organisme/,
    ],
    'a reference of nobody': ['R-9;fin;22/11/2026;;;;;;', /aucun acte fait ne porte cette référence/],
  };
  for (const [name, [line, sentence]] of Object.entries(faults))
    test(name, async () => assert.match(await stage.fault(line), sentence));

  test('two lines of a file for one reference, or one person: neither is done', async () => {
    const other = good.replace('ana.nouvelle', 'lia.autre').replace('Nouvelle', 'Autre');
    assert.deepEqual(await stage.verdicts(`${good}\n${other}`), ['error', 'error']);
    assert.deepEqual(await stage.verdicts(`${good}\n${good.replace('R-1', 'R-2')}`), ['error', 'error']);
    assert.deepEqual(await stage.verdicts(`${good}\n${other.replace('R-1', 'R-2')}`), ['create', 'create']);
  });

  test('a file whose lines are all in error is not applied', async () => {
    await assert.rejects(stage.apply(good.replace('nomination', 'promotion')), /aucune ligne à appliquer/);
  });
});

describe('R81: acts to come stand among those that are planned', () => {
  let stage: NominationStage;
  before(async () => {
    stage = await createNominationStage();
  });
  after(() => stage.drop());

  const line = 'P-1;nomination;01/12/2026;;Venir;Zoé;zoe.venir@caf39.caf.fr;Directrice;CAF-391';
  const planned = () =>
    stage
      .db('planned_acts')
      .where({ kind: 'nomination' })
      .orderBy('id')
      .select('state', 'account_id', 'terms');

  test('each with its day, whom it is about and what it does; one that is corrected gives way', async () => {
    await stage.apply(line);
    await stage.apply(line.replace('Directrice', 'Directrice adjointe'));
    const [first, second] = await planned();
    assert.deepEqual([first.state, second.state], ['ended', 'planned']);
    assert.deepEqual([second.account_id, second.terms.person], [null, 'Zoé VENIR']);
    assert.equal(second.terms.what, 'Nomination, Directrice adjointe');
  });

  test('given up there, it is not done, and another file may ask for it again', async () => {
    const act = await stage.db('planned_acts').where({ kind: 'nomination', state: 'planned' }).first();
    assert.equal(await stage.services.givingUp.cancel(stage.actor, NATIONAL, act.id), null);
    stage.clock.set('2026-12-01T09:00:00Z');
    await stage.services.planning.runDue();
    stage.clock.set('2026-11-22T09:00:00Z');
    assert.equal(await stage.person('zoe.venir@caf39.caf.fr'), undefined);
    assert.deepEqual(await stage.verdicts(line), ['future']);
  });

  test('what cannot be done on its day ends, and says why on the line', async () => {
    await stage.apply('P-2;fin;01/12/2026;;DIRECTRICE;Odile;directrice@caf39.caf.fr;;CAF-391');
    await stage.db('accounts').where({ email: 'directrice@caf39.caf.fr' }).update({ is_executive: false });
    stage.clock.set('2026-12-01T09:00:00Z');
    await stage.services.planning.runDue();
    stage.clock.set('2026-11-22T09:00:00Z');
    const act = (await planned()).at(-1);
    assert.equal(act?.state, 'ended');
    const left = await stage.db('nomination_lines').where({ reference: 'P-2' }).first();
    assert.match(left.fault, /n’est pas agent de direction/);
  });
});
