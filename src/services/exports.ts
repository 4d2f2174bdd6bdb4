import { setInterval as every } from 'node:timers/promises';
import { measure } from '../database/measures.ts';
import { withPatience } from '../database/patience.ts';
import { recordEvents } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { AuditEvent, EventDetails, ExportCut } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Forbidden, NoRoom, TooLong, TooMany, Unread } from '../domain/errors.ts';
import { findActor } from '../repositories/actors.ts';
import { hourlyLimiter } from '../security/limits.ts';
import type { ExportLimits, ServiceContext } from './context.ts';

const EXPORTS_AN_HOUR = 100;
const AT_ONCE = 2;
/** Seconds after which somebody may try again whose export found no room. */
const ROOM_AFTER = 30;

const LIMITS: ExportLimits = { unread: 30_000, total: 600_000, check: 5_000 };

interface ExportOrder {
  accountId: number;
  /** What the trail keeps of it. */
  told: EventDetails['export.started'];
  organismId: number | null;
  /** True while the person, as they stand now, may have this file. */
  mayHave(actor: Actor): boolean;
  /** Aborts when nobody waits for the file any more. */
  signal: AbortSignal;
}

/** A file and who receives it. */
interface OrderedFile {
  /** Takes the first of these locks of the database that nobody has; `crowded` where there is no connection for it. */
  takePlace(names: readonly string[]): Promise<'taken' | 'full' | 'crowded'>;
  /** Makes it and sends it. */
  send(options: {
    /** Aborts when the file is to stop, whatever the reason. */
    signal: AbortSignal;
    /** The longest that its receiver may take nothing of it, in milliseconds. */
    unread: number;
    /** Waited for once every byte has left, before the file can look whole. */
    beforeEnd(): Promise<void>;
  }): Promise<void>;
  /** How many rows were read so far. */
  rows(): number;
  close(): void;
}

/** Files that leave the portal: limited, traced before their first byte and before their end, and watched until then. */
export function exportService({ db, clock, exportLimits }: ServiceContext) {
  const limits = { ...LIMITS, ...exportLimits };
  const stopping = new AbortController();
  const endings = new Set<Promise<unknown>>();
  let underWay = 0;
  const count = (change: 1 | -1) => {
    underWay += change;
    measure({ kind: 'exports', underWay });
  };
  const limiter = hourlyLimiter(db, 'exports', EXPORTS_AN_HOUR);

  /** In time of its own: a file outlasts what its request may wait. */
  const record = (accountId: number, event: AuditEvent): Promise<void> =>
    withPatience(() => recordEvents({ db, clock, actor: { kind: 'account', accountId } }, event));

  /** @throws TooMany past 100 exports an hour and account. */
  async function countAndRecord({ accountId, told: details, organismId }: ExportOrder): Promise<void> {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(accountId);
    if (consumedPoints > EXPORTS_AN_HOUR) {
      throw new TooMany(
        `Vous avez atteint ${EXPORTS_AN_HOUR} exports en une heure. Réessayez un peu plus tard.`,
        Math.ceil(msBeforeNext / 1000),
      );
    }
    await record(accountId, { action: 'export.started', details, organismId });
  }

  function recordEnd({ accountId, told, organismId }: ExportOrder, rows: number, cut?: ExportCut) {
    const details = { ...told, rows, ...(cut && { cut }) };
    return record(accountId, { action: 'export.ended', details, organismId });
  }

  /** @throws Forbidden as soon as the person may have the file no more; what the database says where it is away. */
  async function watch({ accountId, mayHave }: ExportOrder, signal: AbortSignal): Promise<void> {
    for await (const _ of every(limits.check, undefined, { signal, ref: false })) {
      // The request itself waits no more: each look has its own time.
      const actor = await withPatience(() => findActor(db, accountId, dayInParis(clock.now())));
      if (!actor || !mayHave(actor)) throw new Forbidden('Vos droits ont changé\u00a0: l’export est arrêté.');
    }
  }

  async function send(order: ExportOrder, file: OrderedFile): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([stopping.signal, order.signal, stop.signal]);
    const tooLong = setTimeout(() => stop.abort(new TooLong()), limits.total).unref();
    let isTold = false;
    const beforeEnd = async () => {
      await recordEnd(order, file.rows());
      isTold = true;
    };
    try {
      watch(order, signal).catch((error: unknown) => stop.abort(error));
      await file.send({ signal, unread: limits.unread, beforeEnd });
    } catch (error) {
      // Not waited for: the database may answer no more, and the person is to be told.
      if (!isTold) ends(recordEnd(order, file.rows(), cutOf(error)));
      throw error;
    } finally {
      clearTimeout(tooLong);
      stop.abort();
    }
  }

  /** Why a file is not whole. What was aborted fails with the reason, or a fault that follows from it. */
  function cutOf(error: unknown): ExportCut {
    if (stopping.signal.aborted) return 'stopped';
    if (error instanceof Unread) return 'unread';
    if (error instanceof Forbidden) return 'rights';
    if (error instanceof TooLong) return 'too_long';
    return (error as Error).name === 'AbortError' ? 'gone' : 'failed';
  }

  function ends(work: Promise<unknown>): void {
    const ending = work.catch(() => undefined).finally(() => endings.delete(ending));
    endings.add(ending);
  }

  async function run(order: ExportOrder, file: OrderedFile): Promise<void> {
    try {
      await takePlace(file, order.accountId);
      count(1);
      try {
        await countAndRecord(order);
        await send(order, file);
      } finally {
        count(-1);
      }
    } finally {
      file.close();
    }
  }

  return {
    /**
     * Counts and records an export, then has it made and sent. Ends early, with the reason, when `order.signal` aborts,
     * when the person may have it no more, or after ten minutes.
     * @throws NoRoom for a third at once of one account, whichever process makes the others, or where every connection is taken;
     *   TooMany past 100 an hour; TooLong; what sending throws.
     */
    run(order: ExportOrder, file: OrderedFile): Promise<void> {
      const running = run(order, file);
      ends(running);
      return running;
    },

    /** Cuts the files under way; resolves once the trail has their end. */
    async stop(): Promise<void> {
      stopping.abort();
      while (endings.size > 0) await Promise.all(endings);
    },
  };
}

/** @throws NoRoom where the file has neither one of the account's two places, over every process, nor a connection. */
async function takePlace(file: OrderedFile, accountId: number): Promise<void> {
  const place = await file.takePlace(Array.from({ length: AT_ONCE }, (_, at) => `export ${accountId} ${at}`));
  if (place === 'taken') return;
  throw new NoRoom(
    place === 'full'
      ? 'Deux exports sont déjà en cours avec votre compte. Attendez la fin de l’un d’eux, puis recommencez.'
      : 'D’autres exports sont déjà en cours sur le portail. Réessayez dans un instant.',
    ROOM_AFTER,
  );
}
