import { openDatabase } from '../src/database/knex.ts';
import { dayInParis } from '../src/domain/calendar.ts';
import { readFound } from '../src/repositories/lists/found.ts';
import { readNationalWaiting, readWaiting } from '../src/repositories/lists/to-do.ts';
import { createSnapshot } from '../src/repositories/snapshot.ts';
import { type BenchLine, type Measured, slowestOf, type Timed, timeAll } from './line.ts';
import { describePopulation } from './list-population.ts';

const RUNS = 9;
const GOAL = { organism: 10, nation: 15 };

/**
 * « Recherche » and « À faire »: all that one page asks of the database, one statement after the other, on a single
 * connection, so that what is told is the sum.
 */
export async function benchSearch({ db, url }: Measured & { url: string }): Promise<BenchLine[]> {
  const population = await describePopulation(db);
  const one = openDatabase(url, { kind: 'commands', connections: 1 });
  try {
    const snapshot = createSnapshot(one);
    const now = new Date();
    const today = dayInParis(now);
    const { id: accountId } = await db('accounts').first('id').where({ email: 'national@ucanss.fr' });
    const { largest, searches, accounts } = population;
    const organism = `largest organism (${largest.people} people)`;
    const nation = `every organism (${accounts} accounts)`;
    const search = (organismId: number | null): Timed[] =>
      [...searches].map(([name, words]) => ({
        name: `${name} « ${words} »`,
        run: () => readFound(one, snapshot, { words, number: null, accountId, within: [organismId] }),
      }));
    const waiting = (organismId: number | null) =>
      readWaiting(one, snapshot, {
        organismId,
        reader: { id: accountId, decides: organismId === null ? 'ucanss' : 'local' },
        today,
      });
    const page = async (name: string, run: () => Promise<unknown>) =>
      slowestOf(`« À faire », ${name}`, await timeAll([{ name: 'page', run }], RUNS), GOAL.nation);
    return [
      slowestOf(
        `« Recherche », ${organism}: 26 searches`,
        await timeAll(search(largest.id), RUNS),
        GOAL.organism,
      ),
      slowestOf(`« Recherche », ${nation}: 26 searches`, await timeAll(search(null), RUNS), GOAL.nation),
      await page(organism, () => waiting(largest.id)),
      await page(nation, async () => [
        await waiting(null),
        await readNationalWaiting(one, { now, today, asksFactors: true }),
      ]),
    ];
  } finally {
    await one.destroy();
  }
}
