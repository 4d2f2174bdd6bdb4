import type { StatementValues } from '../../database/sql.ts';
import { formsOf, hasTrigram, holdsWords, searchWords, shortPieces } from '../../domain/search.ts';
import type { Snapshot } from '../snapshot.ts';
import { holdsWord, keyHolds, type Part } from './words.ts';

/** What narrows a list of people, before its own filters. */
export interface PersonFilter {
  /** null: every organism. */
  organismId: number | null;
  /** « Nom »: words looked for in « NOM Prénom » (R10). */
  name: string;
  /** « Rechercher »: words looked for in every element of the list (R11). */
  words: string;
}

export interface PersonSearch {
  /** True when nothing but the organism narrows the list. */
  everyone: boolean;
  /** True when an index holds those it looks among: people of one organism, or the few who are inactive. */
  amongFew: boolean;
  /**
   * Conditions on accounts, to be joined with AND: the organism's if there is one, then one a word. `indexed` tells
   * which words the GIN indexes are to find; the others are tested on each row, in a form that no index serves.
   */
  conditions(values: StatementValues, indexed?: readonly boolean[]): string[];
}

type Criterion = (indexed: boolean, values: StatementValues) => string;

interface Word {
  text: string;
  /** Roles and organisms whose label contains the word. */
  roleIds: number[];
  organismIds: number[];
}

/**
 * The conditions of « Nom » and « Rechercher » on accounts (R10, R11). Labels of roles and organisms are matched
 * here, in memory; a part of a condition is only written where it can match, because an empty one would keep
 * PostgreSQL from using its indexes.
 */
export function personSearch(filter: PersonFilter, snapshot: Snapshot): PersonSearch {
  const names = searchWords(filter.name);
  const words = searchWords(filter.words)
    .map((text) => toWord(text, filter.organismId, snapshot))
    .filter((word) => !matchesEveryone(word, filter.organismId, snapshot))
    // The words that cost least to test come first: most rows then need no more.
    .sort((one, other) => one.roleIds.length - other.roleIds.length);
  const criteria: Criterion[] = [
    ...names.map(
      (name): Criterion =>
        (indexed, values) =>
          partCondition(name, 'names', indexed, values),
    ),
    ...wordCriteria(words),
  ];
  return {
    everyone: criteria.length === 0,
    amongFew: filter.organismId !== null,
    conditions(values, indexed) {
      const organism = filter.organismId === null ? [] : [`organism_id = ${values.add(filter.organismId)}`];
      const others = criteria.map((condition, index) =>
        indexed?.[index] ? condition(true, values) : inEveryRow(condition(false, values)),
      );
      return [...organism, ...others];
    },
  };
}

function toWord(text: string, organismId: number | null, snapshot: Snapshot): Word {
  const matching = (items: Iterable<{ id: number; key: string }>) =>
    [...items].filter((item) => holdsWords(item.key, [text])).map((item) => item.id);
  const organisms = [...snapshot.organisms.values()].filter(
    (organism) => organismId === null || organism.id === organismId,
  );
  return { text, roleIds: matching(snapshot.roles.values()), organismIds: matching(organisms) };
}

/** A word of the name of the organism shown, or of every organism's, narrows nothing. */
function matchesEveryone(word: Word, organismId: number | null, snapshot: Snapshot): boolean {
  return (
    word.organismIds.length > 0 &&
    (organismId !== null || word.organismIds.length === snapshot.organisms.size)
  );
}

/** No index serves « … IS TRUE »: left to itself, the planner uses one, and often for the worse. */
const inEveryRow = (condition: string) => `(${condition}) IS TRUE`;

// Where one role's label contains every word, as when it was pasted, its holders are told at once.
function wordCriteria(words: Word[]): Criterion[] {
  const [first, ...others] = words;
  const common = first?.roleIds.filter((id) => others.every(({ roleIds }) => roleIds.includes(id))) ?? [];
  if (first === undefined || others.length === 0 || common.length === 0) {
    return words.map((word) => (indexed, values) => wordCondition(word, indexed, values));
  }
  return [
    (indexed, values) => {
      const each = others.map((word) => inEveryRow(wordCondition(word, false, values)));
      const all = [wordCondition(first, indexed, values), ...each].join(' AND ');
      return `(role_ids && ${values.add(common)} OR (${all}))`;
    },
  ];
}

function wordCondition(word: Word, indexed: boolean, values: StatementValues): string {
  const parts = [textCondition(word.text, indexed, values)];
  if (word.roleIds.length > 0) parts.push(`role_ids && ${values.add(word.roleIds)}`);
  if (word.organismIds.length > 0) parts.push(`organism_id = ANY(${values.add(word.organismIds)})`);
  return parts.length === 1 ? parts.join() : `(${parts.join(' OR ')})`;
}

/** « This part of what an account is found by contains the word », for the indexes or to be tested on each row. */
export function partCondition(word: string, part: Part, indexed: boolean, values: StatementValues): string {
  const condition = keyHolds('search_key', word, part, values);
  // What a part contains, the whole contains too: that is what the indexes are built on.
  return indexed ? `${textCondition(word, true, values)} AND ${condition}` : condition;
}

/** « What this account is found by contains the word », for the indexes or to be tested on each row. */
function textCondition(word: string, indexed: boolean, values: StatementValues): string {
  if (!indexed) return holdsWord('search_key', word, values);
  // The indexes are those of account_texts. As an array, what they find may still be joined with OR to other indexes.
  const found = (condition: string) =>
    `accounts.id = ANY (ARRAY(SELECT account_id FROM account_texts WHERE ${condition}))`;
  const contains = () => holdsWord('search_key', word, values);
  const [form = word, ...others] = formsOf(word);
  if (others.length > 0 || hasTrigram(form)) return found(contains());
  const pieces = `short_grams(search_key) @> ${values.add(shortPieces(form))}`;
  return found([...form].length <= 2 ? pieces : `${pieces} AND ${contains()}`);
}
