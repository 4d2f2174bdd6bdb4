import { createHash } from 'node:crypto';
import connectPgSimple from 'connect-pg-simple';
import session, { type SessionData } from 'express-session';
import type { Database } from './knex.ts';
import { preparedQuery } from './prepared.ts';

const PostgresStore = connectPgSimple(session);

// Who reads the table cannot take a session over: it holds a digest of the identifier that the cookie carries.
const digest = (sid: string) => createHash('sha256').update(sid).digest('base64url');

/** Writes the session that follows, within the transaction of what it goes with; false where the one before has ended. */
export type KeepSession = (db: Database) => Promise<boolean>;

/** A session as a browser is to have it. */
interface NextSession {
  sid: string;
  data: Partial<SessionData>;
}

/** A session as it is read, with the person it is of. */
interface StoredSession<A> {
  data: SessionData;
  actor: A | undefined;
}

interface StoreOptions<A> {
  /** Milliseconds: a row untouched for longer is pruned. */
  idle: number;
  /** Reads an open session by its digest, together with its person: every request needs both. */
  read(sid: string): Promise<StoredSession<A> | undefined>;
}

const INSERT = 'INSERT INTO sessions (sess, expire, sid) VALUES ($1, $2, $3)';
const RENEW = 'UPDATE sessions SET sess = $1, expire = $2, sid = $3 WHERE sid = $4 RETURNING sid';

/**
 * Sessions in PostgreSQL. A session is inserted once; every later save is an UPDATE, so that one deleted while a
 * request runs (sign-out, deactivation) cannot come back when that request saves.
 */
export class SessionStore<A> extends PostgresStore {
  readonly #db: Database;
  readonly #lifetime: number;
  readonly #read: StoreOptions<A>['read'];
  readonly #actors = new WeakMap<object, A>();

  constructor(db: Database, { idle, read }: StoreOptions<A>) {
    super({
      // connect-pg-simple asks of its pool this one method.
      pool: {
        query: async (text: string, values: unknown[]) => ({ rows: await preparedQuery(db, text, values) }),
      } as never,
      tableName: 'sessions',
      ttl: idle / 1000,
      disableTouch: true,
      // A nightly job does it (services/retention.ts), whoever signs out or not.
      pruneSessionInterval: false,
    });
    this.#db = db;
    this.#lifetime = idle;
    this.#read = read;
  }

  /** Who the session of this request is of, as read with it; undefined when they are not active any more. */
  actorOf({ session }: { session: object }): A | undefined {
    return this.#actors.get(session);
  }

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    this.#read(digest(sid)).then(
      (found) => {
        if (found?.actor) this.#actors.set(found.data, found.actor);
        callback(null, found?.data ?? null);
      },
      (error: unknown) => callback(error),
    );
  }

  override createSession(
    ...[req, data]: Parameters<session.Store['createSession']>
  ): session.Session & SessionData {
    const created = super.createSession(req, data);
    const actor = this.#actors.get(data);
    if (actor) this.#actors.set(created, actor);
    return created;
  }

  override set(sid: string, data: SessionData, callback: (error?: unknown) => void = () => {}): void {
    const statement = data.stored ? 'UPDATE sessions SET sess = $1, expire = $2 WHERE sid = $3' : INSERT;
    preparedQuery(this.#db, statement, this.#row({ sid, data })).then(
      () => {
        data.stored = true;
        callback();
      },
      (error: unknown) => callback(error),
    );
  }

  /**
   * Gives a session another identifier, with what it holds by now; false where it has ended. It stays one row, so that
   * what ends it meanwhile ends this one, or waits for it and does so.
   */
  async renew(db: Database, former: string, next: NextSession): Promise<boolean> {
    const values = [...this.#row(next), digest(former)];
    return (await preparedQuery(db, RENEW, values)).length === 1;
  }

  /** Opens a session in the place of whatever the browser had. */
  async open(db: Database, former: string, next: NextSession): Promise<true> {
    await preparedQuery(db, 'DELETE FROM sessions WHERE sid = $1', [digest(former)]);
    await preparedQuery(db, INSERT, this.#row(next));
    return true;
  }

  #row({ sid, data }: NextSession): [sess: string, expire: Date, sid: string] {
    const expire = new Date(Date.now() + this.#lifetime);
    return [JSON.stringify({ ...data, stored: true }), expire, digest(sid)];
  }

  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    super.destroy(digest(sid), callback);
  }
}
