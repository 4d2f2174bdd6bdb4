import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createNominationStage, type NominationStage } from './nomination-stage.ts';

const TODAY = '22/11/2026';

describe('R83: a file of nominations is undone', () => {
  let stage: NominationStage;
  before(async () => {
    stage = await createNominationStage();
  });
  after(() => stage.drop());

  async function apply(text: string): Promise<number> {
    const id = await stage.compare(text);
    await stage.services.nominations.apply(stage.actor, id);
    return (await stage.db('nomination_imports').where({ id }).first()).batch_id;
  }
  async function undo(batchId: number): Promise<{ undoId: number; outcomes: Map<string, string> }> {
    const { undoingBatches } = stage.services;
    const { lines } = await undoingBatches.foresee(stage.actor, NATIONAL, batchId);
    const done = await undoingBatches.run(stage.actor, NATIONAL, batchId, { reason: 'Mauvais fichier' });
    assert.ok(done.kind === 'done', JSON.stringify(done));
    return {
      undoId: done.undoId,
      outcomes: new Map(lines.map((line) => [`${line.action} ${line.person?.email}`, line.outcome])),
    };
  }
  const officeOf = async (email: string) => {
    const { is_executive: executive, function_title: title, active } = await stage.person(email);
    return [executive, title, active];
  };

  const administered = (id: number) =>
    stage
      .db('assignments')
      .join('organisms', 'organisms.id', 'assignments.organism_id')
      .where({ account_id: id, ended_at: null })
      .pluck('organisms.code');

  test('functions come back as they were, an account that never served is closed, the same file can be applied again', async () => {
    const { db } = stage;
    const known = await createAccount(db, {
      organism: 'CAF-391',
      function_title: 'Cadre',
      last_name: 'CONNUE',
    });
    const leaving = await createAccount(db, {
      organism: 'CAF-391',
      function_title: 'Directeur',
      is_executive: true,
    });
    const file = [
      `U-1;nomination;${TODAY};Mme;Neuve;Zoé;zoe.neuve@caf39.caf.fr;Directrice;CAF-391`,
      `U-2;nomination;${TODAY};;CONNUE;${known.first_name};${known.email};Sous-directrice;CAF-391`,
      `U-3;fin;${TODAY};;;;${leaving.email};;CAF-391`,
    ].join('\n');
    const batchId = await apply(file);
    assert.deepEqual(await officeOf(leaving.email), [false, 'Directeur', true]);
    const { undoId, outcomes } = await undo(batchId);
    assert.deepEqual(
      [...outcomes].sort(),
      [
        ['account.created zoe.neuve@caf39.caf.fr', 'deactivated'],
        [`account.nominated ${known.email}`, 'office_restored'],
        [`account.office_ended ${leaving.email}`, 'office_restored'],
      ].sort(),
    );
    assert.deepEqual(await officeOf(known.email), [false, 'Cadre', true]);
    assert.deepEqual(await officeOf(leaving.email), [true, 'Directeur', true]);
    assert.equal((await officeOf('zoe.neuve@caf39.caf.fr'))[2], false);
    const unsent = await db('messages').where({ batch_id: batchId, template: 'activation' });
    assert.deepEqual([...new Set(unsent.map(({ status }) => status))], ['withdrawn']);
    const again = await stage.verdicts(file.split('\n').slice(1).join('\n'));
    assert.deepEqual(again, ['update', 'end']);
    const { outcomes: back } = await undo(undoId);
    assert.equal(back.get(`account.office_ended ${known.email}`), 'office_restored');
    assert.deepEqual(await officeOf(known.email), [true, 'Sous-directrice', true]);
  });

  test('who was moved comes back as they were, and what has changed since stays', async () => {
    const { db } = stage;
    const moved = await createAccount(db, { organism: 'CAF-391', last_name: 'MUTEE', is_executive: true });
    const edited = await createAccount(db, { organism: 'CAF-391', last_name: 'CHANGEE' });
    await grant(db, moved, 'administrateur-local', { organism: 'CAF-391' });
    const batchId = await apply(
      [
        `V-1;mutation;${TODAY};;MUTEE;${moved.first_name};${moved.email};Directrice;CAF-701`,
        `V-2;nomination;${TODAY};;CHANGEE;${edited.first_name};${edited.email};Directrice;CAF-391`,
      ].join('\n'),
    );
    const later = await apply(
      `V-3;nomination;${TODAY};;CHANGEE;${edited.first_name};${edited.email};Agente comptable;CAF-391`,
    );
    assert.ok(later > batchId);
    const { undoId, outcomes } = await undo(batchId);
    assert.deepEqual(
      [...outcomes].sort(),
      [
        [`account.attached ${moved.email}`, 'moved_back'],
        [`account.nominated ${edited.email}`, 'changed_since'],
        [`account.nominated ${moved.email}`, 'office_restored'],
        [`delegation.removed ${moved.email}`, 'restored'],
      ].sort(),
    );
    assert.equal((await stage.person(moved.email)).organism_id, moved.organism_id);
    assert.deepEqual(await officeOf(moved.email), [true, 'Gestionnaire', true]);
    assert.deepEqual(await administered(moved.id), ['CAF-391']);
    // Undone in turn, the move is done again, and the delegation ends with it (P6).
    const { outcomes: again } = await undo(undoId);
    assert.equal(again.get(`account.attached ${moved.email}`), 'moved_back');
    assert.notEqual((await stage.person(moved.email)).organism_id, moved.organism_id);
    assert.deepEqual(await administered(moved.id), []);
    assert.deepEqual(await officeOf(edited.email), [true, 'Agente comptable', true]);
  });

  test('who was moved on since, or whose organism is closed by now, stays where they are', async () => {
    const { db } = stage;
    const people: Awaited<ReturnType<typeof createAccount>>[] = [];
    for (const last_name of ['PLUS-LOIN', 'FERMEE'])
      people.push(
        await createAccount(db, { organism: last_name === 'FERMEE' ? 'CAF-251' : 'CAF-391', last_name }),
      );
    const line = (reference: string, person: (typeof people)[number] | undefined, code: string) =>
      `${reference};mutation;${TODAY};;${person?.last_name};${person?.first_name};${person?.email};Directrice;${code}`;
    const batchId = await apply(
      [line('T-1', people[0], 'CAF-701'), line('T-2', people[1], 'CAF-701')].join('\n'),
    );
    await apply(line('T-3', people[0], 'CPAM-391'));
    await db('organisms').where({ code: 'CAF-251' }).update({ closed_at: new Date() });
    const { outcomes } = await undo(batchId);
    await db('organisms').where({ code: 'CAF-251' }).update({ closed_at: null });
    const told = people.map(({ email }) => [
      outcomes.get(`account.attached ${email}`),
      outcomes.get(`account.nominated ${email}`),
    ]);
    assert.deepEqual(told, [
      ['changed_since', 'changed_since'],
      ['attached', 'attached'],
    ]);
  });

  test('acts to come of the file will not be done, and the same file asks for them again', async () => {
    const line = 'Z-1;nomination;01/03/2027;;Avenir;Lou;lou.avenir@caf39.caf.fr;Directrice;CAF-391';
    const batchId = await apply(line);
    const { undoId } = await undo(batchId);
    const acts = await stage.db('planned_acts').whereRaw(`terms ->> 'person' = 'Lou AVENIR'`).pluck('state');
    assert.deepEqual(acts, ['ended']);
    const [batch] = await stage.db('batches').where({ id: undoId });
    assert.deepEqual([batch.changed, batch.skipped], [1, 0]);
    const events = await stage.db('audit_events').where({ batch_id: undoId });
    assert.deepEqual(
      events.map(({ action, details }) => [action, details.cause]),
      [['planned_act.cancelled', 'undone']],
    );
    const told = (await stage.services.undoingBatches.foresee(stage.actor, NATIONAL, batchId)).fault;
    assert.equal(told, 'undone');
    assert.deepEqual(await stage.verdicts(line), ['future']);
  });

  test('who had got their link is told that their access is closed', async () => {
    const line = `X-1;nomination;${TODAY};;Envoye;Ida;ida.envoye@caf39.caf.fr;Directrice;CAF-391`;
    const batchId = await apply(line);
    await stage.db('messages').where({ batch_id: batchId }).update({ status: 'sent', sent_at: new Date() });
    const { undoId } = await undo(batchId);
    const told = await stage.db('messages').where({ batch_id: undoId });
    assert.deepEqual(
      told.map(({ template, recipient, data }) => [template, recipient, data.changes]),
      [['batch-undone', 'ida.envoye@caf39.caf.fr', [{ outcome: 'deactivated', label: 'Espace Organismes' }]]],
    );
  });

  test('not while it is still under way', async () => {
    const batchId = await apply(
      `W-1;nomination;${TODAY};;Encore;Ana;ana.encore@caf39.caf.fr;Directrice;CAF-391`,
    );
    const running = { state: 'applying', applied_at: null };
    await stage.db('nomination_imports').where({ batch_id: batchId }).update(running);
    const { fault } = await stage.services.undoingBatches.foresee(stage.actor, NATIONAL, batchId);
    assert.equal(fault, 'under_way');
  });
});
