import { setInterval as every, setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../database/knex.ts';
import { measure } from '../database/measures.ts';
import { withPatience } from '../database/patience.ts';
import { openReading, type Reading } from '../database/reading.ts';
import { Unanswered } from '../database/statements.ts';
import { recordEvents } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Forbidden, NoRoom, TooLong, TooMany } from '../domain/errors.ts';
import { findActor } from '../repositories/actors.ts';
import type { ExportLimits, ServiceContext } from './context.ts';
import { hourlyLimiter } from './form-limits.ts';

const EXPORTS_AN_HOUR = 100;
const AT_ONCE = 2;
/** Seconds after which somebody may try again whose export found no room. */
const ROOM_AFTER = 30;
/** Milliseconds that a file which was given up may take to leave its place, and between two looks. */
const LEAVES_WITHIN = 1_000;
const LOOKS_EVERY = 100;

const LIMITS: ExportLimits = { unread: 30_000, total: 600_000, check: 5_000 };

export interface ExportOrder {
  accountId: number;
  /** What the trail keeps of it. */
  event: AuditEvent;
  /** True while the person, as they stand now, may have this file. */
  mayHave(actor: Actor): boolean;
  /** Aborts when nobody waits for the file any more. */
  signal: AbortSignal;
}

/** What a file is made with. */
export interface ExportSource {
  /** The transaction in which every row is read. */
  db: Database;
  /** Aborts when the file is to stop, whatever the reason. */
  signal: AbortSignal;
  /** The longest that its receiver may take nothing of the file, in milliseconds. */
  unread: number;
  /** To be called once the last row is read: lets go of the connection, and of one of the person's two places. */
  rowsRead(): Promise<void>;
}

/** Files that leave the portal: limited, traced before their first byte, and watched until their last. */
export function exportService({ db, exportDb = db, clock, exportLimits }: ServiceContext) {
  const limits = { ...LIMITS, ...exportLimits };
  let underWay = 0;
  const count = (change: 1 | -1) => {
    underWay += change;
    measure({ kind: 'exports', underWay });
  };
  const limiter = hourlyLimiter(db, 'exports', EXPORTS_AN_HOUR);

  /** @throws TooMany past 100 exports an hour and account. */
  async function countAndRecord({ accountId, event }: ExportOrder): Promise<void> {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(accountId);
    if (consumedPoints > EXPORTS_AN_HOUR) {
      throw new TooMany(
        `Vous avez atteint ${EXPORTS_AN_HOUR} exports en une heure. Réessayez un peu plus tard.`,
        Math.ceil(msBeforeNext / 1000),
      );
    }
    await recordEvents({ db, clock, actor: { kind: 'account', accountId } }, event);
  }

  /** @throws Forbidden as soon as the person may have the file no more; what the database says where it is away. */
  async function watch({ accountId, mayHave }: ExportOrder, signal: AbortSignal): Promise<void> {
    for await (const _ of every(limits.check, undefined, { signal, ref: false })) {
      // The request itself waits no more: each look has its own time.
      const actor = await withPatience(() => findActor(db, accountId, dayInParis(clock.now())));
      if (!actor || !mayHave(actor)) throw new Forbidden('Vos droits ont changé\u00a0: l’export est arrêté.');
    }
  }

  return {
    /**
     * Counts and records an export, then has `work` make it from a connection of its own. Ends early, with the reason,
     * when `order.signal` aborts, when the person may have it no more, or after ten minutes.
     * @throws NoRoom for a third at once of one account, whichever process makes the others, or where every connection is taken;
     *   TooMany past 100 an hour; TooLong; what `work` throws.
     */
    async run(order: ExportOrder, work: (source: ExportSource) => Promise<void>): Promise<void> {
      const reading = await takePlace(exportDb, order.accountId);
      const stop = new AbortController();
      const signal = AbortSignal.any([order.signal, stop.signal]);
      const tooLong = setTimeout(() => stop.abort(new TooLong()), limits.total).unref();
      count(1);
      try {
        await countAndRecord(order);
        watch(order, signal).catch((error: unknown) => stop.abort(error));
        const source = { db: await reading.begin(), signal, unread: limits.unread };
        await work({ ...source, rowsRead: () => reading.close() }).catch(rethrow);
        await reading.close();
      } finally {
        // Not waited for after a failure: the database may answer no more, and the person is to be told.
        void reading.close();
        clearTimeout(tooLong);
        stop.abort();
        count(-1);
      }
    },
  };
}

/** @throws TooLong for a statement that PostgreSQL, or the portal, gave up because it took too long; else the error. */
function rethrow(error: unknown): never {
  const isTooLong = error instanceof Unanswered || (error as { code?: unknown } | null)?.code === '57014';
  throw isTooLong ? new TooLong() : error;
}

/** One of the two places of an account, over every process on the database, with the connection that holds it. */
async function takePlace(db: Database, accountId: number): Promise<Reading> {
  const reading = await openReading(db);
  if (!reading) {
    throw new NoRoom(
      'D’autres exports sont déjà en cours sur le portail. Réessayez dans un instant.',
      ROOM_AFTER,
    );
  }
  const places = Array.from({ length: AT_ONCE }, (_, place) => `export ${accountId} ${place}`);
  let taken = false;
  try {
    for (let waited = 0; !taken && waited <= LEAVES_WITHIN; waited += LOOKS_EVERY) {
      if (waited > 0) await pause(LOOKS_EVERY);
      taken = await reading.lockOneOf(places);
    }
  } finally {
    if (!taken) void reading.close();
  }
  if (taken) return reading;
  throw new NoRoom(
    'Deux exports sont déjà en cours avec votre compte. Attendez la fin de l’un d’eux, puis recommencez.',
    ROOM_AFTER,
  );
}
