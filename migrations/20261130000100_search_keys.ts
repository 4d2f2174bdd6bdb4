import type { Knex } from 'knex';

// As src/domain/search.ts has them: a test compares the two over all of Unicode.
const MARKS = String.raw`\u0300-\u0344\u0346-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f`;
const INVISIBLE = String.raw`\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff`;
const HYPHENS = String.raw`\-\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead`;
const APOSTROPHES = String.raw`\u0027\u0060\u00b4\u02b9\u02bb-\u02bd\u02c8\u02ca\u02cb\u0384\u055a\u07f4\u07f5\u1fbd\u1fbf\u1fef\u1ffd\u1ffe\u2018-\u201b\u2032\u2035\u275b\u275c\ua78b\ua78c\uff07\uff40`;
const IGNORED = `'[${MARKS}${INVISIBLE}${HYPHENS}${APOSTROPHES}]'`;

/** Capitals that have no mark to take off. */
const capitalsOf = (among: RegExp): string[] =>
  Array.from({ length: 0x1f000 }, (_, code) => String.fromCodePoint(code)).filter(
    (letter) => among.test(letter) && letter.toLowerCase() !== letter && letter.normalize('NFKD') === letter,
  );
const COMMON = capitalsOf(/[\u00c0-\u024f\u0370-\u052f\u0531-\u0556\u1e00-\u1eff]/u);
const OTHERS = capitalsOf(
  /[\u10a0-\u10cd\u13a0-\u13f5\u1c89-\u1cbf\u2132\u2183\u2c00-\u2cf2\ua640-\ua69b\ua722-\ua7f6\u{10400}-\u{10427}\u{104b0}-\u{104d3}\u{10570}-\u{10595}\u{10c80}-\u{10cb2}\u{10d50}-\u{10d65}\u{118a0}-\u{118bf}\u{16e40}-\u{16e5f}\u{16ea0}-\u{16eb8}\u{1e900}-\u{1e921}]/u,
);
const small = (capitals: readonly string[]) => capitals.map((letter) => letter.toLowerCase()).join('');

// What was written since the last vacuum is searched row by row: 4 MB of it, the default, costs a search 5 ms.
const BOUNDED = 'WITH (gin_pending_list_limit = 512)';

/** Indexes that carried search_text, or were made of it: what they are now, and what they were. */
const INDEXES: readonly (readonly [name: string, definition: string])[] = [
  [
    'accounts_of_organism',
    `ON accounts (organism_id, last_key, first_key, id)
     INCLUDE (#, role_ids, role_count, function_key, email, active, is_executive)`,
  ],
  [
    'accounts_national',
    'ON accounts (last_key, first_key, id) INCLUDE (#, role_ids, organism_id, active, is_executive)',
  ],
  [
    'accounts_inactive',
    `ON accounts (last_key, first_key, id)
     INCLUDE (#, role_ids, organism_id, email, is_executive) WHERE NOT active`,
  ],
  [
    'requests_by_name',
    'ON requests (organism_id, status, last_key, first_key, id) INCLUDE (#, role_id, kind)',
  ],
  [
    'requests_of_organism',
    'ON requests (organism_id, status, submitted_at DESC, id DESC) INCLUDE (#, role_id, kind)',
  ],
  [
    'requests_of_status',
    'ON requests (status, submitted_at DESC, id DESC) INCLUDE (#, role_id, kind, organism_id)',
  ],
  ['requests_search', 'ON requests USING gin (organism_id, status, # gin_trgm_ops)'],
  ['account_texts_search', `ON account_texts USING gin (# gin_trgm_ops) ${BOUNDED}`],
  ['account_texts_short_grams', `ON account_texts USING gin (short_grams(#)) ${BOUNDED}`],
];

/**
 * Searches ignore hyphens, apostrophes and what cannot be seen. The fields of a key are parted by a character that no
 * word has, so that « Nom » looks in names alone without a column of its own. search_text stays for a release: the one
 * before reads it, without index.
 */
