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

/**
 * How a condition is to be met. 'walk': each row of an index read in order is tested, so the test must be cheap.
 * 'index': the GIN indexes find the rows, so every part of it must be one that they know.
 */
export type SearchForm = 'walk' | 'index';

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
  /** Conditions on accounts, to be joined with AND. */
  conditions(form: SearchForm, values: StatementValues): string[];
}

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
    .filter((word) => !matchesEveryone(word, filter.organismId, labels));
  return {
    everyone: names.length === 0 && words.length === 0,
    conditions(form, values) {
      const organism = filter.organismId === null ? [] : [`organism_id = ${values.add(filter.organismId)}`];
      return [
        ...organism,
        ...names.flatMap((name) => nameConditions(name, form, values)),
        ...words.map((word) => wordCondition(word, form, values)),
      ];
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

function wordCondition(word: Word, form: SearchForm, values: StatementValues): string {
  const parts = [textCondition(word.text, form, values)];
  if (word.roleIds.length > 0) parts.push(`role_ids && ${values.add(word.roleIds)}`);
  if (word.organismIds.length > 0) parts.push(`organism_id = ANY(${values.add(word.organismIds)})`);
  return parts.length === 1 ? parts.join() : `(${parts.join(' OR ')})`;
}

// A word has no space: to be in « NOM Prénom » is to be in one of the two.
function nameConditions(name: string, form: SearchForm, values: StatementValues): string[] {
  const pattern = values.add(containing(name));
  const condition = `(last_key LIKE ${pattern} OR first_key LIKE ${pattern})`;
  // What a name contains, the search text contains too: that is what the indexes are built on.
  return form === 'walk' ? [condition] : [textCondition(name, form, values), condition];
}

function textCondition(word: string, form: SearchForm, values: StatementValues): string {
  const contains = () => `search_text LIKE ${values.add(containing(word))}`;
  if (form === 'walk' || hasTrigram(word)) return contains();
  const pieces = `short_grams(search_text) @> ${values.add(shortPieces(word))}`;
  return [...word].length <= 2 ? pieces : `(${pieces} AND ${contains()})`;
}
