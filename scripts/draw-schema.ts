import type { Database } from '../src/database/knex.ts';

/** What the tables are about, in the order in which one meets them. A table without a subject is refused. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  'Reference data': ['branches', 'organisms', 'applications', 'roles', 'refusal_reasons'],
  People: ['accounts', 'account_texts', 'credentials'],
  'What they hold and ask for': ['assignments', 'requests', 'email_changes'],
  'Acts on a selection': ['batches', 'batch_effects', 'planned_acts', 'batch_lines', 'batch_announcements'],
  Nominations: ['nomination_imports', 'nomination_lines'],
  'The trail': ['audit_events', 'audit_head'],
  Messages: ['messages', 'tokens'],
  'Second factors': [
    ...['authenticators', 'passkeys', 'passkey_handles', 'used_challenges', 'recovery_codes'],
    'factor_resets',
  ],
  'Sessions and forms': ['sessions', 'known_devices', 'kept_forms', 'form_keys', 'rate_limits'],
};

interface Column {
  table: string;
  name: string;
  type: string;
  required: boolean;
  /** Its default, or what it is computed from. */
  given: string | null;
  comment: string | null;
}

interface Key {
  table: string;
  kind: 'p' | 'u' | 'f' | 'c';
  definition: string;
  columns: string[];
  target: string | null;
}

// Tables of the schema; a month of the trail is a part of one, and the migrator has its own.
const TABLES = `
  SELECT c.oid, c.relname AS name FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname NOT LIKE 'migrations%'`;

const COLUMNS = `
  SELECT t.name AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
    a.attnotnull AS required,
    CASE WHEN a.attidentity <> '' THEN 'identity' WHEN a.attgenerated <> '' THEN 'computed'
      ELSE pg_get_expr(d.adbin, d.adrelid) END AS given,
    col_description(t.oid, a.attnum) AS comment
  FROM (${TABLES}) AS t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum ORDER BY t.name, a.attnum`;

const KEYS = `
  SELECT t.name AS "table", c.contype AS kind, pg_get_constraintdef(c.oid) AS definition, c.confrelid::regclass::text AS target,
    ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k(number, place)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place) AS columns
  FROM (${TABLES}) AS t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype IN ('p', 'u', 'f', 'c')
  ORDER BY t.name, c.conname`;

/** The tables of a migrated database, subject by subject, as the document has them. */
export async function drawSchema(db: Database): Promise<string> {
  const { rows: columns } = (await db.raw(COLUMNS)) as { rows: Column[] };
  const { rows: keys } = (await db.raw(KEYS)) as { rows: Key[] };
  const drawn = Object.values(SUBJECTS).flat();
  const tables = new Set(columns.map(({ table }) => table));
  const lost = [...tables].filter((table) => !drawn.includes(table));
  if (lost.length > 0) throw new Error(`scripts/draw-schema.ts gives no subject to ${lost.join(', ')}`);
  return Object.entries(SUBJECTS)
    .map(([subject, names]) =>
      [
        `## ${subject}`,
        ...names.map((name) => drawTable(name, columns.filter(ofTable(name)), keys.filter(ofTable(name)))),
      ].join('\n\n'),
    )
    .join('\n\n');
}

const ofTable =
  (name: string) =>
  ({ table }: { table: string }) =>
    table === name;

function drawTable(name: string, columns: readonly Column[], keys: readonly Key[]): string {
  const primary = keys.find(({ kind }) => kind === 'p');
  const unique = keys
    .filter(({ kind }) => kind === 'u')
    .map(({ definition }) => definition.replace(/^UNIQUE /, ''));
  const together = keys.filter(({ kind, columns }) => kind === 'f' && columns.length > 1);
  const keyOf = ({ name: column }: Column) => [
    ...(primary?.columns.includes(column) ? ['key'] : []),
    ...keys
      .filter(
        ({ kind, columns: [first, ...others] }) => kind === 'f' && others.length === 0 && first === column,
      )
      .map(({ target }) => `→ ${target}`),
  ];
  const remarks = (column: Column) =>
    [
      ...keyOf(column),
      ...keys.filter(isOf(column)).flatMap(({ definition }) => valuesOf(definition)),
      ...(column.given === null ? [] : [givenOf(column.given)]),
      column.comment ?? '',
    ]
      .filter((part) => part !== '')
      .join('; ');
  const notes = [
    ...unique.map((definition) => `Unique: ${definition}.`),
    ...together.map(({ definition }) => `${definition.replace(/^FOREIGN KEY /, 'References: ')}.`),
  ];
  return [
    `### \`${name}\``,
    [
      '| column | type | |',
      '|---|---|---|',
      ...columns.map(
        (column) =>
          `| \`${column.name}\` | ${column.type}${column.required ? '' : ', or null'} | ${remarks(column)} |`,
      ),
    ].join('\n'),
    ...notes,
  ].join('\n\n');
}

/** A condition on this column alone. */
const isOf =
  ({ name }: Column) =>
  ({ kind, columns }: Key): boolean =>
    kind === 'c' && columns.join() === name;

/** The values that a condition lets in, where it lists them. */
function valuesOf(condition: string): string[] {
  const [, list] = /^CHECK \(\(\w+ = ANY \(ARRAY\[([^\]]*)\]\)\)\)$/.exec(condition) ?? [];
  return list === undefined ? [] : [[...list.matchAll(/'([^']*)'/g)].map(([, value]) => value).join(', ')];
}

/** A default, without the type that PostgreSQL adds to each constant. */
const givenOf = (given: string): string =>
  given === 'identity' || given === 'computed'
    ? given
    : `\`${given.replace(/::[a-z ]+(\[\])?/g, '').replaceAll('|', '\\|')}\` unless told`;
