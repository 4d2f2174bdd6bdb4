import { createHash } from 'node:crypto';
import connectPgSimple from 'connect-pg-simple';
import session, { type SessionData } from 'express-session';
import type { Database } from './knex.ts';
import { preparedQuery } from './prepared.ts';

const PostgresStore = connectPgSimple(session);

// Who reads the table cannot take a session over: it holds a digest of the identifier that the cookie carries.
const digest = (sid: string) => createHash('sha256').update(sid).digest('base64url');

/**
 * Sessions in PostgreSQL. A session is inserted once; every later save is an UPDATE, so that one deleted while a
 * request runs (sign-out, deactivation) cannot come back when that request saves.
 */
export class SessionStore extends PostgresStore {
  readonly #db: Database;
  readonly #lifetime: number;

  /** `idle` in milliseconds: a row untouched for longer is pruned. */
  constructor(db: Database, { idle }: { idle: number }) {
    super({
      // connect-pg-simple asks of its pool this one method.
      pool: {
        query: async (text: string, values: unknown[]) => ({ rows: await preparedQuery(db, text, values) }),
      } as never,
      tableName: 'sessions',
      ttl: idle / 1000,
      disableTouch: true,
    });
    this.#db = db;
    this.#lifetime = idle;
  }

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    super.get(digest(sid), callback);
  }

  override set(sid: string, data: SessionData, callback: (error?: unknown) => void = () => {}): void {
    const isNew = !data.stored;
    const stored = JSON.stringify({ ...data, stored: true });
    const expire = new Date(Date.now() + this.#lifetime);
    const statement = isNew
      ? 'INSERT INTO sessions (sess, expire, sid) VALUES ($1, $2, $3)'
      : 'UPDATE sessions SET sess = $1, expire = $2 WHERE sid = $3';
    preparedQuery(this.#db, statement, [stored, expire, digest(sid)]).then(
      () => {
        data.stored = true;
        callback();
      },
      (error: unknown) => callback(error),
    );
  }

  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    super.destroy(digest(sid), callback);
  }
}
