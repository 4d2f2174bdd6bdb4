import { type AccountFilter, type AccountOrder, accountList } from '../src/repositories/lists/accounts.ts';
import { createSnapshot, type Snapshot } from '../src/repositories/snapshot.ts';
import { type BenchLine, type Measured, slowestOf, type Timed, timeAll } from './line.ts';
import { describePopulation } from './list-population.ts';

const RUNS = 7;
const TODAY = new Date().toISOString().slice(0, 10);

type Criteria = AccountFilter & AccountOrder;

/**
 * « Gestion des comptes »: every combination of its filters (R27-R36), in the largest organism, over every organism,
 * and outside mine. Whole calls of the read model, driver and transfer included.
 */
export async function benchAccountLists({ db, pages }: Measured): Promise<BenchLine[]> {
  const population = await describePopulation(db);
  const tenfold = population.accounts > 1_000_000;
  const snapshot = await createSnapshot(db).current();
  const list = accountList(pages);
  const reading = { page: 1, size: 10, today: TODAY, snapshot };
  const timed = (organismId: number | null) =>
    combinations(organismId, snapshot).map((filter) => ({
      name: nameOf(filter, snapshot),
      run: () => list.page(filter, reading),
    }));
  const { people, id } = population.largest;
  const outside = combinations(id, snapshot)
    .filter(({ role, lastName }) => role === null && lastName !== '')
    .map((filter) => ({
      name: nameOf(filter, snapshot),
      run: () => list.outside({ ...filter, organismId: id }, TODAY),
    }));
  return [
    await lineOf(`largest organism (${people} people)`, timed(id), tenfold ? 30 : 5),
    await lineOf(`every organism (${population.accounts} accounts)`, timed(null), tenfold ? 100 : 15),
    await lineOf('people of other organisms, by name', outside, tenfold ? 100 : 15),
  ];
}

async function lineOf(where: string, cases: readonly Timed[], goal: number): Promise<BenchLine> {
  const subject = `« Gestion des comptes », ${where}: every combination of filters`;
  return slowestOf(subject, await timeAll(cases, RUNS), goal);
}

/** Each value of each filter with each value of the others. */
function combinations(organismId: number | null, snapshot: Snapshot): Criteria[] {
  const code = (wanted: string) => [...snapshot.roles.values()].find((role) => role.code === wanted)?.id ?? 0;
  const frequent = code('energie-lecteur');
  const roles = [null, ...[true, false].map((held) => ({ id: frequent, held }))];
  const both = [true, false];
  return ['', 'du'].flatMap((lastName) =>
    ['', 'ma'].flatMap((firstName) =>
      ['', 'kevin', 'b'].flatMap((words) =>
        roles.flatMap((role) =>
          both.flatMap((active) =>
            both.flatMap((executives) =>
              (['nom', 'email'] as const).map((sort) => ({
                ...{ organismId, lastName, firstName, words, role, active, executives, sort },
                direction: 'asc' as const,
              })),
            ),
          ),
        ),
      ),
    ),
  );
}

function nameOf(filter: Criteria, snapshot: Snapshot): string {
  const { lastName, firstName, words, role, active, executives, sort } = filter;
  const held = role && `${role.held ? 'with' : 'without'} ${snapshot.roles.get(role.id)?.label}`;
  return [
    ...[lastName && `nom ${lastName}`, firstName && `prénom ${firstName}`, words && `« ${words} »`, held],
    ...[active ? 'actif' : 'inactif', executives ? '' : 'sans ADD', `by ${sort}`],
  ]
    .filter(Boolean)
    .join(', ');
}
