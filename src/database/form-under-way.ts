import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';

/** The key of the form that a request carries, as the transaction of its act takes it. */
export interface FormKey {
  /** Takes it, once whoever has it is through. @throws where its form was done before */
  take(trx: Knex.Transaction, now: Date): Promise<void>;
  /** Gives it back: nothing was done. */
  giveBack(trx: Knex.Transaction): Promise<void>;
  /** Notes where the person is led, once the act is done. */
  leadTo(path: string): Promise<void>;
}

interface UnderWay {
  key: FormKey;
  /** True once an act was committed with it. */
  used: boolean;
}

const underWay = new AsyncLocalStorage<UnderWay>();

/** Does the work of a form: the first act of it that leaves events is done with the key, or not at all. */
export const withFormKey = <T>(key: FormKey, work: () => T): T => underWay.run({ key, used: false }, work);

/** What an act does with the key: takes it before its work, keeps it where something was done, and knows it used. */
export function formKeyOfAct() {
  const form = underWay.getStore();
  if (!form || form.used) return undefined;
  const { key } = form;
  return {
    take: (trx: Knex.Transaction, now: Date) => key.take(trx, now),
    giveBack: (trx: Knex.Transaction) => key.giveBack(trx),
    committed(done: boolean): void {
      form.used = done;
    },
  };
}

/** Notes where the form under way leads, if it did something. */
export async function noteWhereLed(path: string): Promise<void> {
  const form = underWay.getStore();
  if (form?.used) await form.key.leadTo(path);
}
