import type { Knex } from 'knex';

// As src/domain/text.ts is today: a migration keeps doing what it did.
const UNWANTED =
  /(?![\u200c\u200d])[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\ufff9-\ufffb]|(?![\t\n\v\f\r\x85])\p{Cc}/gu;
const JOINERS = /(?<![\p{L}\p{M}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{M}])/gu;
const visible = (text: string) => text.replace(UNWANTED, '').replace(JOINERS, '').normalize('NFC').trim();
const line = (text: string) => visible(text.replace(/[\t\n\v\f\r\x85\p{Zl}\p{Zp}]+/gu, ' '));
const lines = (text: string) => visible(text.replace(/[\v\f\x85\p{Zl}\p{Zp}]/gu, '\n'));

interface Column {
  clean: (text: string) => string;
  /** Most characters that the column takes. */
  most?: number;
  /** Never empty: what stands in then. */
  orElse?: (row: Row) => string;
}
type Row = { id: number; email?: string } & Record<string, string | null>;

const free: Column = { clean: lines };
const short: Column = { clean: line };
// A person is called by something: the part of the address before « @ ».
const name: Column = { clean: line, most: 80, orElse: ({ email }) => email?.split('@')[0] ?? '' };
// Somebody read it there: of nothing that can be seen, that it was something stays.
const needed: Column = { clean: line, orElse: ({ id }) => `(${id})` };
const person = {
  ...{ last_name: name, first_name: name },
  ...{ function_title: { clean: line, most: 150 }, phone: { clean: line, most: 30 } },
};

/** What people typed, table by table. Passwords are as typed, addresses were ASCII already, the trail never changes. */
const TABLES: Record<string, Record<string, Column>> = {
  accounts: { ...person, deactivation_reason: free },
  requests: { ...person, reason: free, decision_reason: { ...free, orElse: () => '-' } },
  assignments: { grant_reason: free, end_reason: free },
  batches: { reason: free },
  organisms: { name: needed, acronym: short, city: short },
  applications: { name: needed, theme: short },
  roles: { label: needed, procedure: free, description: free, audience: free },
  refusal_reasons: { text: { ...needed, clean: lines, most: 300 } },
};

/** Rows looked at in one statement. */
const PAGE = 5_000;

/** A name that could not be seen, and what the person is called now. */
type Named = { table: string; id: number; column: string; name: string };

/** What is stored becomes what the border now lets through: composed, and nothing in it that cannot be seen. */
export async function up(db: Knex): Promise<void> {
  const changed: Record<string, number> = {};
  const named: Named[] = [];
  for (const [table, columns] of Object.entries(TABLES)) {
    const count = await normalise(db, table, columns, named);
    if (count > 0) changed[table] = count;
  }
  if (Object.keys(changed).length === 0) return;
  const event = {
    ...{ occurred_at: new Date().toISOString(), actor_kind: 'job', actor_job: 'migration' },
    ...{ action: 'text.normalised', details: { changed, named } },
  };
  await db.raw('SELECT audit_append(?::jsonb)', [JSON.stringify([event])]);
}

/** What was typed is not kept anywhere else: the release before reads what is there. */
export async function down(): Promise<void> {}

/** Returns how many rows changed. */
async function normalise(
  db: Knex,
  table: string,
  columns: Record<string, Column>,
  named: Named[],
): Promise<number> {
  const names = Object.keys(columns);
  // ASCII without control character nor space at an end is as it should be: nearly everything.
  const odd = names.map((column) => `${column} ~ '[^ -~]|^ | $'`).join(' OR ');
  const address = names.includes('last_name') ? ['email'] : [];
  const changed = new Set<number>();
  for (let after = 0; ; ) {
    const rows: Row[] = await db(table)
      .select('id', ...address, ...names)
      .where('id', '>', after)
      .whereRaw(`(${odd})`)
      .orderBy('id')
      .limit(PAGE);
    for (const [column, rule] of Object.entries(columns)) {
      const updates = rows.flatMap((row) => {
        const [text, value] = [row[column] ?? null, storedOf(row, column, rule)];
        if (value === null || value === text) return [];
        if (rule === name && rule.clean(text ?? '') === '')
          named.push({ table, id: row.id, column, name: value });
        return [{ id: row.id, value }];
      });
      for (const { id } of updates) changed.add(id);
      if (updates.length > 0) await write(db, table, column, updates);
    }
    if (rows.length < PAGE) return changed.size;
    after = rows.at(-1)?.id ?? after;
  }
}

function storedOf(row: Row, column: string, { clean, most, orElse }: Column): string | null {
  const text = row[column];
  if (text === null || text === undefined) return null;
  const cleaned = clean(text);
  // What was empty may be: only a refusal, of these, says why.
  const value = cleaned === '' && text !== '' && orElse ? orElse(row) : cleaned;
  // Composed, a few texts are longer.
  return most === undefined ? value : [...value].slice(0, most).join('');
}

/** Where a column is unique, two that looked alike now are: the later takes its number. */
async function write(
  db: Knex,
  table: string,
  column: string,
  updates: readonly { id: number; value: string }[],
): Promise<void> {
  const unique = TABLES[table]?.[column]?.orElse !== undefined && !['accounts', 'requests'].includes(table);
  if (!unique) {
    const ids = updates.map(({ id }) => id);
    await db.raw(
      `UPDATE ?? SET ?? = given.value FROM unnest(?::bigint[], ?::text[]) AS given(id, value) WHERE ??.id = given.id`,
      [table, column, ids, updates.map(({ value }) => value), table],
    );
    return;
  }
  for (const { id, value } of updates) {
    const same = await db(table).where(column, value).whereNot({ id }).first();
    await db(table)
      .where({ id })
      .update({ [column]: same === undefined ? value : `${value} (${id})` });
  }
}
