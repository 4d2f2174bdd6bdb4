import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Unread } from '../domain/errors.ts';
import type { Batches, Row, WriterOptions } from '../presenters/table.ts';

// Some tenths of a millisecond of work, between two looks at the clock.
const ROWS_A_SLICE = 10;
// The longest that another request waits for its turn: milliseconds, and rows however fast they are written.
const LONGEST_TURN = { time: 0.5, rows: 500 };

/**
 * Writes what `produce` yields to `output`, waiting whenever `output` asks for it, then ends it.
 * `produce` gets the signal that stops it: the options', or `output` closed before its end, or not taken.
 * @throws the signal's reason, an AbortError when the output closed, Unread, or what `produce` threw. The output is then
 *   destroyed, so that nobody takes half a file for a whole one; but left as it is while nothing was written, so that
 *   something else can be.
 */
export async function deliver(
  output: Writable,
  { signal, unread, rowsRead, beforeEnd }: WriterOptions,
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
  const taken = async (wait: Promise<unknown>): Promise<void> => {
    const giveUp = () => closed.abort(new Unread(`nothing of the file was taken for ${unread} ms`));
    const timer = unread === undefined ? undefined : setTimeout(giveUp, unread);
    await wait.finally(() => clearTimeout(timer));
  };
  let isBegun = false;
  let written: Promise<unknown> = Promise.resolve();
  try {
    stop.throwIfAborted();
    for await (const chunk of produce(stop)) {
      stop.throwIfAborted();
      isBegun = true;
      const { promise, resolve } = Promise.withResolvers<unknown>();
      written = promise;
      if (!output.write(chunk, resolve)) await taken(once(output, 'drain', { signal: stop }));
    }
    await rowsRead?.();
    if (beforeEnd) {
      await taken(unlessStopped(written, stop));
      await beforeEnd();
    }
    stop.throwIfAborted();
    output.end();
    await taken(finished(output, { signal: stop }));
  } catch (error) {
    if (isBegun) output.destroy();
    throw stop.aborted ? stop.reason : error;
  } finally {
    output.off('close', onClose);
    // A destroyed output may still report why: that is known already, and must not end the process.
    if (!output.destroyed) output.off('error', onError);
  }
}

/** The same rows once the first of them are read: what fails before that fails here. */
export async function begun(rows: Batches, stop: AbortSignal): Promise<Batches> {
  const source = rows[Symbol.asyncIterator]();
  const first = await unlessStopped(source.next(), stop);
  return (async function* () {
    try {
      if (first.done) return;
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => source };
    } finally {
      await source.return?.();
    }
  })();
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
