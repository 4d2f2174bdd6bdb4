import { z } from 'zod';
import type { Actor } from '../domain/actor.ts';
import { isCurrentDay } from '../domain/calendar.ts';
import { formatDate } from '../presenters/format.ts';
import { type Criterion, criterion, layoutCriteria, searched } from '../schemas/list-query.ts';

export interface Option<T extends string = string> {
  value: T;
  label: string;
  group?: string;
}

/** How a criterion is asked for on the page. */
type Control =
  | { kind: 'search' | 'date'; label: string }
  | { kind: 'select' | 'radios'; label: string; options: readonly Option[] };

/** A criterion as a list declares it: its name in addresses, how it is asked for, and its words in a file. */
export interface Asking<T> extends Criterion<T> {
  name: string;
  control: Control;
  /** What a file says of it; null where it narrows nothing. */
  words(value: T): string | null;
  written(value: T): string;
}

/** « Rechercher : » is labelled with its colon, and named without. */
const named = (label: string): string => label.replace(/ :$/, '');

/** Words to search for. */
function search(name = 'q', label = 'Rechercher :'): Asking<string> {
  return {
    ...searched(named(label)),
    name,
    control: { kind: 'search', label },
    words: (text) => (text === '' ? null : `${named(label)}\u00a0: «\u00a0${text}\u00a0»`),
    written: (text) => text,
  };
}

interface ChoiceOptions<T extends string> {
  /** What is said of a value that is none of them. */
  refusal?: string;
  words?: (value: T) => string;
  kind?: 'select' | 'radios';
  /** True where a value that is none of them is kept: the list then says that it knows it not, and shows nothing. */
  keeps?: boolean;
  /** True where a file says it even of the first value, which narrows all the same. */
  told?: boolean;
}

/** A value of an address as it is kept, whatever it is. */
const asked = (value: unknown): string => (typeof value === 'string' ? value : 'inconnu');

/** One of some words, the first unless told. */
function oneOf<const T extends string>(
  name: string,
  label: string,
  options: readonly [Option<T>, ...Option<T>[]],
  { refusal, words, kind = 'select', keeps = false, told = false }: ChoiceOptions<T> = {},
): Asking<T> {
  const fallback = options[0].value;
  const labelOf = (value: T) => options.find((option) => option.value === value)?.label ?? value;
  return {
    ...criterion(
      () =>
        (keeps
          ? z.unknown().transform(asked)
          : z
              .string()
              .refine((value) => options.some((option) => option.value === value))) as unknown as z.ZodType<
          T,
          string
        >,
      fallback,
      refusal ?? `${label}\u00a0: cette valeur est inconnue, toutes sont affichées.`,
    ),
    name,
    control: { kind, label, options },
    words: (value) =>
      value === fallback && !told ? null : (words?.(value) ?? `${label}\u00a0: ${labelOf(value)}`),
    written: (value) => value,
  };
}

const YES_NO = [
  { value: 'oui', label: 'Oui' },
  { value: 'non', label: 'Non' },
] as const;

/** « Oui », unless « Non » is chosen. */
const yesNo = (name: string, label: string, refusal: string): Asking<boolean> =>
  whether(oneOf(name, label, YES_NO, { refusal, kind: 'radios' }), 'oui');

/** The same choice, of which one value means yes. */
const whether = <T extends string>(
  { schema, fallback, words, ...asking }: Asking<T>,
  yes: T,
): Asking<boolean> => {
  const { options } = asking.control as unknown as { options: readonly Option<T>[] };
  const written = (chosen: boolean): T =>
    chosen ? yes : (options.find(({ value }) => value !== yes)?.value ?? fallback);
  return {
    ...asking,
    schema: () => schema().transform((value) => value === yes),
    fallback: fallback === yes,
    words: (chosen) => words(written(chosen)),
    written,
  };
};

const DAY = z.iso.date().refine(isCurrentDay) as unknown as z.ZodType<string | null, string>;

/** A day of the calendar, 'YYYY-MM-DD', or none. */
const day = (name: string, label: string): Asking<string | null> => ({
  ...criterion<string | null>(
    () => DAY,
    null,
    `${label}\u00a0: cette date n’existe pas, ou n’est pas entre 1900 et 2100. Elle n’a pas été prise en compte.`,
  ),
  name,
  control: { kind: 'date', label },
  words: (value) => (value === null ? null : `${label} ${formatDate(value)}`),
  written: (value) => value ?? '',
});

/** Whether a thing of the reference data is open, and what else may be chosen of it. */
const openOrClosed = <const T extends string = never>(...more: Option<T>[]) =>
  oneOf<'' | 'ouvert' | 'ferme' | T>('etat', 'État', [
    { value: '', label: 'Tous' },
    { value: 'ouvert', label: 'Ouvert' },
    { value: 'ferme', label: 'Fermé' },
    ...more,
  ]);

/** What criteria are declared with. It is given to declarations, and not theirs: the thread of files reads no address. */
export const ask = { search, oneOf, yesNo, whether, day, openOrClosed };

export type Ask = typeof ask;

type Orders<S> = readonly [S, ...S[]];

/** The orders of a list, the first unless chosen; where that depends on who asks, by who that is. */
export type Ordered<S> = Orders<S> | ((actor: Actor) => Orders<S>);

export const ordersOf = <S extends string>(sorts: Ordered<S>, actor: Actor): Orders<S> =>
  typeof sorts === 'function' ? sorts(actor) : sorts;

/** All that an address of a list may have: its own criteria, and what every list has. */
export const criteriaOf = <K, C, S extends string>(
  { criteria, sorts, direction, size }: Declared<K, C, S>,
  { known, actor }: { known: K; actor: Actor },
) => ({ ...criteria(ask, known), ...layoutCriteria(ordersOf(sorts, actor), direction, size) });

interface Declared<K, C, S> {
  criteria: (ask: Ask, known: K) => C;
  sorts: Ordered<S>;
  direction?: 'asc' | 'desc';
  size?: number;
}
