import type { Database } from '../../src/database/knex.ts';
import { next } from './sequence.ts';

export interface OrganismRow {
  id: number;
  code: string;
  name: string;
}

/** An organism of its own for a test, of « Famille » unless told. Needs the reference data. */
export async function createOrganism(
  db: Database,
  fields: Record<string, unknown> = {},
): Promise<OrganismRow> {
  const number = next();
  const [branch] = await db('branches').select('id').where('name', 'Famille');
  const [organism] = await db('organisms')
    .insert({
      code: `TEST-${number}`,
      name: `Organisme d’essai ${number}`,
      acronym: 'TEST',
      branch_id: branch.id,
      department: '39',
      region: 'Bourgogne-Franche-Comté',
      city: 'Lons-le-Saunier',
      mail_domain: null,
      ...fields,
    })
    .returning(['id', 'code', 'name']);
  return organism;
}

/** The organism of the reference data with this code. */
export async function organismOf(db: Database, code: string): Promise<OrganismRow> {
  const organism = await db('organisms').first('id', 'code', 'name').where({ code });
  if (!organism) throw new Error(`no organism has the code ${code}`);
  return organism;
}
