import { type ActContext, transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { job } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Refused } from '../domain/errors.ts';
import { toDoOf } from '../domain/nomination.ts';
import { NATIONAL } from '../domain/scope.ts';
import { holdsSocialSecurity } from '../files-in/social-security.ts';
import { findActor } from '../repositories/actors.ts';
import { batchRepository } from '../repositories/batches.ts';
import { jobRepository } from '../repositories/jobs.ts';
import {
  type NominationImport,
  nominationRepository,
  type ReadNomination,
} from '../repositories/nominations.ts';
import { acting } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';
import { doLines } from './nomination-doing.ts';
import { verdictsOf } from './nomination-judging.ts';
import { foreseeTold } from './nomination-messages.ts';

/** Lines that are read, and judged, at once. */
const CHUNK = 1_000;
/** Lines that are done in one transaction: the trail waits for none longer than that. */
const DONE_AT_ONCE = 700;
/** Milliseconds that whoever confirms waits for the end; the rest goes on without them. */
const PATIENCE = 3_000;
/** Milliseconds after which a job looks at what is left, where whoever began it was stopped. */
const TAKEN_UP_AFTER = 10_000;
const ATTEMPTS = 12;

interface NominationFile {
  name: string;
  sha256: string;
}

/** What applying a file would come to, as things stand. */
interface ForeseenNominations {
  file: NominationImport;
  /** Lines that it would do. */
  toDo: number;
  /** How many leave. */
  messages: number;
  /** Lines that ask to be read again before. */
  warnings: number;
}

