import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { Field } from '../domain/changes.ts';
import { REQUEST_MODE_NAMES, VALIDATOR_NAMES } from '../domain/role.ts';
import { NATIONAL } from '../domain/scope.ts';
import { type EditedRole, type RoleSettings, roleRepository } from '../repositories/roles.ts';
import { acting } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';
import { type Changing, type Creating, findTaken, judgeChange, lockForChange } from './reference-data.ts';

/** The fields of a role, as the trail names them. */
const FIELDS: readonly Field<RoleSettings>[] = [
  { name: 'libellé', said: ({ label }) => label },
  { name: 'description', said: ({ description }) => description },
  { name: 'public', said: ({ audience }) => audience },
  { name: 'validation', said: ({ validator }) => VALIDATOR_NAMES[validator] },
  { name: 'demande', said: ({ requestMode }) => REQUEST_MODE_NAMES[requestMode] },
  { name: 'procédure', said: ({ procedure }) => procedure ?? '' },
  {
    name: 'durée par défaut',
    said: ({ defaultDurationDays: days }) => (days === null ? '' : `${days} jours`),
  },
  { name: 'état', said: ({ closed }) => (closed ? 'Fermé' : 'Ouvert') },
];

interface NewRole {
  code: string;
  applicationId: number;
  settings: RoleSettings;
}

/** The roles that can be granted: reference data, which administrateurs Ucanss edit. Nothing is ever deleted (P7). */
export function roleService({ db, clock }: ServiceContext) {
  const act = (actor: Actor) => acting({ db, clock }, actor, NATIONAL);
  return {
    /** Makes an ordinary role. Its code is for good: addresses and files hold it. */
    create: (actor: Actor, { code, applicationId, settings }: NewRole): Promise<Creating> =>
      transaction(act(actor), async (unit): Promise<Creating> => {
        await lockForChange(unit);
        const taken = await findTaken(unit, 'roles', { code, name: settings.label });
        if (taken) return taken;
        const id = await roleRepository(unit.db).add({ code, applicationId, at: unit.now, ...settings });
        unit.record({ action: 'role.created', details: { code, label: settings.label }, roleId: id });
        return { kind: 'created', id };
      }),

    /**
     * Changes a role; who has it keeps it, and pending requests follow it.
     * @throws NotFound for an unknown role.
     */
    change: (
      actor: Actor,
      { id, version, settings: wanted }: { id: number; version: number; settings: RoleSettings },
    ): Promise<Changing> =>
      transaction(act(actor), async (unit): Promise<Changing> => {
        await lockForChange(unit);
        const roles = roleRepository(unit.db);
        const record = await roles.getEdited(id);
        const settings = allowed(record, wanted);
        const change = { record, settings, version, name: settings.label, fields: FIELDS };
        const judged = await judgeChange(unit, 'roles', change);
        if (judged.kind !== 'write') return judged;
        await roles.change(id, settings, { at: unit.now, by: actor.id });
        unit.record({
          action: 'role.updated',
          details: { code: record.code, changes: judged.changes },
          roleId: id,
        });
        return { kind: 'changed' };
      }),
  };
}

/** Of « Administrateur local » and the national roles only the words change: how they are given is a rule (P3b). */
function allowed(role: EditedRole, wanted: RoleSettings): RoleSettings {
  if (role.kind === 'ordinary') return wanted;
  const { validator, requestMode, procedure, defaultDurationDays, closed } = role;
  return { ...wanted, validator, requestMode, procedure, defaultDurationDays, closed };
}
