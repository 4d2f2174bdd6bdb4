import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { Field } from '../domain/changes.ts';
import { NATIONAL } from '../domain/scope.ts';
import { type OrganismSettings, organismRepository } from '../repositories/organisms.ts';
import { acting } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';
import { type Changing, type Creating, findTaken, judgeChange, lockForChange } from './reference-data.ts';

/** The fields of an organism, as the trail names them. The region follows from the department. */
const FIELDS: readonly Field<OrganismSettings>[] = [
  { name: 'nom', said: ({ name }) => name },
  { name: 'sigle', said: ({ acronym }) => acronym },
  { name: 'branche', said: ({ branch }) => branch },
  { name: 'département', said: ({ department }) => department },
  { name: 'ville', said: ({ city }) => city },
  { name: 'article', said: ({ article }) => article ?? 'd’après le nom' },
  { name: 'domaine de messagerie', said: ({ mailDomain }) => mailDomain ?? '' },
  { name: 'état', said: ({ closed }) => (closed ? 'Fermé' : 'Ouvert') },
];

/**
 * The organisms: reference data, which administrateurs Ucanss edit. One that is closed keeps its people, but nobody
 * joins it: no request for an account, no new account, no attachment. Nothing is ever deleted (P7).
 */
export function organismService({ db, clock }: ServiceContext) {
  const act = (actor: Actor) => acting({ db, clock }, actor, NATIONAL);
  return {
    /** Makes an organism. Its code is for good: addresses and files hold it. */
    create: (actor: Actor, organism: { code: string } & OrganismSettings): Promise<Creating> =>
      transaction(act(actor), async (unit): Promise<Creating> => {
        await lockForChange(unit);
        const taken = await findTaken(unit, 'organisms', organism);
        if (taken) return taken;
        const { code, name } = organism;
        const id = await organismRepository(unit.db).add({ ...organism, at: unit.now });
        unit.record({ action: 'organism.created', details: { code, name }, organismId: id });
        return { kind: 'created', id };
      }),

    /** @throws NotFound for an unknown organism. */
    change: (
      actor: Actor,
      { id, version, settings }: { id: number; version: number; settings: OrganismSettings },
    ): Promise<Changing> =>
      transaction(act(actor), async (unit): Promise<Changing> => {
        await lockForChange(unit);
        const organisms = organismRepository(unit.db);
        const record = await organisms.getEdited(id);
        const change = { record, settings, version, name: settings.name, fields: FIELDS };
        const judged = await judgeChange<OrganismSettings>(unit, 'organisms', change);
        if (judged.kind !== 'write') return judged;
        await organisms.change(id, settings, { at: unit.now, by: actor.id });
        unit.record({
          action: 'organism.updated',
          details: { code: record.code, changes: judged.changes },
          organismId: id,
        });
        return { kind: 'changed' };
      }),
  };
}
