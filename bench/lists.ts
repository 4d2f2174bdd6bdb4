import type { Database } from '../src/database/knex.ts';
import {
  type EntitlementFilter,
  type EntitlementList,
  entitlementList,
} from '../src/repositories/lists/entitlements.ts';
import { createSnapshot } from '../src/repositories/snapshot.ts';
import {
  type BenchLine,
  inMilliseconds,
  type Measured,
  median,
  slowestOf,
  type Timed,
  timeAll,
} from './line.ts';
import { describePopulation } from './list-population.ts';
import { naivePage } from './naive-list.ts';

const RUNS = 15;
/** The naive reading of every organism takes seconds: fewer runs tell enough. */
const NAIVE_RUNS = 3;
const SORTS = ['nom', 'prenom', 'email', 'fonction', 'organisme', 'habilitations'] as const;
const TODAY = new Date().toISOString().slice(0, 10);

interface Scope {
  name: string;
  organismId: number | null;
  /** Milliseconds that a search may take. */
  goal: number;
}

/**
 * Speed of « État des habilitations » beside what it promises: whole calls of its read model, driver
 * and transfer included, beside the join that one would write first, in the same run.
 */
export async function benchLists({ db, pages }: Measured): Promise<BenchLine[]> {
  const population = await describePopulation(db);
  const list = entitlementList(pages, createSnapshot(pages));
  const tenfold = population.accounts > 1_000_000;
  const { id, people } = population.largest;
  const organism = { name: `largest organism (${people} people)`, organismId: id, goal: tenfold ? 30 : 5 };
  const nation = {
    name: `every organism (${population.accounts} accounts)`,
    organismId: null,
    goal: tenfold ? 100 : 15,
  };
  const lines: BenchLine[] = [];
  for (const scope of [organism, nation]) {
    lines.push(
      ...(await benchPages(db, list, scope)),
      ...(await benchSearches(db, list, scope, population.searches)),
    );
  }
  return lines;
}

const filterOf = (scope: Scope, more: Partial<EntitlementFilter> = {}): EntitlementFilter => ({
  organismId: scope.organismId,
  name: '',
  words: '',
  sort: 'nom',
  direction: 'asc',
  ...more,
});

async function benchPages(db: Database, list: EntitlementList, scope: Scope): Promise<BenchLine[]> {
  const page = (name: string, number: number, size: number, more?: Partial<EntitlementFilter>): Timed => ({
    name,
    run: () => list.page(filterOf(scope, more), { page: number, size, today: TODAY }),
  });
  const sorts = SORTS.flatMap((sort) =>
    (['asc', 'desc'] as const).map((direction) =>
      page(`sort ${sort} ${direction}`, 1, 10, { sort, direction }),
    ),
  );
  const times = await timeAll(
    [page('page of 10', 1, 10), page('page of 100', 1, 100), page('page 500', 500, 10), ...sorts],
    RUNS,
  );
  const naive = await timeAll(
    [{ name: 'naive', run: () => naivePage(db, filterOf(scope)) }],
    scope.organismId === null ? NAIVE_RUNS : RUNS,
  );
  const of = (name: string) => median(times.get(name) ?? naive.get(name) ?? []);
  const beside = `goal ≤ ${scope.goal} ms; naive join ${inMilliseconds(of('naive'))}`;
  const single = (name: string): BenchLine => ({
    subject: `${scope.name}: ${name}, with its total`,
    measured: inMilliseconds(of(name)),
    yardstick: beside,
    met: of(name) <= scope.goal,
  });
  const first = of('page of 10');
  return [
    single('page of 10'),
    single('page of 100'),
    worstOf(`${scope.name}: page of 10 sorted on each column, both ways`, sorts, times, scope.goal, beside),
    {
      subject: `${scope.name}: page 500`,
      measured: `${inMilliseconds(of('page 500'))}, ${(of('page 500') / first).toFixed(2)} × page 1`,
      yardstick: `goal ≤ 2 × page 1 (${inMilliseconds(first)})`,
      met: of('page 500') <= 2 * first,
    },
  ];
}

async function benchSearches(
  db: Database,
  list: EntitlementList,
  scope: Scope,
  searches: Map<string, string>,
): Promise<BenchLine[]> {
  const search = (name: string, words: string, more: Partial<EntitlementFilter> = {}): Timed => ({
    name: `${name} « ${words} »`,
    run: () => list.page(filterOf(scope, { words, ...more }), { page: 1, size: 10, today: TODAY }),
  });
  const byName = [...searches].map(([name, words]) => search(name, words));
  const byOther = [...searches].flatMap(([name, words]) =>
    (['email', 'habilitations'] as const).map((sort) => search(`${name}, by ${sort},`, words, { sort })),
  );
  const times = await timeAll([...byName, ...byOther], RUNS);
  const words = searches.get('6 letters') ?? '';
  const naive = await timeAll(
    [{ name: 'naive', run: () => naivePage(db, filterOf(scope, { words })) }],
    scope.organismId === null ? NAIVE_RUNS : RUNS,
  );
  const beside = `goal ≤ ${scope.goal} ms each; naive join « ${words} » ${inMilliseconds(median(naive.get('naive') ?? []))}`;
  const ofLetters = byName.filter(({ name }) => /^\d+ letters/.test(name));
  const others = byName.filter((timed) => !ofLetters.includes(timed));
  return [
    worstOf(`${scope.name}: searches of one word of 1 to 20 letters`, ofLetters, times, scope.goal, beside),
    ...others.map((timed) =>
      worstOf(`${scope.name}: search, ${timed.name}`, [timed], times, scope.goal, beside),
    ),
    worstOf(
      `${scope.name}: all these searches sorted by e-mail and by number of roles`,
      byOther,
      times,
      scope.goal,
      beside,
    ),
  ];
}

/** Some of the cases that were timed, on one line. */
function worstOf(
  subject: string,
  cases: readonly Timed[],
  times: Map<string, number[]>,
  goal: number,
  yardstick: string,
): BenchLine {
  const own = new Map(cases.map(({ name }) => [name, times.get(name) ?? []]));
  return slowestOf(subject, own, goal, yardstick);
}
