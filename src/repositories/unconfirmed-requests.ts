import type { Database } from '../database/knex.ts';

/** An account request as the link of its message shows it, and as those who decide are told of it. */
export interface UnconfirmedRequest {
  id: number;
  organismId: number;
  organismName: string;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  phone: string;
  reason: string;
  outsideMailDomain: boolean;
}

/** What an address has already: an account, active or not, or a request that waits. */
interface Taken {
  account: 'account' | 'inactive' | null;
  pendingSince: Date | null;
}

const COLUMNS = {
  id: 'requests.id',
  organismId: 'requests.organism_id',
  organismName: 'organisms.name',
  lastName: 'requests.last_name',
  firstName: 'requests.first_name',
  email: 'requests.email',
  functionTitle: 'requests.function_title',
  phone: 'requests.phone',
  reason: 'requests.reason',
  outsideMailDomain: 'requests.outside_mail_domain',
};

/** Account requests that wait for their address to be confirmed: seen by nobody yet (F1). */
export function unconfirmedRepository(db: Database) {
  const unconfirmed = () =>
    db('requests')
      .join('organisms', 'organisms.id', 'requests.organism_id')
      .first(COLUMNS)
      .where({ 'requests.status': 'unconfirmed' });

  return {
    async find(id: number): Promise<UnconfirmedRequest | undefined> {
      return unconfirmed().where({ 'requests.id': id });
    },

    /** The request behind a link that still holds, or undefined. Looking does not use the link up. */
    async findByLink(hash: string, now: Date): Promise<UnconfirmedRequest | undefined> {
      return unconfirmed()
        .join('tokens', 'tokens.request_id', 'requests.id')
        .where({ 'tokens.purpose': 'request_confirmation', 'tokens.token_hash': hash })
        .whereNull('tokens.used_at')
        .where('tokens.expires_at', '>', now);
    },

    /**
     * What else there is for this address: an account, or a request that waits already. Locks the address until the
     * transaction ends, because two links of one address may be followed at once.
     */
    async lockAddress(email: string): Promise<Taken> {
      await db.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [`account-request:${email}`]);
      const found = await db.raw(
        `SELECT (SELECT CASE WHEN active THEN 'account' ELSE 'inactive' END FROM accounts WHERE email = ?) AS account,
           (SELECT submitted_at FROM requests WHERE email = ? AND kind = 'account' AND status = 'pending')
             AS "pendingSince"`,
        [email, email],
      );
      return found.rows[0];
    },

    /** The address is confirmed: from now on those who decide see the request. */
    async submit(id: number, submittedAt: Date): Promise<void> {
      await db('requests')
        .where({ id, status: 'unconfirmed' })
        .update({ status: 'pending', submitted_at: submittedAt });
    },

    /** Deletes at most so many of those made before this instant, with their links and messages; returns how many. */
    async purgeBefore(instant: Date, limit: number): Promise<number> {
      const ids: number[] = await db('requests')
        .where({ status: 'unconfirmed' })
        .where('created_at', '<', instant)
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .pluck('id');
      if (ids.length === 0) return 0;
      for (const table of ['tokens', 'messages']) {
        await db(table).whereRaw('request_id = ANY(?::bigint[])', [ids]).delete();
      }
      return db('requests').whereRaw('id = ANY(?::bigint[])', [ids]).delete();
    },
  };
}
