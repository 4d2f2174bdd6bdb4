import type { Database } from '../../database/knex.ts';
import { type Batch, batchRepository } from '../batches.ts';
import type { SnapshotSource } from '../snapshot.ts';
import type { Counted } from './counted.ts';
import { type FoundPerson, foundPeople } from './found-people.ts';
import { type BriefRequest, readOwnRequestsBriefly } from './my-information.ts';
import { type FoundRequest, requestList } from './requests.ts';

/** Most people, and requests, that a search shows of an organism: its lists have the others. */
const MOST_PEOPLE = 10;
const MOST_REQUESTS = 5;

/** What a search finds beside the reference data and the screens; people and requests by organism. */
export interface Found {
  people: (Counted & { people: FoundPerson[] })[];
  requests: (Counted & { rows: FoundRequest[] })[];
  own: BriefRequest[];
  batches: Batch[];
}

interface Search {
  words: string;
  /** The number of a batch; null where the search is for something else. */
  number: number | null;
  /** Whose search: their own requests are among what it finds. */
  accountId: number;
  /** The organisms whose people they may read (P5); [null] for all. */
  within: readonly (number | null)[];
}

/** The people, requests and batch that a search finds where one may read them, and one's own requests. */
export async function readFound(
  db: Database,
  snapshot: SnapshotSource,
  { words, number, accountId, within }: Search,
): Promise<Found> {
  const current = await snapshot.current();
  const list = requestList(db, snapshot);
  const pending = { status: 'pending', words, sort: 'date', direction: 'asc' } as const;
  const inEach = <T>(read: (organismId: number | null) => Promise<T>) => Promise.all(within.map(read));
  const [people, requests, own, batches] = await Promise.all([
    inEach((organismId) => foundPeople(db, { organismId, words, limit: MOST_PEOPLE }, current)),
    inEach((organismId) => list.found({ ...pending, organismId }, MOST_REQUESTS)),
    readOwnRequestsBriefly(db, accountId),
    number === null ? [] : inEach((organismId) => batchRepository(db).findManaged(number, organismId)),
  ]);
  return { people, requests, own, batches: batches.flatMap((batch) => batch ?? []) };
}
