import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type Measure, measure } from '../database/measures.ts';
import { TooLong } from '../domain/errors.ts';
import type { FileOrder } from './making.ts';
import type { Asked, Fault, Place, Said } from './press-words.ts';

/** The thread in which files are made, beside the one that serves pages: its memory goes with it. */
export interface Press {
  /** A file to make; whoever opens it closes it. */
  open(): PressedFile;
  /** Ends the thread, and the files under way with it. */
  close(): Promise<void>;
}

interface PressedFile {
  /** Takes a connection, and with it the first of these locks that nobody has; both are kept until the file is made. */
  takePlace(names: readonly string[]): Promise<Place>;
  /** The file, part after part. @throws TooLong; what made it fail. */
  parts(order: FileOrder): AsyncGenerator<Uint8Array, void, undefined>;
  /** How many rows of the first table the parts so far may hold. */
  rows(): number;
  /** Gives everything back; a file under way is stopped. */
  close(): void;
}

/** Milliseconds without a file after which the thread ends. */
const IDLE = 10_000;
/**
 * Megabytes of the thread's heap, however many files are made at once. What is young is collected early, what is old
 * seldom survives: with no limit V8 takes three times as much before it looks (docs/decisions/0018-exports-memory.md). V8's
 * own flags go before them, for every thread of the process.
 */
export const HEAP = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 128 };

/** Makes files from the database at `url`, in a thread that starts with the first and ends some time after the last. */
export function createPress(url: string): Press {
  let thread: Worker | undefined;
  // Each file under way, and how it is told that its thread is no more: one that died early never took its port.
  const underWay = new Map<MessagePort, { worker: Worker; lose(): void }>();
  let resting: NodeJS.Timeout | undefined;

  function start(): Worker {
    const script = new URL('./press-thread.ts', import.meta.url);
    const started = new Worker(script, { workerData: { url }, resourceLimits: HEAP });
    started.on('message', (taken: Measure) => measure(taken));
    const lost = () => {
      if (thread === started) thread = undefined;
      for (const { worker, lose } of underWay.values()) if (worker === started) lose();
    };
    started.on('error', (error) => {
      lost();
      measure({ kind: 'fault', fault: `the thread of exports stopped: ${error.message}` });
    });
    started.on('exit', lost);
    started.unref();
    return started;
  }

  function rest(): void {
    thread?.postMessage('rest');
    thread = undefined;
  }

  return {
    open() {
      clearTimeout(resting);
      thread ??= start();
      const { port1, port2 } = new MessageChannel();
      thread.postMessage(port2, [port2]);
      const { file, lose } = openFile(port1, () => {
        underWay.delete(port1);
        if (underWay.size === 0) resting = setTimeout(rest, IDLE).unref();
      });
      underWay.set(port1, { worker: thread, lose });
      return file;
    },
    async close() {
      clearTimeout(resting);
      await thread?.terminate();
    },
  };
}

/** The near end of a file, and how it is told that nobody makes it any more. */
function openFile(port: MessagePort, onClosed: () => void): { file: PressedFile; lose(): void } {
  const heard: Said[] = [];
  let wake = () => {};
  let rows = 0;
  let isClosed = false;
  const hear = (said: Said) => {
    heard.push(said);
    wake();
  };
  port.on('message', hear);

  const ask = (asked: Asked) => port.postMessage(asked);
  async function answer(): Promise<Exclude<Said, { say: 'failed' }>> {
    while (heard.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const said = heard.shift() as Said;
    if (said.say === 'failed') throw said.fault.isTooLong ? new TooLong() : errorOf(said.fault);
    return said;
  }

  const file: PressedFile = {
    async takePlace(names) {
      ask({ ask: 'place', names });
      const said = await answer();
      return said.say === 'place' ? said.place : 'full';
    },
    async *parts(order) {
      ask({ ask: 'make', order });
      for (;;) {
        const said = await answer();
        if (said.say === 'place') continue;
        rows = said.rows;
        if (said.say === 'made') return;
        yield said.bytes;
        ask({ ask: 'more' });
      }
    },
    rows: () => rows,
    close() {
      if (isClosed) return;
      isClosed = true;
      port.close();
      onClosed();
    },
  };
  return { file, lose: () => hear({ say: 'failed', fault: LOST }) };
}

const LOST: Fault = {
  name: 'Error',
  message: 'The thread of exports stopped',
  stack: undefined,
  code: undefined,
  syscall: undefined,
  isTooLong: false,
};

function errorOf({ message, stack = message, isTooLong: _, ...told }: Fault): Error {
  return Object.assign(new Error(message), { ...told, stack });
}
