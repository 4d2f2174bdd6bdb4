export type ExportFormat = 'xlsx' | 'pdf' | 'csv';

/**
 * What a column receives and shows; a spreadsheet gets real dates and numbers. 'date': 'YYYY-MM-DD', shown JJ/MM/AAAA
 * (R21); 'instant': 'YYYY-MM-DD HH:MM' in Paris, shown « JJ/MM/AAAA à HH:MM »; 'number': digits;
 * a text wraps in its cell.
 */
export type ColumnKind = 'text' | 'date' | 'instant' | 'number';

/** One column of an exported table. */
export interface Column {
  header: string;
  /** In characters, as a spreadsheet counts them; the report shares its page in these proportions. */
  width: number;
  kind?: ColumnKind;
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
  /** Waited for once every byte has left, before the file can look whole. */
  beforeEnd?: () => Promise<void>;
}

const moment = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}))?$/;
// Tab, line feed and carriage return are the only controls that a text may hold; \p{Cs} is half a character.
const unwanted = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/u;
const everyUnwanted = new RegExp(unwanted, 'gu');

/** The same text without control characters nor broken characters, which some readers refuse. */
export function withoutControls(text: string): string {
  return unwanted.test(text) ? text.replace(everyUnwanted, '') : text;
}

/** The milliseconds of 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM' as if it were UTC; null for any other text or no such day. */
export function parseMoment(value: string): number | null {
  const [, year, month, day, hour = 0, minute = 0] = moment.exec(value) ?? [];
  if (day === undefined) return null;
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  return new Date(time).getUTCDate() === Number(day) ? time : null;
}

/** What a reader sees of a cell, as text: dates as JJ/MM/AAAA (R21), nothing for null. */
export function cellText(column: Pick<Column, 'kind'>, value: string | null | undefined): string {
  if (!value) return '';
  if (column.kind !== 'date' && column.kind !== 'instant') return value;
  return value.replace(moment, (_, year, month, day, hour, minute) =>
    hour === undefined ? `${day}/${month}/${year}` : `${day}/${month}/${year} à ${hour}:${minute}`,
  );
}
