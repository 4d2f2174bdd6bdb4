import type { Database } from '../database/knex.ts';
import type { Clock } from '../domain/clock.ts';
import type { FactorRule } from '../domain/second-factor.ts';
import type { BreachedPasswords } from '../security/breached-passwords.ts';
import type { Pause } from '../security/slow-lane.ts';

/** What bounds a file under way, in milliseconds. */
export interface ExportLimits {
  /** The longest that its receiver takes no byte. */
  unread: number;
  /** The longest in all. */
  total: number;
  /** How often the rights of its receiver are read anew. */
  check: number;
}

/** What services are made of. */
export interface ServiceContext {
  db: Database;
  /** Connections for acts on many people and for the night's work; `db` where it is not told. */
  batchDb?: Database;
  /** What bounds a file under way, where it is not what the portal promises. */
  exportLimits?: Partial<ExportLimits>;
  /** How attempts that are slowed wait, where it is not by the time itself. */
  pause?: Pause | undefined;
  /** The passwords of public leaks, where the portal has a list of them. */
  breached?: BreachedPasswords | undefined;
  clock: Clock;
  /** The origin of the site that passkeys are of, and what signs their challenges; commands have none. */
  passkeys?: { origin: string; secret: string };
  /** Of whom a second factor is asked, and what encrypts those that are kept; commands that need none have none. */
  factors?: { rule: FactorRule; key: string; formerKey: string | null };
}