export async function up(db: Knex): Promise<void> {
  // lower() beyond ASCII hangs on the version of a library, and what is stored must not: letters are told one by one.
  await db.raw(`
    CREATE FUNCTION searchable_beyond_ascii(value text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
      plain text COLLATE "C" := regexp_replace(value COLLATE "C", ${IGNORED}, '', 'g');
    BEGIN
      plain := lower(regexp_replace(normalize(plain, NFKD) COLLATE "C", ${IGNORED}, '', 'g'));
      -- « é » is « e » by now: most texts are done.
      IF octet_length(plain) = length(plain) THEN RETURN plain; END IF;
      plain := translate(plain, '${COMMON.join('')}', '${small(COMMON)}');
      IF plain ~ '[^\\u0001-\\u058f]' THEN
        plain := translate(plain, '${OTHERS.join('')}ᲀᲁᲂᲃᲄᲅᲆᲇᲈ', '${small(OTHERS)}вдосттъѣꙋ');
      END IF;
      plain := translate(plain, 'ðđɖøłħŧıȷŋĸƒƀǥɨʉς\u0345', 'dddolhtijnqfbgiuσι');
      RETURN replace(replace(replace(replace(plain, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
    END $$
  `);
  // ASCII, nearly everything, is told by its length. Not STRICT, which would keep it from being inlined.
  await db.raw(`
    CREATE FUNCTION searchable(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
      WHEN octet_length(value) = length(value) THEN translate(lower(value COLLATE "C"), '-\`''', '')
      ELSE searchable_beyond_ascii(value) COLLATE "C"
    END
  `);
  // A row of an index is to fit in a third of a page, with last_key and its like: letters of three and four bytes, and
  // signs that stand for a sentence (U+FDFA), are cut where no name of people goes.
  await db.raw(`
    CREATE FUNCTION search_key(last_name text, first_name text, email text, function_title text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
      last_part text := left(searchable(last_name), 80);
      first_part text := left(searchable(first_name), 80);
      function_part text := left(searchable(function_title), 150);
    BEGIN
      IF octet_length(last_part) > 160 THEN last_part := left(last_part, 40); END IF;
      IF octet_length(first_part) > 160 THEN first_part := left(first_part, 40); END IF;
      IF octet_length(function_part) > 300 THEN function_part := left(function_part, 75); END IF;
      RETURN last_part || E'\\x1f' || first_part || E'\\x1f' || searchable(email) || E'\\x1f' || function_part;
    END $$
  `);
  await db.raw(`DROP INDEX ${INDEXES.map(([name]) => name).join(', ')}`);
  for (const table of ['accounts', 'requests']) {
    await db.raw(`
      ALTER TABLE ${table} ADD search_key text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (search_key(last_name, first_name, email, function_title)) STORED
    `);
  }
  await db.raw(`ALTER TABLE account_texts ADD search_key text COLLATE "C" NOT NULL DEFAULT ''`);
  // A row that is missing, as after a population, is made.
  await db.raw(`
    INSERT INTO account_texts (account_id, search_text, search_key)
    SELECT id, search_text, search_key FROM accounts ORDER BY last_key, first_key, id
    ON CONFLICT (account_id) DO UPDATE SET search_key = excluded.search_key
  `);
  await triggers(db, ['search_text', 'search_key']);
  await db.raw('ALTER TABLE account_texts ALTER search_key DROP DEFAULT');
  await indexes(db, 'search_key');
  // « Destinataire »: part of an address, among all that was sent.
  await db.raw('DROP INDEX messages_recipient');
  await db.raw('CREATE INDEX messages_recipient ON messages USING gin (searchable(recipient) gin_trgm_ops)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX messages_recipient');
  await db.raw('CREATE INDEX messages_recipient ON messages USING gin (recipient gin_trgm_ops)');
  await db.raw(`DROP INDEX ${INDEXES.map(([name]) => name).join(', ')}`);
  await triggers(db, ['search_text']);
  for (const table of ['account_texts', 'accounts', 'requests']) {
    await db.raw(`ALTER TABLE ${table} DROP COLUMN search_key`);
  }
  await indexes(db, 'search_text');
  await db.raw('DROP FUNCTION search_key(text, text, text, text)');
  await db.raw('DROP FUNCTION searchable(text)');
  await db.raw('DROP FUNCTION searchable_beyond_ascii(text)');
}

async function indexes(db: Knex, column: string): Promise<void> {
  for (const [name, definition] of INDEXES) {
    await db.raw(`CREATE INDEX ${name} ${definition.replace('#', column)}`);
  }
}

/** What keeps account_texts like accounts. */
async function triggers(db: Knex, columns: readonly string[]): Promise<void> {
  const each = (form: (column: string) => string, between: string) => columns.map(form).join(between);
  await db.raw(`
    CREATE OR REPLACE FUNCTION account_text_changed() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE account_texts SET ${each((column) => `${column} = NEW.${column}`, ', ')} WHERE account_id = NEW.id;
      RETURN NULL;
    END $$
  `);
  await db.raw(`
    CREATE OR REPLACE FUNCTION accounts_added() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO account_texts (account_id, ${columns.join(', ')}) SELECT id, ${columns.join(', ')} FROM new_rows;
      RETURN NULL;
    END $$
  `);
  await db.raw(`
    CREATE OR REPLACE TRIGGER accounts_texts_after_update AFTER UPDATE ON accounts FOR EACH ROW
    WHEN (${each((column) => `NEW.${column} IS DISTINCT FROM OLD.${column}`, ' OR ')})
    EXECUTE FUNCTION account_text_changed()
  `);
}