/** Files of nominations (R55, R81): compared, then done line by line, each line once. */
export function nominationService({ db, clock }: ServiceContext) {
  const act = (actor: Actor | null, beside = false): ActContext =>
    actor === null
      ? { db, clock, actor: job('nominations') }
      : Object.assign(acting({ db, clock }, actor, NATIONAL), { beside });

  /** Does some lines of a file, and says whether there may be more. */
  function advance(importId: number, actor: Actor | null): Promise<boolean> {
    return transaction(act(actor, true), async (unit) => {
      const nominations = nominationRepository(unit.db);
      await nominations.takeTurn();
      const file = await nominations.lock(importId);
      if (file.state !== 'applying' || file.batchId === null) return false;
      const lines = await nominations.lockWaiting(importId, DONE_AT_ONCE);
      if (lines.length > 0) await doLines(unit, { by: actor, batchId: file.batchId }, lines);
      if (lines.length === DONE_AT_ONCE) return true;
      await nominations.end(importId, unit.now);
      return false;
    });
  }

  /** Does what is left of a file, as long as that; says whether it has come to its end. */
  async function goOn(importId: number, actor: Actor | null, until: number): Promise<boolean> {
    while (await advance(importId, actor)) if (performance.now() > until) return false;
    return true;
  }

  return {
    /**
     * Keeps the lines of a file with what would become of each, and returns its number. Where the file breaks off, nothing
     * of it is kept. `actor` is null for a command.
     */
    compare: (
      actor: Actor | null,
      { name: fileName, sha256 }: NominationFile,
      read: AsyncIterable<readonly ReadNomination[]>,
    ): Promise<number> =>
      transaction(act(actor), async (unit) => {
        const nominations = nominationRepository(unit.db);
        const shown = holdsSocialSecurity(fileName) ? 'Fichier sans nom' : fileName;
        const file = { fileName: shown, sha256, createdBy: actor?.id ?? null, createdAt: unit.now };
        const id = await nominations.add(file);
        const lines = await keepLines(read, (some) => nominations.addLines(id, some));
        await judgeAll(unit, id, actor);
        unit.record({ action: 'nominations.compared', details: { file: shown, lines }, organismId: null });
        return id;
      }),

    /** How many messages leave with a file that this person applies, and how many lines ask to be read again. @throws NotFound */
    async foresee(actor: Actor | null, id: number): Promise<ForeseenNominations> {
      const nominations = nominationRepository(db);
      const file = await nominations.get(id);
      const told = await foreseeTold({ db, now: clock.now() }, actor?.id, id, DONE_AT_ONCE);
      const created = file.verdicts.create ?? 0;
      return {
        file,
        toDo: toDoOf(file.verdicts),
        messages: created + told,
        warnings: await nominations.warnings(id),
      };
    },

    /** @throws NotFound */
    get: (id: number): Promise<NominationImport> => nominationRepository(db).get(id),

    /**
     * Does every line of a file that is not in error, judged anew; a second confirmation does nothing more. It goes on by
     * itself where it takes longer than whoever confirms waits. Returns whether it has come to its end.
     * @throws Refused where there is nothing to do
     */
    async apply(actor: Actor | null, id: number, patience = PATIENCE): Promise<boolean> {
      const until = performance.now() + patience;
      await transaction(act(actor), async (unit) => {
        const nominations = nominationRepository(unit.db);
        const file = await nominations.lock(id);
        if (file.state !== 'compared') return;
        const lines = toDoOf(file.verdicts);
        if (lines === 0) throw new Refused('Ce fichier n’a aucune ligne à appliquer.');
        const batchId = await batchRepository(unit.db).beginNominations(actor?.id ?? null, unit.now);
        await nominations.begin(id, batchId);
        await takeUpLater(unit, id, actor);
        unit.record({
          action: 'nominations.applied',
          details: { file: file.fileName, lines },
          organismId: null,
        });
      });
      return goOn(id, actor, until);
    },

    /** Goes on with a file that was not done to its end. Returns whether it has come to it. @throws NotFound @throws Refused */
    async resume(actor: Actor, id: number): Promise<boolean> {
      const { state } = await nominationRepository(db).get(id);
      if (state === 'compared')
        throw new Refused('Ce fichier n’a pas été appliqué\u00a0: il n’y a rien à reprendre.');
      return goOn(id, actor, performance.now() + PATIENCE);
    },

    /** The same as a job: asked by Ucanss, it goes on even where who confirmed may act no more (P10). */
    async takeUp({ importId, accountId }: { importId: number; accountId: number | null }): Promise<void> {
      const found = accountId === null ? undefined : await findActor(db, accountId, dayInParis(clock.now()));
      const actor = found?.national === 'administrator' ? found : null;
      await goOn(importId, actor, Number.POSITIVE_INFINITY);
    },
  };
}

/** Writes lines while those after them are read; returns how many. */
async function keepLines(
  read: AsyncIterable<readonly ReadNomination[]>,
  write: (some: readonly ReadNomination[]) => Promise<unknown>,
): Promise<number> {
  let lines = 0;
  let written: Promise<unknown> = Promise.resolve();
  try {
    for await (const some of read) {
      await written;
      written = write(some);
      // What it throws is for whoever awaits it next.
      written.catch(() => {});
      lines += some.length;
    }
  } finally {
    await written;
  }
  return lines;
}

/** Writes the verdict of every line of a file. */
async function judgeAll({ db, now }: UnitOfWork, importId: number, actor: Actor | null): Promise<void> {
  const nominations = nominationRepository(db);
  for (let after = 0; ; ) {
    const lines = await nominations.linesAfter(importId, after, CHUNK);
    const last = lines.at(-1);
    if (last === undefined) break;
    await nominations.setOutcomes(await verdictsOf({ db, now, actorId: actor?.id ?? null }, lines));
    after = last.line;
  }
  await nominations.count(importId);
}

const takeUpLater = (unit: UnitOfWork, importId: number, actor: Actor | null): Promise<void> =>
  jobRepository(unit.db).addFor(
    // Jobs keep the clock of the database.
    new Date(Date.now() + TAKEN_UP_AFTER),
    `nominations-${importId}`,
    'nominations',
    { importId, accountId: actor?.id ?? null },
    ATTEMPTS,
  );
