import { z } from 'zod';
import { Refused } from '../domain/errors.ts';
import { hasFewWords, MAX_SEARCH_LENGTH, MAX_SEARCH_WORDS } from '../domain/search.ts';
import { line } from './fields.ts';

const PAGE_SIZES = [10, 25, 50, 100] as const;

const SEARCH = z
  .string()
  // Nobody pastes it: the address was made by hand, and is told so as any other that is wrong.
  .refine((value) => !value.includes('\0'))
  .pipe(line(MAX_SEARCH_LENGTH).unwrap())
  .refine(hasFewWords);

const PAGE = z
  .string()
  .regex(/^[1-9]\d{0,6}$/)
  .transform(Number);

const SIZE = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .refine((size) => (PAGE_SIZES as readonly number[]).includes(size));

/** A criterion of a list: how it is parsed, its default, and what is said when the given value is not taken. */
export interface Criterion<T> {
  /** In an address, where it is not that of the value. */
  name?: string;
  /** Made when there is something to parse: a page whose address says nothing has no use of it. */
  schema: () => z.ZodType<T, string>;
  fallback: T;
  refusal: string;
  /** A value as an address has it, where it is not the value itself. */
  written?(value: T): string;
}

/** Criteria by the names of the values that they give. */
type Criteria = Readonly<Record<string, Criterion<unknown>>>;

export function criterion<T>(schema: () => z.ZodType<T, string>, fallback: T, refusal: string): Criterion<T> {
  return { schema, fallback, refusal };
}

/** One of a few words. */
function choice<const T extends readonly [string, ...string[]]>(
  words: T,
  fallback: T[number],
  refusal: string,
): Criterion<T[number]> {
  return criterion(() => z.enum(words) as unknown as z.ZodType<T[number], string>, fallback, refusal);
}

/** A text to search for. */
export const searched = (name: string): Criterion<string> =>
  criterion(
    () => SEARCH,
    '',
    `${name}\u00a0: la recherche est limitée à ${MAX_SEARCH_LENGTH} caractères et ${MAX_SEARCH_WORDS} mots, sans caractère spécial. Elle n’a pas été prise en compte.`,
  );

/** What every list understands beside its own criteria: sort, direction, page, page size. */
export function layoutCriteria<S extends string>(
  sorts: readonly [S, ...S[]],
  direction: 'asc' | 'desc' = 'asc',
  size: number = PAGE_SIZES[0],
) {
  return {
    sort: {
      ...choice(sorts, sorts[0], 'Ce tri est inconnu\u00a0: la liste est triée par défaut.'),
      name: 'tri',
    },
    direction: {
      ...choice(
        ['asc', 'desc'],
        direction,
        'Ce sens de tri est inconnu\u00a0: l’ordre par défaut est gardé.',
      ),
      name: 'sens',
    },
    page: criterion(
      () => PAGE,
      1,
      'Ce numéro de page n’est pas valide\u00a0: la première page est affichée.',
    ),
    size: {
      ...criterion(
        () => SIZE,
        size,
        `Ce nombre d’éléments par page n’est pas proposé\u00a0: ${size} sont affichés.`,
      ),
      name: 'taille',
    },
  };
}

export type ValuesOf<C> = { [K in keyof C]: C[K] extends Criterion<infer T> ? T : never };

interface ListQuery<C> {
  values: ValuesOf<C>;
  /** One sentence a criterion that was not taken. */
  faults: string[];
}

// Read by the access guard, and by what gives a kept form back, not by the list.
const OF_THE_PAGE = ['perimetre', 'reprise', 'identite'];

/**
 * Reads the criteria of a list from its address. An unknown or malformed one falls back on its default and says
 * so: an address that was shortened or mistyped still shows a page.
 */
export function parseListQuery<C extends Criteria>(
  criteria: C,
  query: Record<string, unknown>,
): ListQuery<C> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  const known = new Set(OF_THE_PAGE);
  for (const [key, { name = key, schema, fallback, refusal }] of Object.entries(criteria)) {
    const given = query[name];
    const parsed = given === undefined || given === '' ? null : schema().safeParse(given);
    values[key] = parsed?.success ? parsed.data : fallback;
    if (parsed && !parsed.success) faults.push(refusal);
    known.add(name);
  }
  const unknown = Object.keys(query).filter((name) => !known.has(name));
  if (unknown.length > 0)
    faults.push('Un critère de l’adresse est inconnu\u00a0: il n’a pas été pris en compte.');
  return { values: values as ValuesOf<C>, faults };
}

/** What is to be said at the field of each criterion that was not taken, by its name. */
export function refusedCriteria(criteria: Criteria, query: Record<string, unknown>): Record<string, string> {
  const named = Object.entries(criteria).map(([key, { name = key, ...rest }]) => ({ name, ...rest }));
  const refused = named.filter(
    ({ name, schema }) =>
      ![undefined, ''].includes(query[name] as never) && !schema().safeParse(query[name]).success,
  );
  return Object.fromEntries(refused.map(({ name, refusal }) => [name, refusal]));
}

/**
 * The same for an export, which never falls back: the wrong people must not leave in a file.
 * @throws Refused with the first fault.
 */
export function parseExportQuery<C extends Criteria>(
  criteria: C,
  query: Record<string, unknown>,
  scopeFault: string | undefined,
): ValuesOf<C> {
  const { values, faults } = parseListQuery(criteria, query);
  const fault = scopeFault ?? faults[0];
  if (fault !== undefined) {
    throw new Refused(`L’export n’a pas été fait, car un critère de l’adresse n’est pas valide. ${fault}`);
  }
  return values;
}
