import type { Database } from '../src/database/knex.ts';
import { dayInParis } from '../src/domain/calendar.ts';
import { findSession } from '../src/repositories/actors.ts';
import { type RequestFilter, type RequestSort, requestList } from '../src/repositories/lists/requests.ts';
import { createSnapshot } from '../src/repositories/snapshot.ts';
import { type BenchLine, type Measured, slowestOf, type Timed, timeAll } from './line.ts';
import { describePopulation } from './list-population.ts';

const PENDING = 20_000;
const RUNS = 9;
const GOAL = 5;
/** A search has 5 ms among 5,000 people and 30 among 50,000. */
const SEARCH_GOAL = 12;
const REASON = 'Mesure';
const SORTS: RequestSort[] = ['date', 'nom', 'prenom', 'email', 'fonction', 'role'];
const TODAY = dayInParis(new Date());

/** « Demandes d'habilitations : En cours » with 20,000 pending requests in one organism: list, search, badge. */
export async function benchRequests({ db, pages }: Measured): Promise<BenchLine[]> {
  const { largest, searches } = await describePopulation(db);
  try {
    await addPending(db, largest.id);
    const list = requestList(pages, createSnapshot(pages));
    const page = (name: string, more: Partial<RequestFilter>, number = 1): Timed => ({
      name,
      run: () => list.page(filterOf(largest.id, more), { page: number, size: 10, today: TODAY }),
    });
    const sorts = SORTS.flatMap((sort) =>
      (['asc', 'desc'] as const).map((direction) => page(`${sort} ${direction}`, { sort, direction })),
    );
    const words = [...searches].map(([name, text]) => page(`${name} « ${text} »`, { words: text }));
    const administrator = await administratorOf(db, largest.id);
    await db('sessions').insert({
      ...{ sid: REASON, sess: { passport: { user: administrator } } },
      expire: new Date(Date.now() + 3_600_000),
    });
    const badge = { name: 'badge', run: () => findSession(pages, REASON, TODAY) };
    return [
      lineOf('each sort, both ways, page of 10', await timeAll(sorts, RUNS)),
      lineOf('page 500', await timeAll([page('page 500', {}, 500)], RUNS)),
      lineOf('searches of 1 to 20 letters, none, several', await timeAll(words, RUNS), SEARCH_GOAL),
      lineOf('the person of each request, with the badge', await timeAll([badge], RUNS)),
    ];
  } finally {
    await db('sessions').where({ sid: REASON }).delete();
    await db('requests').where({ reason: REASON }).delete();
    await db.raw('VACUUM (ANALYZE) requests');
  }
}

const filterOf = (organismId: number, more: Partial<RequestFilter>): RequestFilter => ({
  ...{ status: 'pending', organismId, words: '', sort: 'date', direction: 'desc' },
  ...more,
});

// People of every organism lend their names: one request each, as strangers ask for an account.
async function addPending(db: Database, organismId: number): Promise<void> {
  await db.raw(
    `INSERT INTO requests (kind, status, organism_id, last_name, first_name, email, function_title, reason,
       created_at, submitted_at)
     SELECT 'account', 'pending', ?, last_name, first_name, 'demande.' || email, function_title, ?, at, at
     FROM (SELECT *, now() - id * interval '1 minute' AS at FROM accounts ORDER BY id LIMIT ?) AS person`,
    [organismId, REASON, PENDING],
  );
  await db.raw('VACUUM (ANALYZE) requests');
}

async function administratorOf(db: Database, organismId: number): Promise<number> {
  const found = await db('assignments')
    .first('account_id')
    .where({ organism_id: organismId, role_kind: 'local_administrator' })
    .whereNull('ended_at');
  return found.account_id;
}

function lineOf(what: string, times: Map<string, number[]>, goal = GOAL): BenchLine {
  return slowestOf(`20,000 pending requests in one organism: ${what}`, times, goal);
}
