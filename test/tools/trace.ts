import type { Database } from '../../src/database/knex.ts';

const TABLES = [
  'accounts',
  'assignments',
  'requests',
  'email_changes',
  'factor_resets',
  'batches',
  'batch_lines',
  'roles',
  'applications',
  'organisms',
  'refusal_reasons',
  'messages',
  'audit_events',
] as const;

// What the database computes, what a chain or a queue adds, and moments, which only tell that something happened.
const LEFT_OUT =
  /^(id|version|occurred_at|created_at|(previous_)?hash|.*_key|search_text|role_ids|role_count|position|announcement|selected_ids|sent_at|sending_until|attempts|last_error)$/;

type Names = Record<'account' | 'organism' | 'role', Map<string, string>>;

async function namesOf(db: Database): Promise<Names> {
  const named = async (table: string, name: string) =>
    new Map((await db(table).select('id', { name })).map((row) => [String(row.id), String(row.name)]));
  return {
    account: await named('accounts', 'email'),
    organism: await named('organisms', 'code'),
    role: await named('roles', 'code'),
  };
}

/** A value as it is told: whom and what an identifier is of, never its number, which another seed would change. */
function told(column: string, value: unknown, names: Names): string {
  if (value instanceof Date) return 'set';
  if (/^(account_id|subject_account_id|actor_account_id|.*_by)$/.test(column))
    return names.account.get(String(value)) ?? '?';
  if (/^(organism_id|inherited_from)$/.test(column)) return names.organism.get(String(value)) ?? '?';
  if (column === 'role_id') return names.role.get(String(value)) ?? '?';
  if (/_id$/.test(column)) return '#';
  return JSON.stringify(value, (key, inner) => {
    if (/Id$|_id$|^id$/.test(key)) return '#';
    return typeof inner === 'string' && /^[\w-]{40,}$/.test(inner) ? '…' : inner;
  });
}

/** The rows that the work made or changed, table by table, as lines for somebody to read. */
export async function traceOf(db: Database, work: () => Promise<void>): Promise<string[]> {
  const [{ xid }] = (await db.raw('SELECT txid_current()::text AS xid')).rows;
  const last = await db('messages').max('id as id').first();
  await work();
  const names = await namesOf(db);
  const lines: string[] = [];
  for (const table of TABLES) {
    const rows = db(table)
      .whereRaw('xmin::text::bigint > ?', [xid])
      .orderBy(table === 'batch_lines' ? 'account_id' : 'id');
    // What is sent meanwhile, of this act or of another, is done by a job, at any moment.
    if (table === 'messages') rows.where('id', '>', last?.id ?? 0);
    if (table === 'audit_events') rows.whereNot({ actor_kind: 'job' });
    for (const row of await rows) lines.push(`${table}: ${lineOf(table, row, names)}`);
  }
  return lines;
}

const lineOf = (table: string, row: Record<string, unknown>, names: Names): string =>
  Object.entries(row)
    .filter(([column]) => !LEFT_OUT.test(column) && !(table === 'messages' && column === 'status'))
    .filter(([, value]) => ![null, '', false, 0].includes(value as null))
    .map(([column, value]) => `${column}=${told(column, value, names)}`)
    .join(' ');
