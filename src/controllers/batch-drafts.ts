import type { Request, RequestHandler } from 'express';
import { isDecision, type SelectionKind } from '../domain/batch.ts';
import { NotFound } from '../domain/errors.ts';
import { batchLines } from '../lists/batch-lines.ts';
import { hrefOf } from '../middlewares/href.ts';
import {
  actorOf,
  assertSameOrganism,
  backTo,
  leaveNotice,
  redirectTo,
  scopeOf,
} from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { OwnBatch } from '../repositories/batches.ts';
import { SELECTION_ACTS } from '../schemas/batches.ts';
import { NO_DRAFT } from '../services/batch-drafts.ts';
import { accountBatches } from './account-batches.ts';
import type { AppContext } from './context.ts';
import { decisionBatches } from './decision-batches.ts';
import { idOf } from './identifiers.ts';
import { listController } from './lists.ts';

/**
 * A batch is a resource: what is chosen in a list makes a draft; its page says what would become of each, judged anew
 * at each display; its form does it, once (docs/decisions/0008-announced-batches.md).
 */
export function batchDraftsController(context: AppContext) {
  const [people, requests] = [accountBatches(context), decisionBatches(context)];
  const lines = listController(context, batchLines);

  /** The batch, where it is of this person for what the page covers. */
  const find = (req: Request) => context.services.batches.find(actorOf(req), scopeOf(req), idOf(req));

  /** The list that it was chosen in. */
  const listOf = (req: Request, kind: SelectionKind) =>
    backTo(req, isDecision(kind) ? paths.requests.pending : paths.accounts.index);

  const pageOf = (req: Request, { id, kind }: Pick<OwnBatch, 'id' | 'kind'>) =>
    hrefOf(req)(paths.batches.show({ id }), { retour: listOf(req, kind) });

  const actOf = ({ kind, ...batch }: OwnBatch) =>
    isDecision(kind) ? requests.act({ ...batch, kind }) : people.act({ ...batch, kind });

  /** « … la sélection ». */
  const create: RequestHandler = async (req, res) => {
    assertSameOrganism(req);
    const act = String(req.body.acte);
    const kind = Object.hasOwn(SELECTION_ACTS, act) ? SELECTION_ACTS[act] : undefined;
    if (kind === undefined) throw new NotFound();
    const id = await (isDecision(kind) ? requests.draft(req, kind) : people.draft(req, kind));
    if (id === null) leaveNotice(req, { notice: 'nothing-ticked' });
    await redirectTo(req, res, id === null ? listOf(req, kind) : pageOf(req, { id, kind }));
  };

  /** « Confirmer »: who comes second is led where the first was. */
  const confirm: RequestHandler = async (req, res, next) => {
    const batch = await find(req);
    if (!batch) throw new NotFound(NO_DRAFT);
    if (batch.state === 'draft') return actOf(batch).send(req, res, next);
    await redirectTo(req, res, pageOf(req, batch));
  };

  /** The page of a batch: of a draft, what it would do; then what became of each person. */
  const show: RequestHandler = async (req, res, next) => {
    const batch = await find(req);
    if (batch?.state === 'draft') return actOf(batch).show(req, res, next);
    if (!batch || !isDecision(batch.kind)) return lines.index(req, res, next);
    // Requests that are decided are in their lists.
    const list = paths.requests[batch.kind === 'accept' ? 'accepted' : 'refused'];
    return redirectTo(req, res, hrefOf(req)(list));
  };

  return { create, confirm, show };
}
