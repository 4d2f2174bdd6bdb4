import type { KeyObject } from 'node:crypto';
import { joinSnapshot } from '../database/backup/dump.ts';
import { untilOnDisk } from '../database/transaction.ts';
import { type TrailAttestation, type TrailVerdict, verifyTrail } from '../repositories/audit-trail.ts';
import { type Checkpoint, firstIdOf, signCheckpoint } from '../security/checkpoint.ts';
import type { ServiceContext } from './context.ts';

type Sealing =
  | { kind: 'sealed'; checkpoint: Checkpoint }
  | { kind: 'broken'; fault: string }
  /** Nothing between these two events can be the first one to keep. */
  | { kind: 'out-of-range'; firstId: number; lastId: number };

export interface SealingOptions {
  key: KeyObject;
  /** The last checkpoint: the trail must still hold what it attests. Its signature was checked. */
  previous: Checkpoint | null;
  /** The number of the first event that later checks require; the older ones may then be purged. */
  keepFrom: number | null;
  /** The snapshot of another transaction, where that is what is signed. */
  snapshot?: string;
}

/** What a checkpoint requires of a trail. */
export const attestationOf = (checkpoint: Checkpoint | null): TrailAttestation | null =>
  checkpoint && {
    firstId: firstIdOf(checkpoint),
    lastId: checkpoint.last_id,
    lastHash: checkpoint.last_hash,
  };

/** The trail as it is looked at from outside: verified, and attested by signed checkpoints. */
export function auditTrailService({ db, clock }: ServiceContext) {
  /** Verifies the whole trail; beside a checkpoint, also that what it attests is still there. */
  function verify(checkpoint: Checkpoint | null = null, snapshot?: string): Promise<TrailVerdict> {
    const attested = attestationOf(checkpoint);
    // One instant for all its statements: what is appended meanwhile waits for the next verification.
    return db.transaction(
      async (trx) => {
        if (snapshot !== undefined) await joinSnapshot(trx, snapshot);
        return verifyTrail(trx, { attested });
      },
      { isolationLevel: 'repeatable read', readOnly: true },
    );
  }

  return {
    verify,

    /** Signs what the trail holds now. A broken trail, or one that lost what was attested, is never signed. */
    async seal({ key, previous, keepFrom, snapshot }: SealingOptions): Promise<Sealing> {
      const verdict = await verify(previous, snapshot);
      if (!verdict.intact) return { kind: 'broken', fault: verdict.fault };
      // A machine that fell would otherwise take with it what was attested outside.
      await untilOnDisk(db);
      const { lastId, lastHash } = verdict;
      // A purge once allowed stays so, even where it has not been done yet.
      const firstId = Math.max(verdict.firstId, previous === null ? 1 : firstIdOf(previous));
      if (keepFrom !== null && (keepFrom < firstId || keepFrom > lastId)) {
        return { kind: 'out-of-range', firstId, lastId };
      }
      const events = lastId - (keepFrom ?? firstId) + 1;
      const created = clock.now().toISOString();
      const statement = { last_id: lastId, last_hash: lastHash, events, created_at: created };
      return { kind: 'sealed', checkpoint: signCheckpoint(statement, key) };
    },
  };
}
