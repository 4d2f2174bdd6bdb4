import { Refused } from '../domain/errors.ts';

/** Why a file is not read, in a sentence. It never repeats what a cell holds. */
export class FileFault extends Refused {}

/** What a file may come to: nothing whose cost its sender sets is without a limit. */
export const LIMITS = {
  /** Bytes, as it is sent. */
  bytes: 20 * 1024 * 1024,
  /** Bytes of a workbook, once unpacked. */
  unpacked: 200 * 1024 * 1024,
  /** How many bytes come out of one. */
  ratio: 100,
  /** Bytes of the texts of a workbook, and of its formats: they are kept while its rows are read. */
  texts: 64 * 1024 * 1024,
  styles: 8 * 1024 * 1024,
  /** Lines with something in them, the header left out. */
  lines: 100_000,
  columns: 100,
  /** Characters of a cell, and of a line. */
  cell: 2_000,
  line: 20_000,
} as const;

const number = new Intl.NumberFormat('fr-FR');

export const FAULTS = {
  empty: () => new FileFault('Ce fichier est vide\u00a0: il n’a aucune ligne sous ses titres de colonnes.'),
  tooLarge: () =>
    new FileFault(
      'Ce fichier dépasse 20\u00a0Mo\u00a0: coupez-le en plusieurs, ou enregistrez-le en CSV sans mise en forme.',
    ),
  cut: () =>
    new FileFault(
      'L’envoi de ce fichier a été coupé avant la fin\u00a0: rien n’en a été gardé. Choisissez-le de nouveau, puis recommencez.',
    ),
  several: () =>
    new FileFault('Plusieurs fichiers sont arrivés, et aucun n’a été gardé\u00a0: choisissez-en un seul.'),
  otherField: () =>
    new FileFault(
      'Le fichier n’est pas arrivé par le champ «\u00a0Fichier\u00a0», et n’a pas été gardé\u00a0: choisissez-le ici, puis recommencez.',
    ),
  bomb: () =>
    new FileFault(
      'Ce classeur est trop grand une fois décompressé\u00a0: enregistrez-le en CSV, ou coupez-le en plusieurs.',
    ),
  manyLines: () =>
    new FileFault(
      `Ce fichier a plus de ${number.format(LIMITS.lines)}\u00a0lignes\u00a0: coupez-le en plusieurs.`,
    ),
  longLine: (line: number) =>
    new FileFault(
      `La ligne ${number.format(line)} dépasse ${number.format(LIMITS.line)} caractères\u00a0: vérifiez le séparateur et les guillemets.`,
    ),
  longCell: (line: number) =>
    new FileFault(
      `Une cellule de la ligne ${number.format(line)} dépasse ${number.format(LIMITS.cell)} caractères\u00a0: vérifiez le séparateur et les guillemets.`,
    ),
  quotes: (line: number) =>
    new FileFault(
      `La ligne ${number.format(line)} ne se lit pas\u00a0: un guillemet y est ouvert sans être fermé, ou mal placé.`,
    ),
  missing: (columns: readonly string[]) =>
    new FileFault(
      columns.length === 1
        ? `Il manque la colonne «\u00a0${columns[0]}\u00a0» dans ce fichier. Sa première ligne doit porter les titres des colonnes.`
        : `Il manque les colonnes ${columns.map((name) => `«\u00a0${name}\u00a0»`).join(', ')} dans ce fichier. Sa première ligne doit porter les titres des colonnes.`,
    ),
  twice: (column: string) =>
    new FileFault(`La colonne «\u00a0${column}\u00a0» est deux fois dans ce fichier.`),
  unicode16: () =>
    new FileFault(
      'Ce fichier est enregistré en UTF-16 («\u00a0texte Unicode\u00a0»)\u00a0: enregistrez-le en «\u00a0CSV UTF-8\u00a0», ou envoyez le classeur Excel (.xlsx).',
    ),
  protected: () =>
    new FileFault(
      'Ce classeur est protégé par un mot de passe\u00a0: enregistrez-le sans, puis recommencez.',
    ),
  oldWorkbook: () =>
    new FileFault(
      'Ce classeur est au format d’un ancien Excel (.xls)\u00a0: enregistrez-le en .xlsx ou en CSV, puis recommencez.',
    ),
  unreadable: () =>
    new FileFault(
      'Ce fichier ne se lit pas\u00a0: il est abîmé, ou ce n’est ni un CSV ni un classeur Excel (.xlsx).',
    ),
  /** Its column by its place, from 0, and its title, which the person sees as well: never what is in it. */
  socialSecurity: (at: number, title: string) => {
    const place = `colonne ${letterOf(at)}, la ${at === 0 ? '1re' : `${at + 1}e`}`;
    const column = title === '' ? place : `«\u00a0${title}\u00a0» (${place})`;
    return new FileFault(
      `La colonne contient des numéros de sécurité sociale\u00a0: ${column}. Rien de ce fichier n’a été gardé\u00a0: retirez cette colonne, puis recommencez.`,
    );
  },
} as const;

/** A column as a spreadsheet calls it: A, B… Z, AA. */
function letterOf(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : letterOf(Math.floor(at / 26) - 1) + last;
}
