import { z } from 'zod';
import { isCurrentDay } from '../domain/calendar.ts';
import type { NominationAct } from '../domain/nomination.ts';
import { FAULTS } from '../domain/nomination-faults.ts';
import { searchable } from '../domain/search.ts';
import { cleanLine } from '../domain/text.ts';
import { readTable, type TableLine } from '../files-in/table.ts';
import type { ReadNomination } from '../repositories/nominations.ts';
import { emailOf, firstName, lastName, line, named } from './fields.ts';

/** The columns of a file of nominations, as its first line names them. */
const NOMINATION_COLUMNS = [
  ...(['reference', 'acte', 'date_effet', 'civilite', 'nom'] as const),
  ...(['prenom', 'email', 'fonction', 'organisme'] as const),
] as const;

type Column = (typeof NOMINATION_COLUMNS)[number];

const ACTS: Readonly<Record<string, NominationAct>> = {
  nomination: 'nomination',
  mutation: 'mutation',
  fin: 'fin',
};

const CIVILITIES: Readonly<Record<string, 'M.' | 'Mme'>> = {
  m: 'M.',
  'm.': 'M.',
  mr: 'M.',
  monsieur: 'M.',
  mme: 'Mme',
  'mme.': 'Mme',
  madame: 'Mme',
};

/** « 1,23E+13 »: what Excel makes of a long number. */
const ROUNDED = /^\d(?:[.,]\d+)?E\+?\d+$/i;

const DAY = 'Indiquez une date qui existe, par exemple 31/12/2027 ou 2027-12-31.';

const day = line(40, 'La date manque.')
  .transform((text) => text.replace(/^(\d\d)\/(\d\d)\/(\d{4})$/, '$3-$2-$1'))
  .pipe(z.iso.date(DAY).refine(isCurrentDay, DAY));

const reference = line(50, 'La référence manque.').superRefine((value, context) => {
  if (ROUNDED.test(value)) context.addIssue({ code: 'custom', message: FAULTS.rounded(value) });
});

const oneOf = <T>(words: Readonly<Record<string, T>>, sentence: string) =>
  line(40)
    .transform((text) => searchable(text))
    .refine((text) => Object.hasOwn(words, text), sentence)
    .transform((text) => words[text] as T);

const act = oneOf(
  ACTS,
  'Cet acte est inconnu\u00a0: écrivez «\u00a0nomination\u00a0», «\u00a0mutation\u00a0» ou «\u00a0fin\u00a0».',
);
const civility = oneOf<'M.' | 'Mme' | null>(
  Object.assign({ '': null }, CIVILITIES),
  'Écrivez «\u00a0M.\u00a0» ou «\u00a0Mme\u00a0», ou laissez cette case vide.',
);
const code = (required?: string) => line(20, required).transform((text) => text.toUpperCase());
const unlessEmpty = <T extends z.ZodType<string>>(schema: T) => z.literal('').or(schema);

const common = { reference, acte: act, date_effet: day, civilite: civility, fonction: named(150) };

/** An end names whom it is about by an address or a reference; what else it says is not kept on the account. */
const END = z.object({
  ...common,
  nom: unlessEmpty(lastName('')),
  prenom: unlessEmpty(firstName('')),
  email: unlessEmpty(emailOf('')),
  organisme: code(),
});

const MOVE = z.object({
  ...common,
  nom: lastName('Le nom manque.'),
  prenom: firstName('Le prénom manque.'),
  email: unlessEmpty(emailOf('')),
  organisme: code('Le code de l’organisme manque.'),
});

const NOMINATION = MOVE.extend({ email: emailOf('L’email manque.') });

const SCHEMAS: Readonly<Record<NominationAct, { shape: Record<Column, z.ZodType> }>> = {
  nomination: NOMINATION,
  mutation: MOVE,
  fin: END,
};

const FORMULA = 'une formule ne se lit pas\u00a0: mettez à sa place ce qu’elle donne.';

/** What a cell says, or why it cannot be read. */
interface ReadCell {
  cell: string;
  value?: unknown;
  fault?: string;
}

type CellReader = (column: Column, schema: z.ZodType, cell: string) => ReadCell;

function readCell(column: Column, schema: z.ZodType, cell: string): ReadCell {
  const parsed = cell.startsWith('=') ? null : schema.safeParse(cell);
  if (parsed?.success) return { cell, value: parsed.data };
  return { cell, fault: faultOf(column, cell, parsed ? sentenceOf(parsed.error) : FORMULA) };
}

/** Most cells repeat the one above: it is read once, for a fault costs ten times what a value does. */
function cellReader(): CellReader {
  const above = new Map<z.ZodType, ReadCell>();
  return (column, schema, cell) => {
    const known = above.get(schema);
    if (known?.cell === cell) return known;
    const read = readCell(column, schema, cell);
    above.set(schema, read);
    return read;
  };
}

/** A line of a file as it is kept: what it says, and everything that cannot be read of it. */
function readNomination({ line: number, cells }: TableLine<Column>, read: CellReader): ReadNomination {
  const kind = read('acte', act, cells.acte).value as NominationAct | undefined;
  const { shape } = SCHEMAS[kind ?? 'nomination'];
  const found = NOMINATION_COLUMNS.map((column) => read(column, shape[column], cells[column]));
  const faults = found.flatMap(({ fault }) => fault ?? []);
  const entries = NOMINATION_COLUMNS.map((column, at) => [column, found[at]?.value]);
  const values = Object.fromEntries(entries) as Partial<z.output<typeof END>>;
  const shown = (column: Exclude<Column, 'acte' | 'date_effet' | 'civilite'>) =>
    values[column] ?? asTyped(cells[column], 200);
  return {
    line: number,
    reference: shown('reference'),
    act: values.acte ?? null,
    effectiveOn: values.date_effet ?? null,
    civility: values.civilite ?? null,
    lastName: shown('nom'),
    firstName: shown('prenom'),
    email: shown('email'),
    functionTitle: shown('fonction'),
    organismCode: shown('organisme'),
    unreadable: faults.length === 0 ? null : faults.join(' '),
  };
}

/** The lines of a file, in chunks. @throws FileFault where the file is not to be taken */
export async function* nominationsIn(path: string): AsyncGenerator<ReadNomination[], void, void> {
  const read = cellReader();
  for await (const lines of readTable(path, NOMINATION_COLUMNS))
    yield lines.map((each) => readNomination(each, read));
}

/** What was typed, as far as it can be shown. */
const asTyped = (cell: string, most: number): string =>
  cleanLine(cell.toWellFormed()).slice(0, most).toWellFormed();

/** Of what may be empty, the fault is that of what is not. */
function sentenceOf({ issues: [issue] }: z.ZodError): string {
  const inner = issue?.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : issue;
  return inner?.message ?? '';
}

/** Of the line, what its page does not show where it cannot be read. */
const REPEATED: readonly Column[] = ['acte', 'date_effet', 'civilite'];
const MOST_REPEATED = 40;
/** Those of a date: more may be the number of somebody. */
const MOST_DIGITS = 8;

/** What is wrong in a column, with the value that was refused. */
function faultOf(column: Column, cell: string, sentence: string): string {
  const typed = asTyped(cell, MOST_REPEATED);
  const isTold = REPEATED.includes(column) && typed !== '' && cell.replace(/\D/g, '').length <= MOST_DIGITS;
  return `Colonne «\u00a0${column}\u00a0»${isTold ? `, «\u00a0${typed}\u00a0»` : ''}\u00a0: ${sentence}`;
}
