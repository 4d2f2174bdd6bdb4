import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DEPARTMENTS } from '../../src/domain/departments.ts';
import { NotFound } from '../../src/domain/errors.ts';
import { type RoleSettings, roleRepository } from '../../src/repositories/roles.ts';
import { createStage, type Stage } from './account-stage.ts';

const OPEN: RoleSettings = {
  ...{ label: 'Essai', description: 'Lire', audience: 'Tous', validator: 'ucanss', requestMode: 'online' },
  ...{ procedure: null, defaultDurationDays: null, closed: false },
};

describe('changing the reference data', () => {
  let stage: Stage;
  let actor: Awaited<ReturnType<Stage['national']>>;
  before(async () => {
    stage = await createStage();
    actor = await stage.national();
  });
  after(() => stage.drop());

  const roleOf = async (code: string) => {
    const role = await roleRepository(stage.db).getByCode(code);
    return roleRepository(stage.db).getEdited(role.id);
  };

  test('P3b: of the delegation and the national roles only the words change', async () => {
    for (const code of ['administrateur-local', 'administrateur-ucanss', 'auditeur']) {
      const before = await roleOf(code);
      const settings = { ...OPEN, label: before.label, closed: true, defaultDurationDays: 3 };
      const change = { id: before.id, version: before.version, settings };
      assert.equal((await stage.services.roles.change(actor, change)).kind, 'changed');
      const { editedAt: _at, editedBy: _by, ...stored } = await roleOf(code);
      const { editedAt, editedBy, ...expected } = before;
      assert.deepEqual([editedAt, editedBy], [null, null]);
      assert.deepEqual(stored, { ...expected, description: 'Lire', audience: 'Tous', version: 2 });
    }
  });

  test('P4: the database itself refuses a free role that one asks for', async () => {
    const role = stage.db('roles').where({ code: 'energie-lecteur' });
    await assert.rejects(role.update({ validator: 'free' }), /roles_free_is_not_asked/);
  });

  test('of twenty who make a role of one name at once, one does; of twenty changes, one', async () => {
    const { id: applicationId } = await stage.db('applications').first('id');
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, rank) =>
        stage.services.roles.create(actor, { code: `essai-${rank}`, applicationId, settings: OPEN }),
      ),
    );
    assert.equal(made.filter(({ kind }) => kind === 'created').length, 1);
    const [role] = await stage.db('roles').where({ label: 'Essai' });
    const changes = await Promise.all(
      Array.from({ length: 20 }, (_, rank) =>
        stage.services.roles.change(actor, {
          ...{ id: role.id, version: 1 },
          settings: { ...OPEN, description: `Lire ${rank}` },
        }),
      ),
    );
    assert.equal(changes.filter(({ kind }) => kind === 'changed').length, 1);
    assert.equal(changes.filter(({ kind }) => kind === 'stale').length, 19);
    const events = await stage.db('audit_events').where({ role_id: role.id }).pluck('action');
    assert.deepEqual(events.toSorted(), ['role.created', 'role.updated']);
  });

  test('closing keeps the day it was first closed; opening again forgets it', async () => {
    const closedAt = async () =>
      (await stage.db('roles').first('closed_at').where({ label: 'Essai' })).closed_at;
    const { id } = await stage.db('roles').first('id').where({ label: 'Essai' });
    const save = async (settings: Partial<RoleSettings>) => {
      const role = await roleRepository(stage.db).getEdited(id);
      const change = { id, version: role.version, settings: { ...role, ...settings } };
      assert.equal((await stage.services.roles.change(actor, change)).kind, 'changed');
    };
    await save({ closed: true });
    const first = await closedAt();
    stage.clock.set('2026-11-23T09:00:00.000Z');
    await save({ description: 'Encore' });
    assert.deepEqual(await closedAt(), first);
    await save({ closed: false });
    assert.equal(await closedAt(), null);
  });

  test('what does not exist is not found', async () => {
    const nobody = { id: 999_999, version: 1 };
    await assert.rejects(stage.services.roles.change(actor, { ...nobody, settings: OPEN }), NotFound);
    const settings = { name: 'Nom', theme: 'Thème', address: null };
    await assert.rejects(stage.services.applications.change(actor, { ...nobody, settings }), NotFound);
  });

  test('every organism of the reference data is in a department and a region that the form offers', async () => {
    const rows = await stage.db('organisms').distinct('department AS code', 'region');
    for (const row of rows)
      assert.ok(DEPARTMENTS.some((each) => each.code === row.code && each.region === row.region));
  });
});
