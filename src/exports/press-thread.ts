import { constants, setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../database/knex.ts';
import { onMeasure } from '../database/measures.ts';
import { openReading, type Reading } from '../database/reading.ts';
import { Unanswered } from '../database/statements.ts';
import { type FileOrder, makeFile } from './making.ts';
import { partsTo } from './press-parts.ts';
import type { Asked, Fault, Place, Said } from './press-words.ts';

/** Milliseconds that a file which was given up may take to leave its place, and between two looks. */
const LEAVES_WITHIN = 3_000;
const LOOKS_EVERY = 100;

// Pages go first where cores are short. Linux alone knows priorities of threads.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const db = openDatabase(workerData.url, { kind: 'exports' });

// Each file has a port of its own; « rest » is for the thread itself.
parentPort?.on('message', async (asked: MessagePort | 'rest') => {
  if (asked !== 'rest') return serve(asked);
  await db.destroy();
  parentPort?.close();
});
onMeasure((taken) => parentPort?.postMessage(taken));

/** Makes one file, from its place to its last byte, for who holds the other end of the port. */
function serve(port: MessagePort): void {
  const gone = new AbortController();
  let reading: Reading | undefined;
  const { output, more, onRows, rows } = partsTo(port);
  const say = (said: Said) => port.postMessage(said);

  async function takePlace(names: readonly string[]): Promise<Place> {
    reading = await openReading(db);
    if (!reading) return 'crowded';
    // A port that closed meanwhile found nothing to give back.
    if (gone.signal.aborted) void reading.close();
    for (let waited = 0; waited <= LEAVES_WITHIN; waited += LOOKS_EVERY) {
      if (waited > 0) await pause(LOOKS_EVERY);
      gone.signal.throwIfAborted();
      if (await reading.lockOneOf(names)) return 'taken';
    }
    return 'full';
  }

  async function make(order: FileOrder): Promise<void> {
    if (!reading) throw new Error('a file is made in the place that it has');
    const { begin, close } = reading;
    const options = { signal: gone.signal, rowsRead: close, onRows };
    const from = await begin();
    gone.signal.throwIfAborted();
    await makeFile(output, order, { db: from, ...options });
    say({ say: 'made', rows: rows() });
  }

  const fail = (error: unknown): void => {
    void reading?.close();
    say({ say: 'failed', fault: faultOf(error) });
  };
  port.on('message', (asked: Asked) => {
    if (asked.ask === 'more') return more();
    if (asked.ask === 'make') return void make(asked.order).catch(fail);
    takePlace(asked.names).then((place) => say({ say: 'place', place }), fail);
  });
  port.on('close', () => {
    gone.abort();
    void reading?.close();
  });
}

function faultOf(error: unknown): Fault {
  const { name, message, stack, code, syscall }: NodeJS.ErrnoException =
    error instanceof Error ? error : new Error(String(error));
  return {
    name,
    message,
    stack,
    code,
    syscall,
    // The second is what PostgreSQL calls a statement that was cancelled.
    isTooLong: error instanceof Unanswered || code === '57014',
  };
}
