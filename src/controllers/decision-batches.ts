import type { Request, RequestHandler, Response } from 'express';
import { dayInParis } from '../domain/clock.ts';
import { NotFound } from '../domain/errors.ts';
import { ACCOUNT_REQUEST_LABEL, decisionRefusal } from '../domain/request.ts';
import { organismIdOf, scopeCode } from '../domain/scope.ts';
import {
  actorOf,
  assertSameOrganism,
  leaveNotice,
  perimeterOf,
  redirectTo,
  scopeOf,
} from '../middlewares/request.ts';
import { faultSentence } from '../presenters/requests.ts';
import { refusalReasonRepository } from '../repositories/refusal-reasons.ts';
import { requestRepository } from '../repositories/requests.ts';
import { roleRepository } from '../repositories/roles.ts';
import { localPath, paths, withQuery } from '../routes/paths.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { acceptanceForm, refusalForm, ticked } from '../schemas/requests.ts';
import type { AppContext } from './context.ts';

type Act = 'accepter' | 'refuser';

/** Accepting or refusing several requests at once: each is decided for itself, and accounted for. */
export function decisionBatchesController({ db, clock, services }: AppContext) {
  const today = () => dayInParis(clock.now());

  /** What will be decided, and what will be left and why. */
  async function showForm(req: Request, res: Response, act: Act, ids: number[], errors: FieldError[] = []) {
    const scope = scopeOf(req);
    const actor = actorOf(req);
    const roles = await roleRepository(db).all();
    const lines = [];
    for (const request of await requestRepository(db).manyManaged(ids, organismIdOf(scope))) {
      const role = roles.find(({ id }) => id === request.roleId) ?? null;
      const person = `${request.firstName} ${request.lastName}`;
      const fault = request.status === 'pending' ? decisionRefusal(actor, request, role) : 'already';
      const decided = 'Cette demande a déjà été traitée.';
      lines.push({
        id: request.id,
        person,
        role: role?.label ?? ACCOUNT_REQUEST_LABEL,
        skipped: fault && faultSentence(fault, { person, decided }),
      });
    }
    res.render('management/requests/selection', {
      title: act === 'accepter' ? 'Accepter des demandes' : 'Refuser des demandes',
      breadcrumb: [],
      act,
      lines,
      decidable: lines.filter(({ skipped }) => skipped === null),
      ids,
      organisme: scopeCode(scope),
      perimetre: perimeterOf(req),
      back: backOf(req),
      reasons: act === 'refuser' ? await refusalReasonRepository(db).all(organismIdOf(scope)) : [],
      today: today(),
      input: req.body ?? {},
      errors,
      messages: messagesOf(errors),
    });
  }

  return {
    show: (async (req, res) => {
      const ids = ticked.safeParse(req.query.demandes);
      if (!ids.success) {
        leaveNotice(req, 'nothing-ticked');
        return redirectTo(req, res, backOf(req));
      }
      await showForm(req, res, actOf(req.query.acte), ids.data);
    }) satisfies RequestHandler,

    create: (async (req, res) => {
      assertSameOrganism(req);
      const act = actOf(req.body.acte);
      const ids = ticked.safeParse(req.body.demandes);
      if (!ids.success) throw new NotFound();
      const [actor, scope] = [actorOf(req), scopeOf(req)];
      const outcomes = { decided: 0, left: 0 };
      const count = ({ kind }: { kind: string }) => {
        outcomes[kind === 'decided' ? 'decided' : 'left'] += 1;
      };
      if (act === 'accepter') {
        const form = parseForm(acceptanceForm(today()), req.body);
        if (!form.valid) return showForm(req, res.status(422), act, ids.data, form.errors);
        for (const requestId of ids.data) {
          count(await services.deciding.accept(actor, scope, { requestId, endsOn: form.values.fin }));
        }
      } else {
        const form = parseForm(refusalForm, req.body);
        if (!form.valid) return showForm(req, res.status(422), act, ids.data, form.errors);
        for (const requestId of ids.data) {
          count(await services.deciding.refuse(actor, scope, { requestId, reason: form.values.motif }));
        }
      }
      leaveNotice(req, act === 'accepter' ? 'requests-accepted' : 'requests-refused', {
        decided: String(outcomes.decided),
        left: String(outcomes.left),
        href: withQuery(paths.requests[act === 'accepter' ? 'accepted' : 'refused'], {
          perimetre: perimeterOf(req),
        }),
      });
      await redirectTo(req, res, backOf(req));
    }) satisfies RequestHandler,
  };
}

/** @throws NotFound for any other act. */
function actOf(value: unknown): Act {
  if (value === 'accepter' || value === 'refuser') return value;
  throw new NotFound();
}

const backOf = (req: Request): string =>
  localPath(req.body?.retour ?? req.query.retour) ??
  withQuery(paths.requests.pending, { perimetre: perimeterOf(req) });
