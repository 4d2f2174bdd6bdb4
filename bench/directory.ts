import { dayInParis } from '../src/domain/calendar.ts';
import {
  type DirectoryFilter,
  type DirectorySort,
  directoryList,
} from '../src/repositories/lists/directory.ts';
import { type BenchLine, type Measured, slowestOf, type Timed, timeAll } from './line.ts';
import { describePopulation } from './list-population.ts';

const RUNS = 9;
const GOAL = 50;
const SORTS: DirectorySort[] = ['a-pourvoir', 'organisme', 'branche', 'departement', 'nom', 'email'];
const TODAY = dayInParis(new Date());
const EVERYTHING: DirectoryFilter = {
  ...{ organismId: null, words: '', branch: '', department: '', having: '' },
  ...{ factor: '', tellsFactors: false },
  ...{ sort: 'organisme', direction: 'asc' },
};

/** « Tous les administrateurs locaux »: a whole page of the directory, its lists of choices included. */
export async function benchDirectory({ db, pages }: Measured): Promise<BenchLine[]> {
  const { searches } = await describePopulation(db);
  const list = directoryList(pages);
  const page = (name: string, more: Partial<DirectoryFilter>, number = 1, size = 10): Timed => ({
    name,
    run: () =>
      Promise.all([
        list.page({ ...EVERYTHING, ...more }, { page: number, size, today: TODAY }),
        list.choices(TODAY),
      ]),
  });
  const { branches, departments, organisms } = await list.choices(TODAY);
  const sorts = SORTS.flatMap((sort) =>
    (['asc', 'desc'] as const).map((direction) => page(`${sort} ${direction}`, { sort, direction })),
  );
  const narrowed = [
    ...branches.map(({ name, label }) => page(label, { branch: name })),
    ...departments.map(({ code }) => page(`département ${code}`, { department: code })),
    page('without administrator', { having: 'none' }),
    page('without a second factor', { factor: 'sans' }),
    page('page of 100', {}, 1, 100),
    page('last page', {}, 50),
  ];
  const searched = [...searches].map(([name, words]) => page(`${name} « ${words} »`, { words }));
  const where = `directory of the administrators of ${organisms} organisms`;
  return [
    slowestOf(`${where}: each sort, both ways`, await timeAll(sorts, RUNS), GOAL),
    slowestOf(`${where}: each branch, each department, pages`, await timeAll(narrowed, RUNS), GOAL),
    slowestOf(`${where}: searches of 1 to 20 letters, none, several`, await timeAll(searched, RUNS), GOAL),
  ];
}
