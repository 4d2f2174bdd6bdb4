import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

const compress = promisify(deflate);
// Level 6, which pdfkit takes, costs twice the time for a tenth less.
const COMPRESSION = { level: 3 };

/** The contents of a document's pages, gathered in order and compressed by other threads than this one. */
export interface Pen {
  /** Adds operators to the current page. */
  write(operators: string): void;
  /** Hands what was written to pdfkit, before it writes to the page itself. */
  flush(): void;
  /** Ends the current page's content; `before` and `after` are contents of the page that are written later. */
  finishPage(late: { before: PDFKit.PDFKitReference[]; after: PDFKit.PDFKitReference[] }): void;
  /** Waits until at most `allowed` finished pages are not in the document yet. */
  settle(allowed: number): Promise<void>;
}

/** A pen for the document's current page, whichever it is. */
export function openPen(document: PDFKit.PDFDocument): Pen {
  let operators: string[] = [];
  let isMarked = false;
  const unsettled: Promise<void>[] = [];
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
      const bytes = compress(Buffer.from(take(), 'latin1'), COMPRESSION);
      unsettled.push(bytes.then((compressed) => content.end(compressed)));
    },
    async settle(allowed) {
      while (unsettled.length > allowed) await unsettled.shift();
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
