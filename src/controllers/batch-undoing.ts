import { hrefOf } from '../middlewares/href.ts';
import { actorOf, backTo, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { undoConfirmation, undoRefusal } from '../presenters/undos.ts';
import { optionalReasonForm } from '../schemas/accounts.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** « Annuler le lot » (R83): what becomes of it is a batch, whose page follows. */
export function batchUndoingController({ services: { undoingBatches } }: AppContext) {
  return {
    undo: confirmedAct({
      list: (req) => backTo(req, paths.batches.show({ id: idOf(req) })),
      describe: async (req) =>
        undoConfirmation(await undoingBatches.foresee(actorOf(req), scopeOf(req), idOf(req))),
      form: () => optionalReasonForm,
      perform: (req, { motif: reason }) =>
        undoingBatches.run(actorOf(req), scopeOf(req), idOf(req), { reason }),
      tell(req, outcome) {
        const pageOf = (id: number) => hrefOf(req)(paths.batches.show({ id }));
        if (outcome.kind === 'done') return { to: pageOf(outcome.undoId) };
        const { fault, batch } = outcome;
        // Confirmed twice, or by somebody else in this very instant: what was done is shown.
        if (batch.undoneBy !== null) return { to: pageOf(batch.undoneBy) };
        return { notice: 'refused', values: { sentence: undoRefusal(fault, batch) } };
      },
    }),
  };
}
