import { setTimeout as pause } from 'node:timers/promises';
import type { FormKey } from '../database/form-under-way.ts';
import { DoneBefore, SentWithOther } from '../domain/errors.ts';
import { type DoneForm, formKeyRepository, type SentForm } from '../repositories/form-keys.ts';
import type { ServiceContext } from './context.ts';

/** Where the first was led is written just after its act: how often, and every how many milliseconds, it is looked for. */
const LOOKS = 10;
const LOOKS_EVERY = 50;

/** What is known of a form by its key: nothing, that it was done, or that another input was. */
type Judged = 'new' | 'done' | 'other';

const judgedBy = (form: SentForm, done: DoneForm | undefined): Judged =>
  done === undefined ? 'new' : done.inputHash === form.inputHash ? 'done' : 'other';

/** Forms sent twice are done once (docs/decisions/0021-forms-sent-twice.md). */
export function formKeyService({ db }: ServiceContext) {
  const keys = formKeyRepository(db);

  return {
    judge: async (form: SentForm): Promise<Judged> => judgedBy(form, await keys.find(form)),

    /** Where the form that was done led; null where its process died before it was noted. */
    async whereLed(form: SentForm): Promise<string | null> {
      for (let look = 0; look < LOOKS; look += 1) {
        const led = (await keys.find(form))?.ledTo ?? null;
        if (led !== null) return led;
        await pause(LOOKS_EVERY);
      }
      return null;
    },

    /** The key of a form under way, as the transaction of its act takes it. */
    keyOf: (form: SentForm): FormKey => ({
      async take(trx, now) {
        const within = formKeyRepository(trx);
        if (await within.take(form, now)) return;
        throw judgedBy(form, await within.find(form)) === 'other' ? new SentWithOther() : new DoneBefore();
      },
      giveBack: (trx) => formKeyRepository(trx).giveBack(form),
      leadTo: (path) => keys.leadTo(form, path),
    }),
  };
}
