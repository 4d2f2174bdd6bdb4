import type { Request } from 'express';
import type { Database } from '../database/knex.ts';
import { NotFound } from '../domain/errors.ts';
import { mayActIn } from '../domain/permissions.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { refusalReasonRepository } from '../repositories/refusal-reasons.ts';
import { parseForm } from '../schemas/form.ts';
import { refusalReasonForm } from '../schemas/requests.ts';
import type { AppContext } from './context.ts';
import { declaredButton, declaredForm, type Page } from './declared-form.ts';
import { smallIdOf } from './identifiers.ts';

/** « Motifs de refus »: the ready-made reasons, which administrators manage. */
export function refusalReasonsController({ db, services }: AppContext) {
  const back = (req: Request) => hrefOf(req)(paths.refusalReasons.index);

  /** `about`: the reason whose form is shown again with its faults; null for the new one's. */
  async function page(req: Request, about: number | null): Promise<Page> {
    const scope = scopeOf(req);
    const organismId = organismIdOf(scope);
    const reasons = await refusalReasonRepository(db).all(organismId);
    const refilled = refilledOf(req, reasons);
    return {
      view: 'management/requests/reasons',
      locals: {
        title: 'Motifs de refus',
        breadcrumb: [
          managementCrumb(req),
          { label: "Demandes d'habilitations", href: hrefOf(req)(paths.requests.pending) },
          { label: 'Motifs de refus', href: null },
        ],
        scope,
        reasons: reasons.map((reason) => ({ ...reason, own: reason.organismId === organismId })),
        mayAct: mayActIn(actorOf(req), scope),
        editing: about ?? refilled.about,
      },
      input: refilled.input,
    };
  }

  const creation = declaredForm({
    back,
    page,
    about: () => null,
    parse: (req) => parseForm(refusalReasonForm, req.body),
    perform: (req, { texte }) => services.refusalReasons.add(actorOf(req), scopeOf(req), texte),
    tell: (_req, added) => ({ notice: added ? 'refusal-reason-added' : 'refusal-reason-known' }),
  });

  const edition = declaredForm({
    back,
    page,
    async about(req) {
      const id = smallIdOf(req);
      if (await refusalReasonRepository(db).owns(id, organismIdOf(scopeOf(req)))) return id;
      throw new NotFound();
    },
    parse(req, id) {
      const form = parseForm(refusalReasonForm, req.body);
      if (form.valid) return form;
      return { ...form, errors: form.errors.map((error) => ({ ...error, field: `texte-${id}` })) };
    },
    perform: (req, { texte }) =>
      services.refusalReasons.update(actorOf(req), scopeOf(req), smallIdOf(req), texte),
    tell(_req, outcome) {
      if (outcome === 'unknown') throw new NotFound();
      return { notice: outcome === 'changed' ? 'refusal-reason-changed' : 'refusal-reason-known' };
    },
  });

  return {
    creation,
    edition,

    remove: declaredButton({
      back,
      perform: (req) => services.refusalReasons.remove(actorOf(req), scopeOf(req), smallIdOf(req)),
      tell(_req, removed) {
        if (!removed) throw new NotFound();
        return { notice: 'refusal-reason-removed' };
      },
    }),
  };
}

/** Of a form that is shown again, the reason that it was about; where that is gone, a new one keeps what was typed. */
function refilledOf({ refilled }: Request, reasons: readonly { id: number }[]) {
  const about = reasons.find(({ id }) => paths.refusalReasons.edit({ id }) === refilled?.path);
  const [texte] = refilled?.values.texte ?? [];
  return { about: about?.id ?? null, input: texte === undefined ? {} : { texte } };
}

/**
 * The text of the ready-made reason whose button was pressed in a form of refusal, which is then shown again with it:
 * script fills the field by itself. Null where none was.
 */
export async function pressedReason(db: Database, req: Request): Promise<string | null> {
  const offered = await refusalReasonRepository(db).all(organismIdOf(scopeOf(req)));
  return offered.find(({ id }) => String(id) === req.body?.remplir)?.text ?? null;
}
