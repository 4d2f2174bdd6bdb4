import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { Holder } from '../domain/assignment.ts';
import { NotFound } from '../domain/errors.ts';

/** An account as its page shows it. */
export interface Account {
  id: number;
  email: string;
  civility: 'M.' | 'Mme' | null;
  lastName: string;
  firstName: string;
  functionTitle: string;
  phone: string;
  organismId: number;
  organismCode: string;
  organismName: string;
  organismSince: Date;
  isExecutive: boolean;
  active: boolean;
  lastSignInAt: Date | null;
  /** Ucanss closed it of its own accord: says nothing of an active one. */
  closedByUcanss: boolean;
}

/** What a new account is made of. Names are stored as they are given; the caller puts the last name in capitals. */
export interface NewAccount {
  email: string;
  civility: Account['civility'];
  lastName: string;
  firstName: string;
  functionTitle: string;
  phone: string;
  organismId: number;
  isExecutive: boolean;
  createdAt: Date;
  createdBy: number | null;
}

/** What an administrator may change of a person. */
export type Identity = Pick<Account, 'civility' | 'lastName' | 'firstName' | 'functionTitle' | 'phone'>;

/** Whether somebody is an executive, with their civility and function. */
type Office = Pick<Account, 'id' | 'civility' | 'functionTitle' | 'isExecutive'>;

/** A person whose rights are about to change. */
export interface NamedHolder extends Holder {
  firstName: string;
  lastName: string;
  email: string;
  organismName: string;
  createdAt: Date;
  /** Ucanss closed the account of its own accord: says nothing of an active one. */
  closedByUcanss: boolean;
}

const COLUMNS = {
  id: 'accounts.id',
  email: 'accounts.email',
  civility: 'accounts.civility',
  lastName: 'accounts.last_name',
  firstName: 'accounts.first_name',
  functionTitle: 'accounts.function_title',
  phone: 'accounts.phone',
  organismId: 'accounts.organism_id',
  organismCode: 'organisms.code',
  organismName: 'organisms.name',
  organismSince: 'accounts.organism_since',
  isExecutive: 'accounts.is_executive',
  active: 'accounts.active',
  lastSignInAt: 'accounts.last_sign_in_at',
  closedByUcanss: 'accounts.closed_by_ucanss',
};

// Not a join: where another act moved the person while this one waited for its lock, the row would be left out.
const HOLDERS = `
  SELECT id, organism_id AS "organismId", active, is_executive AS "isExecutive", first_name AS "firstName",
    last_name AS "lastName", email, created_at AS "createdAt", closed_by_ucanss AS "closedByUcanss",
    (SELECT name FROM organisms WHERE organisms.id = accounts.organism_id) AS "organismName"
  FROM accounts WHERE id = ANY($1::bigint[]) ORDER BY id`;

// Who an organism knows: its people, and who administers it from elsewhere, even by a delegation whose day has passed.
const KNOWN_TO = (organism: string) => `(accounts.organism_id = ${organism} OR EXISTS (
  SELECT 1 FROM assignments WHERE assignments.account_id = accounts.id AND assignments.organism_id = ${organism}
    AND role_kind = 'local_administrator' AND ended_at IS NULL))`;

const LOCK_KNOWN = `${HOLDERS.replace('ORDER BY', `AND ${KNOWN_TO('$2')} ORDER BY`)} FOR NO KEY UPDATE`;

const ADD_MANY = `
  INSERT INTO accounts (email, civility, last_name, first_name, function_title, phone, organism_id, organism_since,
    is_executive, created_at, created_by)
  SELECT email, civility, "lastName", "firstName", "functionTitle", phone, "organismId", "createdAt", "isExecutive",
    "createdAt", "createdBy"
  FROM jsonb_to_recordset($1::jsonb) AS new (email text, civility text, "lastName" text, "firstName" text,
    "functionTitle" text, phone text, "organismId" int, "createdAt" timestamptz, "isExecutive" boolean, "createdBy" bigint)
  ON CONFLICT (email) DO NOTHING RETURNING id, email`;

const OFFICES = `jsonb_to_recordset($1::jsonb)
  AS office (id bigint, civility text, "functionTitle" text, "isExecutive" boolean)`;

const SET_OFFICES = [
  `UPDATE accounts SET civility = office.civility, function_title = "functionTitle", is_executive = "isExecutive"
   FROM ${OFFICES} WHERE accounts.id = office.id`,
  `UPDATE requests SET function_title = "functionTitle" FROM ${OFFICES}
   WHERE requests.account_id = office.id AND requests.status = 'pending'
     AND requests.function_title IS DISTINCT FROM "functionTitle"`,
];

const isOf = (organismId: number | null) => (holder: Holder) =>
  organismId === null || holder.organismId === organismId;

