import type { Knex } from 'knex';
import { batchRepository, type NewDraft } from '../../src/repositories/batches.ts';
import { grant } from './assignments.ts';

/** A draft of this person, to deactivate people of an organism or, of none, to refuse requests; returns its number. */
export const createDraft = (
  db: Knex,
  { organismId, ...draft }: Pick<NewDraft, 'createdBy' | 'organismId' | 'selectedIds'> & Partial<NewDraft>,
): Promise<number> =>
  batchRepository(db).draft({
    ...{ kind: organismId === null ? 'refuse' : 'deactivate', roleId: null, organismId },
    ...{ createdAt: new Date(), ...draft },
  });

/** A batch that is done, by this person, and can be undone: it gave somebody a role, of which it knows. Its number. */
export async function createDoneBatch(
  db: Knex,
  { createdBy, person }: { createdBy: number; person: { id: number; email: string; organism_id: number } },
): Promise<number> {
  const assignmentId = await grant(db, person, 'energie-lecteur');
  const { role_id: roleId } = await db('assignments').first('role_id').where({ id: assignmentId });
  const whose = { role_id: roleId, organism_id: person.organism_id, created_by: createdBy };
  const [batch] = await db('batches')
    .insert({ ...whose, kind: 'grant', state: 'done', created_at: new Date(), changed: 1 })
    .returning('id');
  const line = { batch_id: batch.id, account_id: person.id };
  await db('batch_lines').insert({ ...line, outcome: 'granted' });
  const effect = { ...line, role_id: roleId, assignment_id: assignmentId, done_at: new Date() };
  await db('batch_effects').insert({ ...effect, action: 'assignment.granted' });
  return batch.id;
}
