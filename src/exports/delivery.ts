import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Batches, Row } from './table.ts';

// Some tenths of a millisecond of work, between two looks at the clock.
const ROWS_A_SLICE = 10;
// The longest that another request waits for its turn: milliseconds, and rows however fast they are written.
export const LONGEST_TURN = { time: 0.5, rows: 500 };

/**
 * Writes what `produce` yields to `output`, waiting whenever `output` asks for it, then ends it.
 * `produce` gets the signal that stops it: `signal`, or `output` closed before its end.
 * @throws the signal's reason, an AbortError when the output closed, or what `produce` threw; the output is then
 *   destroyed, so that nobody takes half a file for a whole one.
 */
export async function deliver(
  output: Writable,
  signal: AbortSignal,
  produce: (stop: AbortSignal) => AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const closed = new AbortController();
  const onError = (error: Error): void => closed.abort(error);
  const onClose = (): void => {
    if (!output.writableFinished)
      closed.abort(new DOMException('The output closed before its end', 'AbortError'));
  };
  output.on('error', onError).once('close', onClose);
  if (output.destroyed) onClose();
  const stop = AbortSignal.any([signal, closed.signal]);
  try {
    stop.throwIfAborted();
    for await (const chunk of produce(stop)) {
      stop.throwIfAborted();
      if (!output.write(chunk)) await once(output, 'drain', { signal: stop });
    }
    stop.throwIfAborted();
    output.end();
    await finished(output, { signal: stop });
  } catch (error) {
    output.destroy();
    throw stop.aborted ? stop.reason : error;
  } finally {
    output.off('close', onClose);
    // A destroyed output may still report why: that is known already, and must not end the process.
    if (!output.destroyed) output.off('error', onError);
  }
}

/**
 * The rows by small slices, giving the event loop its turn every half millisecond by the clock `now`, and every 500
 * rows at the latest, so that other requests are served. Ends with the signal's reason as soon as it aborts;
 * `return()` of the source is then called, which closes a cursor.
 */
export async function* inSlices(
  rows: Batches,
  stop: AbortSignal,
  now: () => number = () => performance.now(),
): AsyncGenerator<readonly Row[], void, undefined> {
  const source = rows[Symbol.asyncIterator]();
  let exhausted = false;
  let turnStart = now();
  let rowsOfTurn = 0;
  try {
    for (;;) {
      // A batch that was read ahead comes without a turn: what the turn took goes on counting.
      const batch = await unlessStopped(source.next(), stop);
      if (batch.done) {
        exhausted = true;
        return;
      }
      for (let start = 0; start < batch.value.length; start += ROWS_A_SLICE) {
        const slice = batch.value.slice(start, start + ROWS_A_SLICE);
        yield slice;
        rowsOfTurn += slice.length;
        if (now() - turnStart < LONGEST_TURN.time && rowsOfTurn < LONGEST_TURN.rows) continue;
        await nextTurn();
        stop.throwIfAborted();
        turnStart = now();
        rowsOfTurn = 0;
      }
    }
  } finally {
    // Not awaited: a source that waits for its database answers later, and what stopped us is what counts.
    if (!exhausted) source.return?.().catch(() => undefined);
  }
}

/** The same promise, but rejected at once with the signal's reason when it aborts. */
export function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => reject(stop.reason);
    if (stop.aborted) abandon();
    stop.addEventListener('abort', abandon, { once: true });
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', abandon));
  });
}
