import type { Request } from 'express';
import type { z } from 'zod';
import { dayInParis } from '../domain/calendar.ts';
import type { DecisionAct } from '../domain/request.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { decisionsConfirmation } from '../presenters/batch-confirmations.ts';
import { fullName } from '../presenters/format.ts';
import { undoHref } from '../presenters/undos.ts';
import type { OwnBatch } from '../repositories/batches.ts';
import { refusalReasonRepository } from '../repositories/refusal-reasons.ts';
import { tickedRows } from '../schemas/batches.ts';
import { acceptanceForm, refusalForm } from '../schemas/requests.ts';
import type { DecisionOrder } from '../services/deciding.ts';
import type { LeftRequest } from '../services/deciding-many.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { sentenceOf } from './decision-faults.ts';
import { pressedReason } from './refusal-reasons.ts';

type RequestsBatch = OwnBatch & { kind: DecisionAct };

/** Accepting or refusing several requests at once: each is decided for itself, and accounted for. */
export function decisionBatches({ db, clock, services: { decidingMany } }: AppContext) {
  const today = () => dayInParis(clock.now());

  const reasonOf = async (line: LeftRequest): Promise<string> =>
    line === null
      ? 'Une demande n’est plus dans votre périmètre.'
      : `${fullName(line.request)}\u00a0: ${await sentenceOf(db, line)}`;

  const declare = <Form extends z.ZodType>(
    batch: RequestsBatch,
    form: Form,
    orderOf: (values: z.output<Form>) => DecisionOrder,
  ) =>
    confirmedAct({
      list: paths.requests.pending,
      async describe(req) {
        const scope = scopeOf(req);
        const { judged, messages } = await decidingMany.foresee(actorOf(req), scope, batch.kind, batch);
        const left = judged.map(({ request, fault }) => fault && sentenceOf(db, { fault, request }));
        return decisionsConfirmation(batch.kind, judged, {
          messages,
          today: today(),
          left: await Promise.all(left),
          reasons: batch.kind === 'refuse' ? await refusalReasonRepository(db).all(organismIdOf(scope)) : [],
        });
      },
      form: () => form,
      // A ready-made reason was pressed.
      async change(req) {
        const motif = batch.kind === 'refuse' ? await pressedReason(db, req) : null;
        return motif === null ? undefined : { input: { motif } };
      },
      perform: (req, values) => decidingMany.run(actorOf(req), scopeOf(req), batch.id, orderOf(values)),
      async tell(req, many) {
        // Confirmed by another tab in this very instant.
        if (many === null) return { to: hrefOf(req)(paths.batches.show(batch)) };
        const isAccepted = batch.kind === 'accept';
        const href = hrefOf(req)(paths.requests[isAccepted ? 'accepted' : 'refused']);
        const values = {
          decided: String(many.decided.length),
          agreed: String(many.agreed.length),
          messages: String(many.messages),
          left: (await Promise.all(many.left.map(reasonOf))).join('\n'),
          href,
          undo: undoHref(batch, hrefOf(req), href),
        };
        return { notice: isAccepted ? 'requests-accepted' : 'requests-refused', values };
      },
    });

  return {
    /** The number of the draft; null when nothing is ticked. @throws NotFound (P5) */
    async draft(req: Request, kind: DecisionAct): Promise<number | null> {
      const ids = tickedRows.safeParse(req.body.ids);
      return ids.success ? decidingMany.draft(actorOf(req), scopeOf(req), kind, ids.data) : null;
    },

    act: (batch: RequestsBatch) =>
      batch.kind === 'accept'
        ? declare(batch, acceptanceForm(today()), ({ fin: endsOn }) => ({ act: 'accept', endsOn }))
        : declare(batch, refusalForm, ({ motif: reason }) => ({ act: 'refuse', reason })),
  };
}