export function accountRepository(db: Database) {
  const accounts = () => db('accounts').join('organisms', 'organisms.id', 'accounts.organism_id');

  return {
    /** @throws NotFound */
    async get(id: number): Promise<Account> {
      const account: Account | undefined = await accounts().first(COLUMNS).where('accounts.id', id);
      if (!account) throw new NotFound();
      return account;
    },

    /** The account of this address, in lower case, whatever its organism; or undefined. */
    async findByEmail(email: string): Promise<Account | undefined> {
      return accounts().first(COLUMNS).where('accounts.email', email);
    },

    /**
     * The account, if it belongs to this organism (null: any).
     * @throws NotFound, as if it did not exist, outside the organism (P5).
     */
    async getManaged(id: number, organismId: number | null): Promise<Account> {
      const account: Account | undefined = await accounts()
        .first(COLUMNS)
        .where({ 'accounts.id': id, ...(organismId === null ? {} : { 'accounts.organism_id': organismId }) });
      if (!account) throw new NotFound();
      return account;
    },

    /**
     * The account, if it belongs to this organism or administers it (null: any).
     * @throws NotFound, as if it did not exist, for anybody else (P5).
     */
    async getKnownTo(id: number, organismId: number | null): Promise<Account> {
      const account: Account | undefined = await accounts()
        .first(COLUMNS)
        .where('accounts.id', id)
        .modify((query) => organismId !== null && query.whereRaw(KNOWN_TO('?'), [organismId, organismId]));
      if (!account) throw new NotFound();
      return account;
    },

    /** Adds an active account; undefined when the address already has one (R56). */
    async add(account: NewAccount): Promise<number | undefined> {
      const inserted = await db('accounts')
        .insert({
          email: account.email,
          civility: account.civility,
          last_name: account.lastName,
          first_name: account.firstName,
          function_title: account.functionTitle,
          phone: account.phone,
          organism_id: account.organismId,
          organism_since: account.createdAt,
          is_executive: account.isExecutive,
          created_at: account.createdAt,
          created_by: account.createdBy,
        })
        .onConflict('email')
        .ignore()
        .returning('id');
      return inserted[0]?.id;
    },

    /** Adds active accounts, and returns those whose address nobody had. */
    addMany: (accounts: readonly NewAccount[]): Promise<{ id: number; email: string }[]> =>
      preparedQuery<{ id: number; email: string }>(db, ADD_MANY, [JSON.stringify(accounts)]),

    /** Says who is an executive, and by which function: on accounts, already locked, and on their pending requests. */
    async setOffices(offices: readonly Office[]): Promise<void> {
      if (offices.length === 0) return;
      for (const query of SET_OFFICES) await preparedQuery(db, query, [JSON.stringify(offices)]);
    },

    /** What these people are in their organism (R81). */
    async officesOf(ids: readonly number[]): Promise<Map<number, Omit<Office, 'id'>>> {
      const columns = { civility: 'civility', functionTitle: 'function_title', isExecutive: 'is_executive' };
      const found = await db('accounts')
        .select({ id: 'id', ...columns })
        .whereRaw('id = ANY(?::bigint[])', [[...ids]]);
      return new Map(found.map(({ id, ...office }) => [id, office]));
    },

    /** Changes who a person is, on their account and on their pending requests, which show the same name. */
    async setIdentity(id: number, identity: Identity): Promise<void> {
      const { lastName, firstName, functionTitle, phone } = identity;
      const shown = { last_name: lastName, first_name: firstName, function_title: functionTitle, phone };
      await db('accounts')
        .where({ id })
        .update({ ...shown, civility: identity.civility });
      await db('requests').where({ account_id: id, status: 'pending' }).update(shown);
    },

    /** Changes the identifier of a person, on their account and on their pending requests, with its flag (F1). */
    async setEmail(id: number, email: string, outsideMailDomain?: boolean): Promise<void> {
      await db('accounts').where({ id }).update({ email });
      const flag = outsideMailDomain === undefined ? {} : { outside_mail_domain: outsideMailDomain };
      await db('requests')
        .where({ account_id: id, status: 'pending' })
        .update({ email, ...flag });
    },

    /** These people as they stand, in the order of their identifiers: those of the organism (null: any). */
    listManaged: async (ids: readonly number[], organismId: number | null): Promise<NamedHolder[]> =>
      (await preparedQuery<NamedHolder>(db, HOLDERS, [ids])).filter(isOf(organismId)),

    /**
     * Locks these people, in the order of their identifiers, and returns those of the organism (null: any) as they
     * stand once locked. Taken before any write on their rights, so that two acts on one person follow each other.
     */
    lockManaged: async (ids: readonly number[], organismId: number | null): Promise<NamedHolder[]> =>
      (await preparedQuery<NamedHolder>(db, `${HOLDERS} FOR NO KEY UPDATE`, [ids])).filter(isOf(organismId)),

    /** Locks somebody who belongs to this organism or administers it (null: anybody). @throws NotFound (P5) */
    async lockKnownTo(id: number, organismId: number | null): Promise<NamedHolder> {
      if (organismId === null) return this.lockOne(id, null);
      const [holder] = await preparedQuery<NamedHolder>(db, LOCK_KNOWN, [[id], organismId]);
      if (!holder) throw new NotFound();
      return holder;
    },

    /** @throws NotFound, as if it did not exist, outside the organism (P5). */
    async lockOne(id: number, organismId: number | null): Promise<NamedHolder> {
      const [holder] = await this.lockManaged([id], organismId);
      if (!holder) throw new NotFound();
      return holder;
    },
  };
}
