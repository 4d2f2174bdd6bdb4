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

const SCHEMAS: Readonly<Record<NominationAct, z.ZodType<z.output<typeof END>>>> = {
  nomination: NOMINATION,
  mutation: MOVE,
  fin: END,
};

const FORMULA = 'une formule ne se lit pas\u00a0: mettez à sa place ce qu’elle donne.';

/** A line of a file as it is kept: what it says, or why it cannot be read. */
function readNomination({ line: number, cells }: TableLine<Column>): ReadNomination {
  const formula = NOMINATION_COLUMNS.find((column) => cells[column].startsWith('='));
  if (formula !== undefined)
    return unreadable(number, cells, `Colonne «\u00a0${formula}\u00a0»\u00a0: ${FORMULA}`);
  const kind = act.safeParse(cells.acte);
  const parsed = SCHEMAS[kind.success ? kind.data : 'nomination'].safeParse(cells);
  if (!parsed.success) return unreadable(number, cells, faultOf(parsed.error));
  const { data } = parsed;
  return {
    line: number,
    reference: data.reference,
    act: data.acte,
    effectiveOn: data.date_effet,
    civility: data.civilite,
    lastName: data.nom,
    firstName: data.prenom,
    email: data.email,
    functionTitle: data.fonction,
    organismCode: data.organisme,
    unreadable: null,
  };
}

/** The lines of a file, in chunks. @throws FileFault where the file is not to be taken */
export async function* nominationsIn(path: string): AsyncGenerator<ReadNomination[], void, void> {
  for await (const lines of readTable(path, NOMINATION_COLUMNS)) yield lines.map(readNomination);
}

/** The first thing that is wrong, with the column that it is in. */
function faultOf(error: z.ZodError): string {
  const [issue] = error.issues;
  // Of what may be empty, the fault is that of what is not.
  const inner = issue?.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : issue;
  return `Colonne «\u00a0${String(issue?.path[0] ?? '')}\u00a0»\u00a0: ${inner?.message ?? ''}`;
}

/** What was typed, as far as it can be shown. */
function unreadable(number: number, cells: Record<Column, string>, fault: string): ReadNomination {
  const shown = (column: Column) => cleanLine(cells[column].toWellFormed()).slice(0, 200).toWellFormed();
  const kind = act.safeParse(cells.acte);
  const date = day.safeParse(cells.date_effet);
  const titled = civility.safeParse(cells.civilite);
  return {
    line: number,
    reference: shown('reference'),
    act: kind.success ? kind.data : null,
    effectiveOn: date.success ? date.data : null,
    civility: titled.success ? titled.data : null,
    lastName: shown('nom'),
    firstName: shown('prenom'),
    email: shown('email'),
    functionTitle: shown('fonction'),
    organismCode: shown('organisme'),
    unreadable: fault,
  };
}
