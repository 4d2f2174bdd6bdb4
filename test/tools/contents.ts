import type { Database } from '../../src/database/knex.ts';

/** Every row of every table of the portal, as one digest a table; partitions count for their whole. */
export async function contentsOf(db: Database): Promise<Record<string, string>> {
  const tables: string[] = await db('pg_class')
    .whereRaw(
      `relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT LIKE 'migrations%'`,
    )
    .orderBy('relname')
    .pluck('relname');
  const contents: Record<string, string> = {};
  for (const table of tables) {
    const { rows } = await db.raw(
      `SELECT count(*) || ' ' || md5(coalesce(string_agg(r::text, E'\\n' ORDER BY r::text COLLATE "C"), '')) AS told FROM ?? AS r`,
      [table],
    );
    contents[table] = rows[0].told;
  }
  return contents;
}

/** What the schema is made of: constraints, indexes, triggers with whether they fire, and where sequences stand. */
export async function structureOf(db: Database): Promise<string[]> {
  const { rows } = await db.raw(`
    SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS told
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT pg_get_indexdef(indexrelid) || ' ' || indisvalid FROM pg_index
      JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_triggerdef(pg_trigger.oid) || ' ' || tgenabled::text FROM pg_trigger
      JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal
    UNION ALL SELECT format('%s %s', sequencename, last_value) FROM pg_sequences
      WHERE schemaname = 'public' AND sequencename !~ '^migrations'
    UNION ALL SELECT format('%s %s', name, batch) FROM migrations ORDER BY 1`);
  return rows.map(({ told }: { told: string }) => told);
}
