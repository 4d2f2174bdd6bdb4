import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { Field } from '../domain/changes.ts';
import { NATIONAL } from '../domain/scope.ts';
import { searchable } from '../domain/search.ts';
import { type ApplicationSettings, applicationRepository } from '../repositories/applications.ts';
import { acting } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';
import { type Changing, type Creating, findTaken, judgeChange, lockForChange } from './reference-data.ts';

/** The fields of an application, as the trail names them. */
const FIELDS: readonly Field<ApplicationSettings>[] = [
  { name: 'nom', said: ({ name }) => name },
  { name: 'thème', said: ({ theme }) => theme },
  { name: 'adresse', said: ({ address }) => address ?? '' },
];

/** The applications that roles belong to: reference data, which administrateurs Ucanss edit (F3). */
export function applicationService({ db, clock }: ServiceContext) {
  const act = (actor: Actor) => acting({ db, clock }, actor, NATIONAL);
  return {
    /** Makes an application without role. Its code is for good: addresses hold it. */
    create: (actor: Actor, application: { code: string } & ApplicationSettings): Promise<Creating> =>
      transaction(act(actor), async (unit): Promise<Creating> => {
        await lockForChange(unit);
        const taken = await findTaken(unit, 'applications', application);
        if (taken) return taken;
        const { code, name, address } = application;
        const id = await applicationRepository(unit.db).add({
          code,
          name,
          theme: await asWritten(unit, application.theme, null),
          address,
        });
        unit.record({ action: 'application.created', details: { code, name } });
        return { kind: 'created', id };
      }),

    /** @throws NotFound for an unknown application. */
    change: (
      actor: Actor,
      { id, version, settings: wanted }: { id: number; version: number; settings: ApplicationSettings },
    ): Promise<Changing> =>
      transaction(act(actor), async (unit): Promise<Changing> => {
        await lockForChange(unit);
        const applications = applicationRepository(unit.db);
        const record = await applications.getEdited(id);
        const { name, address } = wanted;
        const settings = { name, theme: await asWritten(unit, wanted.theme, id), address };
        const change = { record, settings, version, name, fields: FIELDS };
        const judged = await judgeChange<ApplicationSettings>(unit, 'applications', change);
        if (judged.kind !== 'write') return judged;
        await applications.change(id, settings, { at: unit.now, by: actor.id });
        unit.record({
          action: 'application.updated',
          details: { code: record.code, changes: judged.changes },
        });
        return { kind: 'changed' };
      }),
  };
}

/** A theme as another application already writes it, accents and case aside: the catalogue then shows one (F3). */
async function asWritten({ db }: UnitOfWork, theme: string, exceptId: number | null): Promise<string> {
  const themes = await applicationRepository(db).themes(exceptId);
  return themes.find((known) => searchable(known) === searchable(theme)) ?? theme;
}
