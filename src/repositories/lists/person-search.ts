import { containing, hasTrigram, searchWords, shortPieces } from '../../domain/search.ts';
import type { Labels } from '../labels.ts';

/** What narrows a list of people, before its own filters. */
export interface PersonFilter {
  /** null: every organism. */
  organismId: number | null;
  /** « Nom »: words looked for in « NOM Prénom » (R10). */
  name: string;
  /** « Rechercher »: words looked for in every element of the list (R11). */
  words: string;
}

/** The values of a statement; add() gives the placeholder that stands for one. */
export class StatementValues {
  readonly list: unknown[] = [];

  add(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
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
export function personSearch(filter: PersonFilter, labels: Labels): PersonSearch {
  const names = searchWords(filter.name);
  const words = searchWords(filter.words)
    .map((text) => withLabels(text, filter.organismId, labels))
    .filter((word) => !matchesEveryone(word, filter.organismId, labels))
    // The words that cost least to test come first: most rows then need no more.
    .sort((one, other) => one.roleIds.length - other.roleIds.length);
  const criteria: Criterion[] = [
    ...names.map(
      (name): Criterion =>
        (indexed, values) =>
          nameCondition(name, indexed, values),
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

function withLabels(text: string, organismId: number | null, labels: Labels): Word {
  const matching = (items: Iterable<{ id: number; key: string }>) =>
    [...items].filter((item) => item.key.includes(text)).map((item) => item.id);
  const organisms = [...labels.organisms.values()].filter(
    (organism) => organismId === null || organism.id === organismId,
  );
  return { text, roleIds: matching(labels.roles.values()), organismIds: matching(organisms) };
}

/** A word of the name of the organism shown, or of every organism's, narrows nothing. */
function matchesEveryone(word: Word, organismId: number | null, labels: Labels): boolean {
  return (
    word.organismIds.length > 0 && (organismId !== null || word.organismIds.length === labels.organisms.size)
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

// A word has no space: to be in « NOM Prénom » is to be in one of the two.
function nameCondition(name: string, indexed: boolean, values: StatementValues): string {
  const pattern = values.add(containing(name));
  const condition = `(last_key LIKE ${pattern} OR first_key LIKE ${pattern})`;
  // What a name contains, the search text contains too: that is what the indexes are built on.
  return indexed ? `${textCondition(name, true, values)} AND ${condition}` : condition;
}

/** « The search text of this account contains the word », for the indexes or to be tested on each row. */
export function textCondition(word: string, indexed: boolean, values: StatementValues): string {
  const contains = () => `search_text LIKE ${values.add(containing(word))}`;
  if (!indexed) return contains();
  // The indexes are those of account_texts. As an array, what they find may still be joined with OR to other indexes.
  const found = (condition: string) =>
    `accounts.id = ANY (ARRAY(SELECT account_id FROM account_texts WHERE ${condition}))`;
  if (hasTrigram(word)) return found(contains());
  const pieces = `short_grams(search_text) @> ${values.add(shortPieces(word))}`;
  return found([...word].length <= 2 ? pieces : `${pieces} AND ${contains()}`);
}
