import {
  type Drawing,
  drawFooter,
  drawOpening,
  drawRunningTitle,
  type LateText,
  lateText,
  type ReportHeading,
} from './report-furniture.ts';
import { colours, type LaidOutRow, page, point, reportColumns, table } from './report-layout.ts';
import { openPen, type PagePen } from './report-pen.ts';
import { noTags, type RowTags, structureTags } from './report-tags.ts';
import { reportTypefaces } from './report-text.ts';
import type { Column, Row } from './table.ts';

const BODY_BOTTOM = page.height - page.margin;
const RIGHT = page.width - page.margin;
// Where a row taller than a page may begin: below, a few lines alone would help nobody.
const FEWEST_LINES_OF_A_PART = 3;
// Compressed by other threads meanwhile.
const MAXIMUM_UNSETTLED_PAGES = 8;
const rowHeight = (lineCount: number): number => lineCount * table.leading + 2 * table.paddingY;

/**
 * Lays the rows of a report on its pages, one after the other; what is on a finished page is forgotten. The totals
 * are known at the end only: the pages show them by reference.
 */
export class ReportPages {
  readonly #document: PDFKit.PDFDocument;
  readonly #heading: ReportHeading;
  readonly #grid: ReturnType<typeof reportColumns>;
  readonly #drawing: Drawing;
  readonly #pen: PagePen;
  readonly #pagesTotal: LateText;
  readonly #rowsTotal: LateText;
  readonly #isTagged: boolean;
  #pageCount = 0;
  #rowCount = 0;
  #bodyTop = 0;
  #y = 0;
  #font = '';
  #rules = '';

  constructor(
    document: PDFKit.PDFDocument,
    heading: ReportHeading,
    columns: readonly Column[],
    isTagged: boolean,
  ) {
    const typefaces = reportTypefaces(document);
    const pen = openPen(document);
    this.#document = document;
    this.#heading = heading;
    this.#isTagged = isTagged;
    this.#grid = reportColumns(columns, typefaces);
    this.#pen = pen;
    this.#drawing = { pen, typefaces, tags: isTagged ? structureTags(document, pen) : noTags };
    this.#pagesTotal = lateText(document, 'Pages', { size: table.size, colour: colours.muted });
    this.#rowsTotal = lateText(document, 'Rows', { size: 9, colour: colours.ink });
    this.#startPage();
  }

  /** Adds a row below the last one: whole on its page, unless it is taller than a page. */
  addRow(cells: Row): void {
    const row = this.#grid.layOut(cells);
    const tags = this.#drawing.tags.row('TD', row.cells.length);
    this.#rowCount += 1;
    for (let drawn = 0; drawn < row.lineCount; ) {
      const left = row.lineCount - drawn;
      const fitting = Math.floor((BODY_BOTTOM - this.#y - 2 * table.paddingY) / table.leading);
      const isSplit = rowHeight(left) > BODY_BOTTOM - this.#bodyTop && fitting >= FEWEST_LINES_OF_A_PART;
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

  /** Waits until the document has all the finished pages but a few. */
  async settle(): Promise<void> {
    await this.#pen.settle(MAXIMUM_UNSETTLED_PAGES);
  }

  /** Finishes the last page, gives the totals and ends the document. */
  async end(): Promise<void> {
    const { typefaces, tags } = this.#drawing;
    this.#finishPage();
    await this.#pen.settle(0);
    tags.end();
    const pages = typefaces.run(String(this.#pageCount), 'regular');
    const rows = typefaces.run(this.#heading.describeCount(this.#rowCount), 'bold');
    this.#pagesTotal.settle(pages, typefaces.resources());
    this.#rowsTotal.settle(rows, typefaces.resources());
    this.#document.end();
  }

  #startPage(): void {
    this.#document.addPage();
    this.#pageCount += 1;
    this.#y =
      this.#pageCount === 1
        ? drawOpening(this.#drawing, this.#heading, this.#rowsTotal)
        : drawRunningTitle(this.#drawing, this.#heading);
    this.#openTable();
  }

  #openTable(): void {
    const { pen, tags } = this.#drawing;
    const { header } = this.#grid;
    const height = rowHeight(header.lineCount);
    const band = `${page.margin} ${point(this.#y)} ${point(RIGHT - page.margin)} ${point(height)} re f`;
    pen.write(tags.artifact(`${colours.night} rg ${band}`));
    pen.write(`BT ${table.leading} TL ${colours.paper} rg`);
    this.#font = '';
    if (this.#pageCount === 1) {
      const row = tags.row('TH', header.cells.length);
      this.#drawCells(header, row, 0, header.lineCount);
      row.end();
    } else {
      // Said once: on the next pages the columns' names are a repetition that nobody needs to hear again.
      if (this.#isTagged) pen.write('/Artifact BMC');
      this.#drawCells(header, noTags.row('TH', header.cells.length), 0, header.lineCount);
      if (this.#isTagged) pen.write('EMC');
    }
    pen.write(`${colours.ink} rg`);
    this.#y += height;
    this.#bodyTop = this.#y;
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

  #finishPage(): void {
    const { pen, tags, typefaces } = this.#drawing;
    pen.write('ET');
    if (this.#rules) pen.write(tags.artifact(`${colours.line} RG 0.5 w ${this.#rules}S`));
    this.#rules = '';
    drawFooter(this.#drawing, this.#pageCount, this.#pagesTotal);
    this.#pen.finishPage();
    Object.assign(this.#document.page.fonts, typefaces.resources());
    const totals = { Pages: this.#pagesTotal.reference, Rows: this.#rowsTotal.reference };
    Object.assign(this.#document.page.xobjects, totals);
  }
}
