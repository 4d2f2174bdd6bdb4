import { accountEvents } from '../lists/account-events.ts';
import { accounts } from '../lists/accounts.ts';
import { batchLines } from '../lists/batch-lines.ts';
import type { FileReading } from '../lists/declaration.ts';
import { directory } from '../lists/directory.ts';
import { entitlements } from '../lists/entitlements.ts';
import { events } from '../lists/events.ts';
import { type FileList, fileOf } from '../lists/files.ts';
import { nationalRoles } from '../lists/national-roles.ts';
import { nominationLines } from '../lists/nomination-lines.ts';
import { organisms } from '../lists/organisms.ts';
import { acceptedRequests, pendingRequests, refusedRequests } from '../lists/requests.ts';
import { roles } from '../lists/roles.ts';

/** Every list that can leave as a file. */
const LISTS = [
  fileOf(accounts),
  fileOf(entitlements),
  fileOf(pendingRequests),
  fileOf(acceptedRequests),
  fileOf(refusedRequests),
  fileOf(batchLines),
  fileOf(accountEvents),
  fileOf(events),
  fileOf(directory),
  fileOf(organisms),
  fileOf(roles),
  fileOf(nationalRoles),
  fileOf(nominationLines),
] as FileList<unknown>[];

/** A list by its name, and what it is narrowed to: plain data, that goes to another thread. */
export interface ChosenList {
  name: string;
  filter: unknown;
}

/** The tables of a list, in order, and how its rows are counted in words. */
export function tablesOf({ name, filter }: ChosenList, reading: FileReading) {
  const list = LISTS.find((each) => each.name === name);
  if (!list) throw new TypeError(`${name} leaves as no file`);
  return { tables: list.tables(filter, reading), describeCount: list.describeCount };
}
