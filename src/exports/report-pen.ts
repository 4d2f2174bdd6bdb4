import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Pen } from './report-tags.ts';

const compress = promisify(deflate);
// Level 6, pdfkit's own, takes twice the time for a tenth less.
const COMPRESSION = { level: 4 };

/** The pen of a document whose pages are compressed by other threads than the one that lays them out. */
export interface PagePen extends Pen {
  /** Ends the current page's content. */
  finishPage(): void;
  /** Waits until at most `allowed` finished pages are not in the document yet. */
  settle(allowed: number): Promise<void>;
}

/** Collects the operators of the document's current page. */
export function openPen(document: PDFKit.PDFDocument): PagePen {
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
    finishPage() {
      // A page may have several contents: pdfkit compresses its own at once, on this thread; this one does not wait.
      document.page.content.compress = isMarked;
      isMarked = false;
      const content = document.ref({ Filter: 'FlateDecode' });
      Object.assign(document.page.dictionary.data, { Contents: [document.page.content, content] });
      unsettled.push(
        compress(Buffer.from(take(), 'latin1'), COMPRESSION).then((bytes) => content.end(bytes)),
      );
    },
    async settle(allowed) {
      while (unsettled.length > allowed) await unsettled.shift();
    },
  };
}
