import type { Database } from '../src/database/knex.ts';
import { actionsOf } from '../src/domain/event-genre.ts';
import { searchWords } from '../src/domain/search.ts';
import { type EventFilter, eventList } from '../src/repositories/lists/events.ts';
import { peopleNamed } from '../src/repositories/lists/named-people.ts';
import { type BenchLine, type Measured, slowestOf, type Timed, timeAll } from './line.ts';
import { describePopulation } from './list-population.ts';

const RUNS = 3;
const GOAL = 50;
const SIZE = 25;

interface Named<T> {
  name: string;
  value: T;
}

/**
 * « Journal »: the first page of every combination of its filters, people found by name included, beside the
 * goal of 50 ms. Whole calls of the read model, driver and transfer included.
 */
export async function benchJournal({ db, pages }: Measured): Promise<BenchLine[]> {
  const { largest, searches } = await describePopulation(db);
  const list = eventList(pages);
  const named = async (text: string, organismId: number | null) => {
    const words = searchWords(text);
    return words.length === 0 ? null : (await peopleNamed(pages, words, { organismId })).ids;
  };
  const first = async (
    person: string,
    actor: string,
    rest: Omit<EventFilter, 'subjectIds' | 'actorIds' | 'direction'>,
  ) => {
    const [subjectIds, actorIds] = await Promise.all([
      named(person, rest.organismId),
      named(actor, rest.organismId),
    ]);
    const folded = subjectIds === null;
    return list.page({ subjectIds, actorIds, folded, direction: 'desc', ...rest }, { page: 1, size: SIZE });
  };
  const { people, administrators } = await namesOf(db, largest.id, searches);
  const { acts, organisms, periods } = await valuesOf(db, largest.id);
  const cases = people.flatMap((person) =>
    administrators.flatMap((actor) =>
      acts.flatMap((act) =>
        organisms.flatMap((organism) =>
          periods.map(
            (period): Timed => ({
              name: [person, actor, act, organism, period]
                .map(({ name }) => name)
                .filter(Boolean)
                .join(', '),
              run: () =>
                first(person.value, actor.value, {
                  named: null,
                  organismId: organism.value,
                  actions: act.value,
                  ...period.value,
                }),
            }),
          ),
        ),
      ),
    ),
  );
  const { rows } = await db.raw('SELECT last_id FROM audit_head');
  const events = Number(rows[0].last_id).toLocaleString('en');
  const subject = `« Journal » of ${events} events: first page of each of ${cases.length} combinations of filters`;
  return [slowestOf(subject, await timeAll(cases, RUNS), GOAL)];
}

/** Whom an event may be about, and by whom: nobody in particular, one person, many of one name, nobody at all. */
async function namesOf(db: Database, organismId: number, searches: Map<string, string>) {
  const { rows } = await db.raw(
    `SELECT last_name || ' ' || first_name AS name FROM assignments JOIN accounts ON accounts.id = account_id
     WHERE assignments.organism_id = ? AND role_kind = 'local_administrator' AND ended_at IS NULL ORDER BY 1 LIMIT 1`,
    [organismId],
  );
  const anyone = { name: '', value: '' };
  const of = (kind: string, texts: string[]): Named<string>[] =>
    texts.map((value) => ({ name: `${kind} « ${value} »`, value }));
  const frequent = searches.get('1 letters') ?? '';
  return {
    people: [anyone, ...of('about', [searches.get('20 letters') ?? '', 'dupont', frequent, 'xqzwkj'])],
    administrators: [anyone, ...of('by', [rows[0].name, 'martin', frequent])],
  };
}

async function valuesOf(db: Database, largest: number) {
  const { rows: acts } = await db.raw(
    'SELECT action, count(*) AS events FROM audit_events GROUP BY action ORDER BY 2',
  );
  const { rows: smallest } = await db.raw(
    'SELECT organism_id AS id FROM accounts GROUP BY organism_id HAVING count(*) > 20 ORDER BY count(*) LIMIT 1',
  );
  const { rows: days } = await db.raw(
    `SELECT to_char(max(occurred_at) - interval '100 days', 'YYYY-MM-DD') AS day,
       to_char(max(occurred_at) - interval '130 days', 'YYYY-MM-DD') AS month,
       to_char(min(occurred_at) + interval '20 days', 'YYYY-MM-DD') AS early FROM audit_events`,
  );
  const { day, month, early } = days[0];
  const chosen = [acts.at(-1), acts[acts.length >> 1], acts[0]].map(({ action }) => action as string);
  const any = { from: null as string | null, to: null as string | null };
  return {
    acts: [
      { name: '', value: [] as string[] },
      { name: 'what people did', value: actionsOf('acts') as string[] },
      { name: 'sign-ins', value: actionsOf('sign_ins') as string[] },
      ...[...chosen, 'sign_in.limited'].map((action) => ({ name: action, value: [action] })),
    ],
    organisms: [
      { name: '', value: null as number | null },
      { name: 'largest organism', value: largest },
      { name: 'small organism', value: Number(smallest[0].id) },
    ],
    periods: [
      { name: '', value: any },
      { name: `on ${day}`, value: { from: day, to: day } },
      { name: `from ${month} to ${day}`, value: { from: month, to: day } },
      { name: `until ${early}`, value: { from: null, to: early } },
    ],
  };
}
