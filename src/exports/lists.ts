import type { Actor } from '../domain/actor.ts';
import type { FileReading } from '../lists/declaration.ts';
import { directory } from '../lists/directory.ts';
import { entitlements } from '../lists/entitlements.ts';
import { type FileList, fileOf, rowsOf } from '../lists/files.ts';
import { nationalRoles } from '../lists/national-roles.ts';
import { organisms } from '../lists/organisms.ts';
import { acceptedRequests, pendingRequests, refusedRequests } from '../lists/requests.ts';
import { roles } from '../lists/roles.ts';
import { BATCH_COLUMNS, batchRow } from '../presenters/batches.ts';
import { EVENT_COLUMNS, eventCells, MOVEMENT_COLUMNS, movementCells } from '../presenters/events.ts';
import { plural } from '../presenters/format.ts';
import type { Batch } from '../repositories/batches.ts';
import { type BatchLineFilter, batchLineList } from '../repositories/lists/batch-lines.ts';
import { type EventFilter, eventList } from '../repositories/lists/events.ts';

const list = <F>(declared: Omit<FileList<F>, 'name'>) => declared;

/** Every list that can leave as a file, by its name. */
const LISTS = {
  entitlements: fileOf(entitlements),
  pendingRequests: fileOf(pendingRequests),
  acceptedRequests: fileOf(acceptedRequests),
  refusedRequests: fileOf(refusedRequests),
  directory: fileOf(directory),
  nationalRoles: fileOf(nationalRoles),
  organisms: fileOf(organisms),
  roles: fileOf(roles),
  batchLines: list<BatchLineFilter & { batch: Batch; actor: Actor }>({
    tables({ batch, actor, ...filter }, { db, ...reading }) {
      const lines = batchLineList(db).stream(filter, reading);
      const rows = rowsOf(lines, (line) => [batchRow(line, batch, actor)]);
      return [{ name: 'Résultat', columns: BATCH_COLUMNS, rows }];
    },
    describeCount: (rows) => plural(rows, 'personne', 'personnes'),
  }),
  movements: list<EventFilter>({
    tables(filter, { db, ...reading }) {
      const rows = rowsOf(eventList(db).stream(filter, reading), (row) => [movementCells(row)]);
      return [{ name: 'Historique', columns: MOVEMENT_COLUMNS, rows }];
    },
    describeCount: (rows) => plural(rows, 'mouvement', 'mouvements'),
  }),
  events: list<EventFilter>({
    tables(filter, { db, ...reading }) {
      const rows = rowsOf(eventList(db).stream(filter, reading), (row) => [eventCells(row)]);
      return [{ name: 'Journal', columns: EVENT_COLUMNS, rows }];
    },
    describeCount: (rows) => plural(rows, 'événement', 'événements'),
  }),
};

/** A list by its name, and what it is narrowed to: plain data, that goes to another thread. */
export interface ChosenList {
  name: string;
  filter: unknown;
}

/** The tables of a list, in order, and how its rows are counted in words. */
export function tablesOf({ name, filter }: ChosenList, reading: FileReading) {
  const { tables, describeCount } = (LISTS as unknown as Record<string, FileList<unknown>>)[
    name
  ] as FileList<unknown>;
  return { tables: tables(filter, reading), describeCount };
}
