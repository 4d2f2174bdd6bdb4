import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import type { Database } from '../../src/database/knex.ts';
import { MIGRATIONS_FOLDER } from '../../src/database/schema.ts';
import { createBareDatabase, type TestDatabase } from '../tools/database.ts';

// An upgrade goes portal by portal, and a step back starts the version before: each works on the schema of the other
// (docs/decisions/0011-newer-schema.md). What it was released with is read and written as before.

const WIDER = 'takes all that it took before, and new values';
const NEW_KINDS = 'for the values that were there before, it asks nothing more';
const UNRELEASED = 'before the first release: nothing had to live with it';

/** What a migration takes from the release before, or newly asks of it, and why that one lives with it. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '20261122140000_reference_data': {
    "roles: CHECK (((validator <> 'free'::text) OR (request_mode = 'none'::text)))": UNRELEASED,
  },
  '20261122142000_email_changes': {
    'tokens.new_email is gone': UNRELEASED,
    "tokens: CHECK (((purpose = 'email_change'::text) = (email_change_id IS NOT NULL)))": UNRELEASED,
  },
  '20261129220000_address_requests': {
    "requests: CHECK ((kind = ANY (ARRAY['account'::text, 'role'::text, 'address'::text])))": WIDER,
    "requests: CHECK (((kind = 'address'::text) = (new_email IS NOT NULL)))": NEW_KINDS,
    "email_changes: CHECK ((outcome = ANY (ARRAY['changed'::text, 'cancelled'::text, 'replaced'::text, 'refused'::text, 'lapsed'::text, 'reverted'::text])))":
      WIDER,
    "tokens: CHECK ((purpose = ANY (ARRAY['activation'::text, 'password_reset'::text, 'request_confirmation'::text, 'email_change'::text, 'email_mailbox'::text, 'email_agreement'::text])))":
      WIDER,
    "tokens: CHECK (((purpose = ANY (ARRAY['email_change'::text, 'email_mailbox'::text, 'email_agreement'::text])) = (email_change_id IS NOT NULL)))":
      NEW_KINDS,
    "requests: UNIQUE btree (account_id) WHERE ((status = 'pending'::text) AND (kind = 'address'::text))":
      NEW_KINDS,
  },
  '20261130000100_search_keys': {
    'account_texts.search_key is new, and must be given':
      'no portal writes this table: triggers do, which the same migration makes anew',
  },
  '20261201100000_batch_drafts': {
    "batches: CHECK ((kind = ANY (ARRAY['grant'::text, 'remove'::text, 'deactivate'::text, 'accept'::text, 'refuse'::text])))":
      WIDER,
    "batches: CHECK (((kind = ANY (ARRAY['grant'::text, 'remove'::text])) = (role_id IS NOT NULL)))":
      NEW_KINDS,
    "batches: CHECK (((organism_id IS NOT NULL) OR (kind = ANY (ARRAY['accept'::text, 'refuse'::text]))))":
      NEW_KINDS,
  },
  '20261203000000_reactivated_batches': {
    "batches: CHECK ((kind = ANY (ARRAY['grant'::text, 'remove'::text, 'deactivate'::text, 'reactivate'::text, 'accept'::text, 'refuse'::text])))":
      WIDER,
  },
  '20261210000000_batch_effects': {
    "batches: CHECK ((kind = ANY (ARRAY['grant'::text, 'remove'::text, 'deactivate'::text, 'reactivate'::text, 'accept'::text, 'refuse'::text, 'undo'::text, 'depart'::text, 'nominations'::text])))":
      WIDER,
    "batches: CHECK (((organism_id IS NOT NULL) OR (kind = ANY (ARRAY['accept'::text, 'refuse'::text, 'nominations'::text, 'undo'::text]))))":
      WIDER,
    "batches: CHECK (((kind = 'undo'::text) = (undoes IS NOT NULL)))": NEW_KINDS,
    "messages: CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text, 'withdrawn'::text])))":
      WIDER,
  },
  '20261205000200_correction_requests': {
    "requests: CHECK ((kind = ANY (ARRAY['account'::text, 'role'::text, 'address'::text, 'correction'::text])))":
      WIDER,
    "requests: CHECK (((kind = 'correction'::text) = (changes IS NOT NULL)))": NEW_KINDS,
    "requests: UNIQUE btree (account_id) WHERE ((status = 'pending'::text) AND (kind = 'correction'::text))":
      NEW_KINDS,
  },
  '20261213100000_factor_resets': {
    "tokens: CHECK ((purpose = ANY (ARRAY['activation'::text, 'password_reset'::text, 'request_confirmation'::text, 'email_change'::text, 'email_mailbox'::text, 'email_agreement'::text, 'factor_reset'::text])))":
      WIDER,
    "tokens: CHECK (((purpose = 'factor_reset'::text) = (factor_reset_id IS NOT NULL)))": NEW_KINDS,
  },
  '20261211000000_nominations': {
    "batches: CHECK (((created_by IS NOT NULL) OR (kind = 'nominations'::text)))": NEW_KINDS,
  },
};

interface Column {
  type: string;
  required: boolean;
  filled: boolean;
}

/** What another version of the portal may rely on. */
interface Schema {
  /** By « table.column ». */
  columns: Map<string, Column>;
  /** Their definition by « table name », and the columns that each is about. */
  constraints: Map<string, { told: string; columns: string[] }>;
  /** What they return, by name and arguments; those of triggers left out. */
  functions: Map<string, string>;
}

