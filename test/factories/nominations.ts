import type { Database } from '../../src/database/knex.ts';
import { next, SOME_DAY } from './sequence.ts';

/** A file of nominations that was compared, of one account to be made; its number. */
export async function createNominationImport(db: Database): Promise<number> {
  const number = next();
  const [file] = await db('nomination_imports')
    .insert({
      ...{ file_name: `nominations-${number}.csv`, sha256: 'a'.repeat(64), created_at: SOME_DAY },
      verdicts: { create: 1 },
    })
    .returning('id');
  await db('nomination_lines').insert({
    ...{
      import_id: file.id,
      line: 2,
      reference: `N-${number}`,
      act: 'nomination',
      effective_on: '2026-11-01',
    },
    ...{ last_name: `NOMMÉE${number}`, first_name: 'Camille', email: `nommee.${number}@test.fr` },
    ...{ function_title: 'Directrice', organism_code: 'CAF-391', verdict: 'create' },
  });
  return file.id;
}
