/** One column of an exported table. */
export interface Column {
  header: string;
  /** In characters, as a spreadsheet counts them; the report shares its page in these proportions. */
  width: number;
  /** A 'date' column receives 'YYYY-MM-DD' and shows JJ/MM/AAAA (R21); a spreadsheet gets a real date. */
  kind?: 'text' | 'date';
  /** Shown in bold in the report: what the eye looks for, a name. */
  strong?: boolean;
}

/** The cells of a row, in the order of the columns; null is an empty cell. */
export type Row = readonly (string | null)[];

/** Rows as a cursor gives them: in batches, only once. */
export type Batches = AsyncIterable<readonly Row[]>;

export interface WriterOptions {
  /** What stops a writer: the request that asked for the file. */
  signal: AbortSignal;
  /** The longest wait for what was written to be taken, in milliseconds: without limit unless told. */
  unread?: number;
  /** Waited for once the last row is read, before the end of the file: who holds them can let go. */
  rowsRead?: () => Promise<void>;
}

const day = /^(\d{4})-(\d{2})-(\d{2})$/;
// Tab, line feed and carriage return are the only controls that a text may hold; \p{Cs} is half a character.
const unwanted = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/u;
const everyUnwanted = new RegExp(unwanted, 'gu');

/** The same text without control characters nor broken characters, which some readers refuse. */
export function withoutControls(text: string): string {
  return unwanted.test(text) ? text.replace(everyUnwanted, '') : text;
}

/** Year, month (1 to 12) and day of 'YYYY-MM-DD', or null for any other text or a day that does not exist. */
export function parseDay(value: string): { year: number; month: number; day: number } | null {
  const [, year, month, dayOfMonth] = day.exec(value) ?? [];
  if (!year || !month || !dayOfMonth) return null;
  const parts = { year: Number(year), month: Number(month), day: Number(dayOfMonth) };
  const instant = new Date(Date.UTC(parts.year, parts.month - 1, parts.day));
  return instant.getUTCMonth() === parts.month - 1 && instant.getUTCDate() === parts.day ? parts : null;
}

/** What a reader sees of a cell, as text: dates as JJ/MM/AAAA (R21), nothing for null. */
export function cellText(column: Column, value: string | null | undefined): string {
  if (!value) return '';
  return column.kind === 'date' && day.test(value) ? value.split('-').reverse().join('/') : value;
}
