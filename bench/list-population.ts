import type { Database } from '../src/database/knex.ts';

interface Population {
  accounts: number;
  largest: { id: number; people: number };
  /** What is searched, by what it is. */
  searches: Map<string, string>;
}

/** What is searched is taken from the people that are there, by rank and not by how fast it is found. */
export async function describePopulation(db: Database): Promise<Population> {
  await db.raw('VACUUM (ANALYZE) accounts, assignments');
  const total = await db.raw('SELECT count(*) AS accounts FROM accounts');
  const sizes = await db.raw(
    'SELECT organism_id AS id, count(*) AS people FROM accounts GROUP BY organism_id ORDER BY people DESC LIMIT 1',
  );
  const searches = new Map<string, string>();
  for (let letters = 1; letters <= 20; letters++) {
    // One person in 21 shares of the alphabet, and the first word of theirs that is long enough.
    const found = await db.raw(
      `SELECT left(word, ?) AS word
       FROM (SELECT search_key FROM accounts WHERE organism_id = ? ORDER BY last_key, first_key, id OFFSET ? LIMIT 1) AS person,
         regexp_split_to_table(search_key, E'[ \\x1f]') WITH ORDINALITY AS words (word, place)
       WHERE length(word) >= ? ORDER BY place LIMIT 1`,
      [letters, sizes.rows[0].id, Math.floor((sizes.rows[0].people * letters) / 21), letters],
    );
    if (found.rows[0] !== undefined) searches.set(`${letters} letters`, found.rows[0].word);
  }
  const role = await db.raw(`SELECT label FROM roles WHERE kind = 'ordinary' ORDER BY position LIMIT 1`);
  searches.set('nobody', 'xqzwkj');
  searches.set('rare letters', 'wx');
  searches.set('everyone', '.');
  searches.set('role label', role.rows[0].label);
  searches.set('two words', `${searches.get('4 letters')} ${searches.get('2 letters')}`);
  searches.set('name and role', `${searches.get('5 letters')} ${role.rows[0].label.split(' ')[0]}`);
  return { accounts: total.rows[0].accounts, largest: sizes.rows[0], searches };
}
