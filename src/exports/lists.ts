import type { Database } from '../database/knex.ts';
import type { Actor } from '../domain/actor.ts';
import { BATCH_COLUMNS, batchRow } from '../presenters/batches.ts';
import { DIRECTORY_COLUMNS, directoryRow } from '../presenters/delegations.ts';
import { ASSIGNMENT_COLUMNS, assignmentRows, PEOPLE_COLUMNS, peopleRow } from '../presenters/entitlements.ts';
import { EVENT_COLUMNS, eventCells, MOVEMENT_COLUMNS, movementCells } from '../presenters/events.ts';
import { plural } from '../presenters/format.ts';
import { NATIONAL_ROLE_COLUMNS, nationalRoleRow } from '../presenters/national-roles.ts';
import { ORGANISM_COLUMNS, organismCells, ROLE_COLUMNS, roleCells } from '../presenters/reference-data.ts';
import { requestColumns, requestRow } from '../presenters/requests.ts';
import type { Batch } from '../repositories/batches.ts';
import type { LabelSource, Labels } from '../repositories/labels.ts';
import { type BatchLineFilter, batchLineList } from '../repositories/lists/batch-lines.ts';
import { type DirectoryFilter, directoryList } from '../repositories/lists/directory.ts';
import { type EntitlementFilter, entitlementList } from '../repositories/lists/entitlements.ts';
import { type EventFilter, eventList } from '../repositories/lists/events.ts';
import { type NationalRoleFilter, nationalRoleList } from '../repositories/lists/national-roles.ts';
import { type OrganismFilter, organismList } from '../repositories/lists/organisms.ts';
import { type RequestFilter, requestList } from '../repositories/lists/requests.ts';
import { type RoleFilter, roleList } from '../repositories/lists/roles.ts';
import type { ExportFormat } from './file-name.ts';
import type { Batches, Column, Row } from './table.ts';

/** Where and how the rows of a file are read. */
export interface ListReading {
  /** The one transaction in which everything is read. */
  db: Database;
  /** Read in it too. */
  labels: Labels;
  format: ExportFormat;
  signal: AbortSignal;
  /** Rows a batch. */
  batch: number;
  /** The day in Paris, 'YYYY-MM-DD', on which the rights shown hold (P8). */
  today: string;
}

/** A table of a file; its rows are read when they are asked for. */
export interface ListTable {
  /** The name of its sheet. */
  name: string;
  columns: readonly Column[];
  rows: Batches;
}

/** A list that can leave as a file, for a filter `F`: it crosses to the thread that makes files, so it is plain data. */
interface FileList<F> {
  /** The workbook has them all; PDF and CSV have the first. */
  tables(filter: F, reading: ListReading): ListTable[];
  describeCount(rows: number): string;
}

const list = <F>(declared: FileList<F>): FileList<F> => declared;

/** Every list that can leave as a file. */
const LISTS = {
  entitlements: list<EntitlementFilter>({
    tables(filter, { db, labels, format, ...reading }) {
      const people = entitlementList(db, asSource(labels));
      const told = { dated: format === 'pdf' };
      const rows = rowsOf(people.stream(filter, reading), (person) => [peopleRow(person, labels, told)]);
      const rights = rowsOf(people.streamGrants(filter, reading), (person) => assignmentRows(person, labels));
      return [
        { name: 'Personnes', columns: PEOPLE_COLUMNS, rows },
        { name: 'Habilitations', columns: ASSIGNMENT_COLUMNS, rows: rights },
      ];
    },
    describeCount: (rows) => plural(rows, 'personne', 'personnes'),
  }),
  requests: list<RequestFilter>({
    tables(filter, { db, labels, ...reading }) {
      const requests = requestList(db, asSource(labels)).stream(filter, reading);
      const rows = rowsOf(requests, (row) => [requestRow(row, filter.status, labels)]);
      return [{ name: 'Demandes', columns: requestColumns(filter.status), rows }];
    },
    describeCount: (rows) => plural(rows, 'demande', 'demandes'),
  }),
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
  directory: list<DirectoryFilter>({
    tables(filter, { db, ...reading }) {
      const rows = rowsOf(directoryList(db).stream(filter, reading), (row) => [directoryRow(row)]);
      return [{ name: 'Administrateurs locaux', columns: DIRECTORY_COLUMNS, rows }];
    },
    describeCount: (rows) => plural(rows, 'ligne', 'lignes'),
  }),
  organisms: list<OrganismFilter>({
    tables(filter, { db, ...reading }) {
      const rows = rowsOf(organismList(db).stream(filter, reading), (row) => [organismCells(row)]);
      return [{ name: 'Organismes', columns: ORGANISM_COLUMNS, rows }];
    },
    describeCount: (rows) => plural(rows, 'organisme', 'organismes'),
  }),
  roles: list<RoleFilter>({
    tables(filter, { db, ...reading }) {
      const rows = rowsOf(roleList(db).stream(filter, reading), (row) => [roleCells(row)]);
      return [{ name: 'Rôles', columns: ROLE_COLUMNS, rows }];
    },
    describeCount: (rows) => plural(rows, 'ligne', 'lignes'),
  }),
  nationalRoles: list<NationalRoleFilter>({
    tables(filter, { db, ...reading }) {
      const rows = rowsOf(nationalRoleList(db).stream(filter, reading), (row) => [nationalRoleRow(row)]);
      return [{ name: 'Profils nationaux', columns: NATIONAL_ROLE_COLUMNS, rows }];
    },
    describeCount: (rows) => plural(rows, 'profil', 'profils'),
  }),
};

type ListName = keyof typeof LISTS;

/** A list by its name, and what it is narrowed to. */
export type ChosenList = {
  [N in ListName]: { name: N; filter: (typeof LISTS)[N] extends FileList<infer F> ? F : never };
}[ListName];

/** The tables of a list, in order, and how its rows are counted in words. */
export function tablesOf({ name, filter }: ChosenList, reading: ListReading) {
  const { tables, describeCount } = LISTS[name] as FileList<unknown>;
  return { tables: tables(filter, reading), describeCount };
}

/** Labels that stay those of the file, however long it takes. */
const asSource = (labels: Labels): LabelSource => ({ current: async () => labels, forget() {} });

/** Turns batches of records into batches of rows. */
async function* rowsOf<T>(
  batches: AsyncIterable<readonly T[]>,
  toRows: (record: T) => readonly Row[],
): AsyncGenerator<Row[]> {
  for await (const batch of batches) yield batch.flatMap(toRows);
}