async function schemaOf(db: Database): Promise<Schema> {
  const columns = await db.raw(`
    SELECT relname || '.' || attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required,
      atthasdef OR attidentity <> '' AS filled
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND attnum > 0 AND NOT attisdropped`);
  // A unique index forbids as a constraint does, whether or not it is one.
  const constraints = await db.raw(`
    SELECT relname || ' ' || told AS name, told, ARRAY(
      SELECT relname || '.' || attname FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum = ANY (keys)
    ) AS columns
    FROM (
      SELECT conrelid AS oid, pg_get_constraintdef(oid) AS told, conkey AS keys FROM pg_constraint
      WHERE contype IN ('c', 'f', 'x')
      UNION ALL SELECT indrelid, regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', 'UNIQUE '), indkey::int2[]
      FROM pg_index WHERE indisunique
    ) AS rule JOIN pg_class USING (oid)
    WHERE relnamespace = 'public'::regnamespace AND NOT relispartition`);
  const functions = await db.raw(`
    SELECT pg_proc.oid::regprocedure::text AS name, pg_get_function_result(pg_proc.oid) AS result FROM pg_proc
    LEFT JOIN pg_depend ON pg_depend.objid = pg_proc.oid AND deptype = 'e'
    WHERE pronamespace = 'public'::regnamespace AND deptype IS NULL AND prorettype <> 'trigger'::regtype`);
  return {
    columns: new Map(columns.rows.map((row: Column & { name: string }) => [row.name, row])),
    constraints: new Map(
      constraints.rows.map((row: { name: string; told: string; columns: string[] }) => [row.name, row]),
    ),
    functions: new Map(functions.rows.map((row: { name: string; result: string }) => [row.name, row.result])),
  };
}

const tableOf = (column: string) => column.split('.')[0] ?? '';

/** What a version that was made for the schema before may stumble over on the one after. */
function faultsOf(before: Schema, after: Schema): string[] {
  const tables = new Set([...before.columns.keys()].map(tableOf));
  const columns = [...before.columns].flatMap(([name, was]) => {
    const is = after.columns.get(name);
    if (!is) return [`${name} is gone`];
    return [
      ...(is.type === was.type ? [] : [`${name} is ${is.type}, was ${was.type}`]),
      ...(is.required && !was.required ? [`${name} must be given`] : []),
      ...(was.filled && !is.filled && is.required ? [`${name} is no longer filled in by itself`] : []),
    ];
  });
  const added = [...after.columns].filter(
    ([name, { required, filled }]) =>
      !before.columns.has(name) && tables.has(tableOf(name)) && required && !filled,
  );
  // What binds new columns alone binds nobody who does not know them.
  const constraints = [...after.constraints].filter(
    ([name, { columns: bound }]) =>
      !before.constraints.has(name) &&
      (bound.length === 0 || bound.some((column) => before.columns.has(column))),
  );
  const functions = [...before.functions].filter(([name, result]) => after.functions.get(name) !== result);
  return [
    ...columns,
    ...added.map(([name]) => `${name} is new, and must be given`),
    ...constraints
      .filter(([name]) => tables.has(name.split(' ')[0] ?? ''))
      .map(([name]) => `${name.replace(' ', ': ')}`),
    ...functions.map(([name]) => `${name} is gone, or returns something else`),
  ];
}

describe('migrations only add', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createBareDatabase();
  });
  after(() => database.drop());

  test('the release before reads and writes what each of them leaves: what is not so has its reason', async () => {
    const { db } = database;
    const found: Record<string, string[]> = {};
    let schema = await schemaOf(db);
    for (const name of readdirSync(MIGRATIONS_FOLDER).sort()) {
      const { up } = (await import(pathToFileURL(join(MIGRATIONS_FOLDER, name)).href)) as {
        up(db: Knex): Promise<void>;
      };
      await db.transaction((trx) => up(trx));
      const next = await schemaOf(db);
      const faults = faultsOf(schema, next);
      if (faults.length > 0) found[name.replace('.ts', '')] = faults;
      schema = next;
    }
    const known = Object.entries(KNOWN).map(([name, faults]) => [name, Object.keys(faults)]);
    assert.deepEqual(found, Object.fromEntries(known));
  });
});
