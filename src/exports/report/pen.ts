import { deflateSync } from 'node:zlib';

// Level 6, which pdfkit takes, costs twice the time for a tenth less.
const COMPRESSION = { level: 3 };

/** The contents of a document's pages, gathered in order. */
export interface Pen {
  /** Adds operators to the current page. */
  write(operators: string): void;
  /** Hands what was written to pdfkit, before it writes to the page itself. */
  flush(): void;
  /** Writes the current page's content; `before` and `after` are contents of the page that come later. */
  finishPage(late: { before: PDFKit.PDFKitReference[]; after: PDFKit.PDFKitReference[] }): void;
}

/** A pen for the document's current page, whichever it is. */
export function openPen(document: PDFKit.PDFDocument): Pen {
  let operators: string[] = [];
  let isMarked = false;
  const take = (): string => {
    const taken = operators.join('\n');
    operators = [];
    return taken;
  };
  return {
    write(operator) {
      operators.push(operator);
    },
    flush() {
      if (operators.length > 0) document.addContent(take());
      isMarked = true;
    },
    finishPage({ before, after }) {
      // A page may have several contents. Without marks pdfkit's own is one line, which it need not compress.
      if (!isMarked) leaveAsItIs(document.page.content);
      isMarked = false;
      const content = document.ref({ Filter: 'FlateDecode' });
      const contents = [document.page.content, ...before, content, ...after];
      Object.assign(document.page.dictionary.data, { Contents: contents });
      content.end(deflateSync(Buffer.from(take(), 'latin1'), COMPRESSION));
    },
  };
}

/** A content of a page known only at the end of the document: too short to be worth compressing. */
export function lateContent(document: PDFKit.PDFDocument): PDFKit.PDFKitReference {
  const content = document.ref({});
  leaveAsItIs(content);
  return content;
}

function leaveAsItIs(content: PDFKit.PDFKitReference): void {
  content.compress = false;
  Object.assign(content.data, { Filter: undefined });
}
