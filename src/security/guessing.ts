import { Worker } from 'node:worker_threads';
import { TooMany } from '../domain/errors.ts';
import type { Guess, Guessed } from './guessing-thread.ts';

// Estimates waiting for their turn beyond which others are sent away: some ten seconds of work.
const WAITING = 100;

interface Waiting {
  resolve(guessed: Guessed): void;
  reject(error: unknown): void;
}

/** The thread that estimates passwords, made at the first need: its dictionaries take a second and 60 MB. */
let thread: Worker | null = null;
const waiting = new Map<number, Waiting>();
let lastId = 0;

function start(): Worker {
  const started = new Worker(new URL('./guessing-thread.ts', import.meta.url));
  started.on('message', (guessed: Guessed) => {
    waiting.get(guessed.id)?.resolve(guessed);
    waiting.delete(guessed.id);
    // An idle thread does not keep the process alive.
    if (waiting.size === 0) started.unref();
  });
  const lost = (cause: unknown) => {
    if (thread === started) thread = null;
    for (const { reject } of waiting.values())
      reject(new Error('the estimate of passwords stopped', { cause }));
    waiting.clear();
  };
  started.on('error', lost);
  started.on('exit', lost);
  started.unref();
  return started;
}

/** Has the thread ready before somebody waits for it. */
export function prepareGuessing(): void {
  thread ??= start();
}

/**
 * How hard a password is to guess for who knows these words. It is estimated beside the event loop, which it would
 * hold up.
 * @throws TooMany when too many others wait.
 */
export function guess(password: string, words: readonly string[]): Promise<Guessed> {
  if (waiting.size >= WAITING)
    throw new TooMany('Trop de demandes en même temps. Réessayez dans un instant.', 5);
  thread ??= start();
  const worker = thread;
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.ref();
    worker.postMessage({ id, password, words: [...words] } satisfies Guess);
  });
}
