import type { Pen } from './pen.ts';

/** A row of the table in the document's structure; a cell that goes on over the page is drawn in several times. */
export interface RowTags {
  cell(index: number, draw: () => void): void;
  end(): void;
}

/** Gives what is drawn its meaning, for assistive technologies. */
export interface Tags {
  block(type: 'H1' | 'P', draw: () => void): void;
  row(type: 'TH' | 'TD', cellCount: number): RowTags;
  /** Wraps what is only decoration. */
  artifact(operators: string): string;
  /** Draws what was said on a page before. */
  repeat(draw: () => void): void;
  end(): void;
}

/** For long reports, whose structure would weigh more than their text. */
export const noTags: Tags = {
  block: (_type, draw) => draw(),
  row: () => ({ cell: (_index, draw) => draw(), end: () => undefined }),
  artifact: (operators) => operators,
  repeat: (draw) => draw(),
  end: () => undefined,
};

/** The structure of a report: headings and paragraphs, then one table of rows of cells. */
export function structureTags(document: PDFKit.PDFDocument, pen: Pen): Tags {
  const root = document.struct('Document');
  document.addStructure(root);
  const table = document.struct('Table');
  let tableAdded = false;
  const marked = (type: string, draw: () => void) => {
    pen.flush();
    const content = document.markStructureContent(type);
    draw();
    pen.flush();
    document.endMarkedContent();
    return content;
  };
  return {
    block(type, draw) {
      root.add(document.struct(type, {}, [marked(type, draw)]));
    },
    row(type, cellCount) {
      if (!tableAdded) root.add(table);
      tableAdded = true;
      const row = document.struct('TR');
      table.add(row);
      // The published types do not know the scope of a heading, pdfkit does.
      const options: object = type === 'TH' ? { scope: 'Column' } : {};
      const cells = Array.from({ length: cellCount }, () => document.struct(type, options));
      for (const cell of cells) row.add(cell);
      return {
        cell: (index, draw) => cells[index]?.add(marked(type, draw)),
        end: () => row.end(),
      };
    },
    artifact: (operators) => `/Artifact BMC ${operators} EMC`,
    repeat(draw) {
      pen.write('/Artifact BMC');
      draw();
      pen.write('EMC');
    },
    end: () => root.end(),
  };
}
