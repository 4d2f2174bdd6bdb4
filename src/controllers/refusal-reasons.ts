import type { Request, RequestHandler, Response } from 'express';
import type { Database } from '../database/knex.ts';
import { NotFound } from '../domain/errors.ts';
import { canActInManagement } from '../domain/permissions.ts';
import { organismIdOf } from '../domain/scope.ts';
import {
  actorOf,
  assertSameOrganism,
  leaveNotice,
  managementCrumb,
  redirectTo,
  scopeOf,
} from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { refusalReasonRepository } from '../repositories/refusal-reasons.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { refusalReasonForm } from '../schemas/requests.ts';
import type { AppContext } from './context.ts';
import { smallIdOf } from './identifiers.ts';

/** « Motifs de refus »: the ready-made reasons, which administrators manage. */
export function refusalReasonsController({ db, services }: AppContext) {
  /** `editing`: the reason whose form is shown again with its faults; null for the new one's. */
  async function show(
    req: Request,
    res: Response,
    { errors = [], editing = null }: { errors?: FieldError[]; editing?: number | null } = {},
  ) {
    const scope = scopeOf(req);
    const organismId = organismIdOf(scope);
    const href = hrefOf(req);
    const reasons = await refusalReasonRepository(db).all(organismId);
    // Of a form that is shown again, the reason that it was about; where that is gone, a new one keeps what was typed.
    const refilled = reasons.find(({ id }) => paths.refusalReasons.edit({ id }) === req.refilled?.path);
    res.render('management/requests/reasons', {
      title: 'Motifs de refus',
      breadcrumb: [
        managementCrumb(req),
        { label: "Demandes d'habilitations", href: href(paths.requests.pending) },
        { label: 'Motifs de refus', href: null },
      ],
      scope,
      reasons: reasons.map((reason) => ({ ...reason, own: reason.organismId === organismId })),
      mayAct: canActInManagement(actorOf(req)),
      editing: editing ?? refilled?.id ?? null,
      input: req.body ?? { texte: req.refilled?.values.texte?.[0] },
      errors,
      messages: messagesOf(errors),
    });
  }

  const back = (req: Request) => hrefOf(req)(paths.refusalReasons.index);

  return {
    index: ((req, res) => show(req, res)) satisfies RequestHandler,

    create: (async (req, res) => {
      assertSameOrganism(req);
      const form = parseForm(refusalReasonForm, req.body);
      if (!form.valid) return show(req, res.status(422), { errors: form.errors });
      const added = await services.refusalReasons.add(actorOf(req), scopeOf(req), form.values.texte);
      leaveNotice(req, added ? 'refusal-reason-added' : 'refusal-reason-known');
      await redirectTo(req, res, back(req));
    }) satisfies RequestHandler,

    update: (async (req, res) => {
      assertSameOrganism(req);
      const id = smallIdOf(req);
      const form = parseForm(refusalReasonForm, req.body);
      if (!form.valid) {
        if (!(await refusalReasonRepository(db).owns(id, organismIdOf(scopeOf(req))))) throw new NotFound();
        const errors = form.errors.map((error) => ({ ...error, field: `texte-${id}` }));
        return show(req, res.status(422), { errors, editing: id });
      }
      const outcome = await services.refusalReasons.update(actorOf(req), scopeOf(req), id, form.values.texte);
      if (outcome === 'unknown') throw new NotFound();
      leaveNotice(req, `refusal-reason-${outcome}`);
      await redirectTo(req, res, back(req));
    }) satisfies RequestHandler,

    remove: (async (req, res) => {
      assertSameOrganism(req);
      const removed = await services.refusalReasons.remove(actorOf(req), scopeOf(req), smallIdOf(req));
      if (!removed) throw new NotFound();
      leaveNotice(req, 'refusal-reason-removed');
      await redirectTo(req, res, back(req));
    }) satisfies RequestHandler,
  };
}

/**
 * The text of the ready-made reason whose button was pressed in a form of refusal, which is then shown again with it:
 * script fills the field by itself. Null where none was.
 */
export async function pressedReason(db: Database, req: Request): Promise<string | null> {
  const offered = await refusalReasonRepository(db).all(organismIdOf(scopeOf(req)));
  return offered.find(({ id }) => String(id) === req.body?.remplir)?.text ?? null;
}
