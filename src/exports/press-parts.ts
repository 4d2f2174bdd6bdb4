import { Writable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import { PART, PARTS_AHEAD, type Said } from './press-words.ts';

/** What is written goes to the port by parts, a few of them ahead of what was passed on. */
export function partsTo(port: Pick<MessagePort, 'postMessage'>) {
  let ahead = 0;
  let rows = 0;
  let waiting: (() => void) | undefined;
  let gathered: Uint8Array[] = [];
  let size = 0;

  function send(done: () => void): void {
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const chunk of gathered) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    [gathered, size] = [[], 0];
    ahead += 1;
    port.postMessage({ say: 'part', bytes, rows } satisfies Said, [bytes.buffer]);
    if (ahead < PARTS_AHEAD) done();
    else waiting = done;
  }

  return {
    output: new Writable({
      highWaterMark: PART,
      write(chunk: Uint8Array, _encoding, done) {
        gathered.push(chunk);
        size += chunk.length;
        if (size < PART) done();
        else send(done);
      },
      final(done) {
        if (size === 0) done();
        else send(done);
      },
    }),
    more(): void {
      ahead -= 1;
      // Cleared first: what goes on may wait again at once.
      const goOn = waiting;
      waiting = undefined;
      goOn?.();
    },
    onRows(read: number): void {
      rows += read;
    },
    rows: () => rows,
  };
}
