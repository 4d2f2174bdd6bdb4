import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { Batches, Column, Row, WriterOptions } from '../../presenters/table.ts';
import { deliver, inSlices } from '../delivery.ts';
import type { ReportHeading } from './furniture.ts';
import { page } from './layout.ts';
import { ReportPages } from './pages.ts';

/** A report: what it says above its table, and the table. */
export interface Report extends ReportHeading {
  columns: readonly Column[];
  rows: Batches;
}

/** Up to this many rows a report carries its structure for assistive technologies; past it, the CSV is the way. */
export const MAXIMUM_TAGGED_ROWS = 1000;

/**
 * Writes a PDF report, landscape A4, page after page at the pace of `output` and in constant memory: title,
 * perimeter, by whom, when and filters in words, the columns' names on each page, « page x / y », how many rows.
 * @throws what `deliver` throws.
 */
export async function writeReport(output: Writable, report: Report, options: WriterOptions): Promise<void> {
  await deliver(output, options, (stop) => reportChunks(report, stop));
}

async function* reportChunks(report: Report, stop: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const source = inSlices(report.rows, stop);
  try {
    const { first, count } = await readFirst(source);
    const document = openDocument(report, count !== null);
    const pages = new ReportPages(document, report, report.columns, count);
    for (const slice of first) {
      yield* laidOut(slice, pages, document);
      await nextTurn();
    }
    if (count === null) for await (const slice of source) yield* laidOut(slice, pages, document);
    for await (const _ of pages.end()) yield* finished(document);
    yield* finished(document);
  } finally {
    await source.return();
  }
}

/** Reads ahead until the rows end, then `count` tells how many they are, or are too many for a tagged report. */
async function readFirst(source: AsyncGenerator<readonly Row[], void, undefined>) {
  const first: (readonly Row[])[] = [];
  let count = 0;
  while (count <= MAXIMUM_TAGGED_ROWS) {
    const next = await source.next();
    if (next.done) return { first, count };
    first.push(next.value);
    count += next.value.length;
  }
  return { first, count: null };
}

function* laidOut(rows: readonly Row[], pages: ReportPages, document: PDFKit.PDFDocument) {
  for (const row of rows) pages.addRow(row);
  yield* finished(document);
}

/** What the document has finished and nobody has read. */
function* finished(document: PDFKit.PDFDocument): Generator<Uint8Array> {
  for (let bytes = document.read(); bytes !== null; bytes = document.read()) yield bytes as Buffer;
}

function openDocument({ title, perimeter }: Report, tagged: boolean): PDFKit.PDFDocument {
  return new PDFDocument({
    size: [page.height, page.width],
    layout: 'landscape',
    margin: 0,
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: 'fr-FR',
    displayTitle: true,
    tagged,
    fontLayoutCache: false,
    info: { Title: plainText(`${title} – ${perimeter}`), Creator: 'Espace Organismes' },
  });
}

// pdfkit copies the title into the document's XML as it is.
const plainText = (text: string): string => text.replace(/[<>&]/g, ' ');
