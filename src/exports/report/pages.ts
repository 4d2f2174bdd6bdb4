import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Column, Row } from '../../presenters/table.ts';
import {
  countLine,
  type Drawing,
  drawOpening,
  drawRunningTitle,
  endLine,
  footerLine,
  type ReportHeading,
} from './furniture.ts';
import { colours, type LaidOutRow, page, point, reportColumns, table } from './layout.ts';
import { lateContent, openPen } from './pen.ts';
import { noTags, type RowTags, structureTags } from './tags.ts';
import { reportTypefaces } from './text.ts';

const BODY_BOTTOM = page.height - page.margin;
const RIGHT = page.width - page.margin;
// Where a row taller than a page may begin: below, a few lines alone would help nobody.
const FEWEST_LINES_OF_A_PART = 3;
const FOOTERS_A_TURN = 20;
// What the line under the table takes.
const END_ROOM = 22;
const rowHeight = (lineCount: number): number => lineCount * table.leading + 2 * table.paddingY;

const linesFrom = (y: number): number => Math.floor((BODY_BOTTOM - y - 2 * table.paddingY) / table.leading);

/**
 * Lays the rows of a report on its pages, one after the other; what is on a finished page is forgotten. The number
 * of pages, and of rows when it is not told, is known at the end only: what shows it is written then.
 */
export class ReportPages {
  readonly #document: PDFKit.PDFDocument;
  readonly #heading: ReportHeading;
  readonly #grid: ReturnType<typeof reportColumns>;
  readonly #drawing: Drawing;
  readonly #linesOfAPage: number;
  readonly #rowsTold: number | null;
  readonly #footers: PDFKit.PDFKitReference[] = [];
  #lateCount: { content: PDFKit.PDFKitReference; y: number } | null = null;
  #rowCount = 0;
  #y = 0;
  #font = '';
  #rules = '';

  /** `rowCount` when it is known: the report is then tagged, otherwise it is taken for too long to be. */
  constructor(
    document: PDFKit.PDFDocument,
    heading: ReportHeading,
    columns: readonly Column[],
    rowCount: number | null,
  ) {
    const typefaces = reportTypefaces(document);
    const pen = openPen(document);
    this.#document = document;
    this.#heading = heading;
    this.#rowsTold = rowCount;
    this.#grid = reportColumns(columns, typefaces);
    this.#linesOfAPage = linesFrom(page.margin + rowHeight(this.#grid.header.lineCount));
    this.#drawing = { pen, typefaces, tags: rowCount === null ? noTags : structureTags(document, pen) };
    this.#startPage();
  }

  /** Adds a row below the last one: whole on its page, unless it is taller than a page. */
  addRow(cells: Row): void {
    const row = this.#grid.layOut(cells);
    const tags = this.#drawing.tags.row('TD', row.cells.length);
    this.#rowCount += 1;
    for (let drawn = 0; drawn < row.lineCount; ) {
      const left = row.lineCount - drawn;
      const fitting = linesFrom(this.#y);
      const isSplit = left > this.#linesOfAPage && fitting >= FEWEST_LINES_OF_A_PART;
      if (fitting < left && !isSplit) {
        this.#finishPage();
        this.#startPage();
        continue;
      }
      const end = drawn + Math.min(left, fitting);
      this.#drawCells(row, tags, drawn, end);
      this.#y += rowHeight(end - drawn);
      this.#rules += `${page.margin} ${point(this.#y)} m ${point(RIGHT)} ${point(this.#y)} l `;
      drawn = end;
    }
    tags.end();
  }

  /** Finishes the last page, writes what waited for the totals and ends the document, in several turns. */
  async *end(): AsyncGenerator<void, void, undefined> {
    if (this.#y + END_ROOM > BODY_BOTTOM) {
      this.#finishPage();
      this.#startPage();
    }
    this.#finishPage(this.#heading.describeCount(this.#rowCount));
    this.#drawing.tags.end();
    this.#lateCount?.content.end(countLine(this.#drawing, this.#heading, this.#rowCount, this.#lateCount.y));
    for (const [index, footer] of this.#footers.entries()) {
      footer.end(footerLine(this.#drawing, index + 1, this.#footers.length));
      if (index % FOOTERS_A_TURN !== 0) continue;
      yield;
      await nextTurn();
    }
    this.#document.end();
  }

  #startPage(): void {
    const { page: before } = this.#document;
    this.#document.addPage();
    // It is written: what says where it is would keep all of it in memory.
    if (before && this.#rowsTold === null) Object.assign(before.dictionary, { data: null });
    this.#y =
      this.#footers.length === 0 ? this.#drawOpening() : drawRunningTitle(this.#drawing, this.#heading);
    this.#openTable();
  }

  #drawOpening(): number {
    const { pen, tags } = this.#drawing;
    const y = drawOpening(this.#drawing, this.#heading);
    const rowsTold = this.#rowsTold;
    if (rowsTold === null) this.#lateCount = { content: lateContent(this.#document), y };
    else tags.block('P', () => pen.write(countLine(this.#drawing, this.#heading, rowsTold, y)));
    return y + 9;
  }

  #openTable(): void {
    const { pen, tags } = this.#drawing;
    const { header } = this.#grid;
    const height = rowHeight(header.lineCount);
    const band = `${page.margin} ${point(this.#y)} ${point(RIGHT - page.margin)} ${point(height)} re f`;
    pen.write(tags.artifact(`${colours.night} rg ${band}`));
    pen.write(`BT ${table.leading} TL ${colours.paper} rg`);
    this.#font = '';
    if (this.#footers.length === 0) {
      const row = tags.row('TH', header.cells.length);
      this.#drawCells(header, row, 0, header.lineCount);
      row.end();
    } else {
      // Said once: on the next pages the columns' names are a repetition that nobody needs to hear again.
      tags.repeat(() => this.#drawCells(header, noTags.row('TH', header.cells.length), 0, header.lineCount));
    }
    pen.write(`${colours.ink} rg`);
    this.#y += height;
  }

  #drawCells(row: LaidOutRow, tags: RowTags, from: number, to: number): void {
    const { pen } = this.#drawing;
    const baseline = point(this.#y + table.paddingY + table.size - 0.8);
    row.cells.forEach(({ face, lines }, index) => {
      const shown = from === 0 && to >= lines.length ? lines : lines.slice(from, to);
      if (shown.length === 0 || (shown.length === 1 && shown[0] === '')) return;
      tags.cell(index, () => {
        const font = face.resource === this.#font ? '' : `/${face.resource} ${table.size} Tf `;
        this.#font = face.resource;
        pen.write(
          `${font}1 0 0 -1 ${this.#grid.lefts[index]} ${baseline} Tm ${shown.map(face.show).join(' T* ')}`,
        );
      });
    });
  }

  /** `count` ends the last page, in words. */
  #finishPage(count?: string): void {
    const { pen, tags, typefaces } = this.#drawing;
    pen.write('ET');
    if (count !== undefined)
      tags.block('P', () => pen.write(endLine(this.#drawing, count, this.#y + END_ROOM - 6)));
    if (this.#rules) pen.write(tags.artifact(`${colours.line} RG 0.5 w ${this.#rules}S`));
    this.#rules = '';
    const footer = lateContent(this.#document);
    const before = this.#lateCount && this.#footers.length === 0 ? [this.#lateCount.content] : [];
    pen.finishPage({ before, after: [footer] });
    this.#footers.push(footer);
    Object.assign(this.#document.page.fonts, typefaces.resources());
  }
}
