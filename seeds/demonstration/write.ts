import type { Knex } from 'knex';
import { batchRepository } from '../../src/repositories/batches.ts';
import type { Chronicle } from './chronicle.ts';
import type { PastEvent } from './rows.ts';
import type { Stage } from './stage.ts';

// The trail takes its events as one text: some thousands at a time keep it small.
const EVENTS_AT_ONCE = 5_000;

/** Every batch of the stage gives a role. */
const GRANTED_BY_BATCH = `
  INSERT INTO batch_effects (batch_id, action, done_at, account_id, role_id, assignment_id, ends_on)
  SELECT batches.id, 'assignment.granted', granted_at, account_id, role_id, assignments.id, ends_on
  FROM batches JOIN batch_lines ON batch_id = batches.id JOIN assignments USING (account_id, role_id)
  WHERE batches.id = :batch AND outcome = 'granted' AND granted_at = batches.created_at ORDER BY assignments.id`;

/** Writes what the stage holds, in a statement a table, and its events in the order of time. */
export async function writeStory(trx: Knex.Transaction, { chronicle, requests }: Stage): Promise<void> {
  await insertNumbered(trx, 'accounts', withRoleIds(chronicle));
  await insertNumbered(trx, 'requests', requests.rows);
  await insert(trx, 'assignments', chronicle.assignments);
  await insertNumbered(
    trx,
    'batches',
    chronicle.batches.map(({ batch }) => batch),
  );
  for (const { batch, outcomes } of chronicle.batches) {
    await batchRepository(trx).addLines(batch.id, outcomes);
    await trx.raw(GRANTED_BY_BATCH, { batch: batch.id });
  }
  const events = chronicle.events.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  for (let first = 0; first < events.length; first += EVENTS_AT_ONCE) {
    const rows = events.slice(first, first + EVENTS_AT_ONCE).map(toRow);
    await trx.raw('SELECT audit_append_at(?::jsonb)', [JSON.stringify(rows)]);
  }
}

/** The read model filled beforehand: the trigger on the assignments then finds nothing to rewrite. */
function withRoleIds({ accounts, assignments }: Chronicle) {
  const held = new Map(accounts.map(({ id }) => [id, new Set<number>()]));
  for (const { account_id, role_id, ended_at } of assignments) {
    if (ended_at === null) held.get(account_id)?.add(role_id);
  }
  return accounts.map((account) => {
    const roles = [...(held.get(account.id) ?? [])].sort((one, other) => one - other);
    return { ...account, role_ids: roles };
  });
}

/** Rows that already have their number: the identity is made to give out the same ones. */
async function insertNumbered(trx: Knex.Transaction, table: string, rows: { id: number }[]): Promise<void> {
  const numbers = await trx.raw(
    `SELECT min(id) AS first, max(id) AS last
     FROM (SELECT nextval('${table}_id_seq') AS id FROM generate_series(1, ?)) AS taken`,
    [rows.length],
  );
  const { first, last } = numbers.rows[0];
  if (first !== rows[0]?.id || last !== rows.at(-1)?.id) {
    throw new Error(
      `The identity of ${table} moved while the demonstration was being written: load it again.`,
    );
  }
  await insert(trx, table, rows);
}

export async function insert(trx: Knex.Transaction, table: string, rows: object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  await trx.raw(
    `INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE
     SELECT ${columns} FROM json_populate_recordset(NULL::${table}, ?::json)`,
    [JSON.stringify(rows)],
  );
}

function toRow({ at, actor, event }: PastEvent) {
  return {
    occurred_at: at.toISOString(),
    actor_kind: actor.kind,
    actor_account_id: actor.kind === 'account' ? actor.accountId : null,
    actor_job: actor.kind === 'job' ? actor.job : null,
    action: event.action,
    organism_id: event.organismId ?? null,
    subject_account_id: event.subjectAccountId ?? null,
    role_id: event.roleId ?? null,
    request_id: event.requestId ?? null,
    batch_id: event.batchId ?? null,
    details: event.details,
  };
}
