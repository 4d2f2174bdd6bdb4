import type { Knex } from 'knex';
import { batchRepository, type NewDraft } from '../../src/repositories/batches.ts';

/** A draft of this person, to deactivate people of an organism or, of none, to refuse requests; returns its number. */
export const createDraft = (
  db: Knex,
  { organismId, ...draft }: Pick<NewDraft, 'createdBy' | 'organismId' | 'selectedIds'> & Partial<NewDraft>,
): Promise<number> =>
  batchRepository(db).draft({
    ...{ kind: organismId === null ? 'refuse' : 'deactivate', roleId: null, organismId },
    ...{ createdAt: new Date(), ...draft },
  });
