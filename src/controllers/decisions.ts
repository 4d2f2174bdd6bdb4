import type { Request, RequestHandler, Response } from 'express';
import { dayInParis } from '../domain/clock.ts';
import { ACCOUNT_REQUEST_LABEL } from '../domain/request.ts';
import { organismIdOf, scopeCode } from '../domain/scope.ts';
import {
  actorOf,
  assertSameOrganism,
  leaveNotice,
  perimeterOf,
  redirectTo,
  scopeOf,
} from '../middlewares/request.ts';
import { formatDate } from '../presenters/format.ts';
import { faultSentence } from '../presenters/requests.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { refusalReasonRepository } from '../repositories/refusal-reasons.ts';
import { requestRepository, type StoredRequest } from '../repositories/requests.ts';
import { roleRepository } from '../repositories/roles.ts';
import { localPath, paths, pathTo, withQuery } from '../routes/paths.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { acceptanceForm, refusalForm } from '../schemas/requests.ts';
import type { Decided } from '../services/deciding.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

type Act = 'accept' | 'refuse';

/** « Accepter » and « Refuser » on a row (R22): a page that says the effect, then the decision. */
export function decisionsController({ db, clock, services }: AppContext) {
  const today = () => dayInParis(clock.now());

  async function showForm(req: Request, res: Response, act: Act, errors: FieldError[] = []) {
    const scope = scopeOf(req);
    const request = await requestRepository(db).getManaged(idOf(req), organismIdOf(scope));
    const role = request.roleId === null ? null : await roleRepository(db).get(request.roleId);
    const duration = role?.defaultDurationDays ?? null;
    res.render(`management/requests/${act}`, {
      title: `${act === 'accept' ? 'Accepter' : 'Refuser'} la demande de ${personOf(request)}`,
      breadcrumb: [],
      request: { ...request, person: personOf(request), role: role?.label ?? ACCOUNT_REQUEST_LABEL },
      isAccount: request.kind === 'account',
      organisme: scopeCode(scope),
      perimetre: perimeterOf(req),
      back: backOf(req),
      action: pathTo(paths.requests[act], request.id),
      reasons: act === 'refuse' ? await refusalReasonRepository(db).all(organismIdOf(scope)) : [],
      today: today(),
      input: req.body ?? { fin: duration === null ? '' : dayInParis(inDays(clock.now(), duration)) },
      errors,
      messages: messagesOf(errors),
    });
  }

  async function conclude(req: Request, res: Response, act: Act, result: Decided) {
    const { request } = result;
    if (result.kind === 'refused') {
      const decided = await decidedSentence(request);
      leaveNotice(req, 'decision-refused', {
        sentence: faultSentence(result.fault, { person: personOf(request), decided }),
      });
    } else {
      leaveNotice(req, `request-${act === 'accept' ? 'accepted' : 'refused'}`, {
        person: personOf(request),
        href: withQuery(paths.requests[act === 'accept' ? 'accepted' : 'refused'], {
          perimetre: perimeterOf(req),
        }),
      });
    }
    await redirectTo(req, res, backOf(req));
  }

  /** « Cette demande a déjà été acceptée par … le … » */
  async function decidedSentence(request: StoredRequest): Promise<string> {
    if (request.decidedAt === null || request.decidedBy === null) return 'Cette demande a déjà été traitée.';
    const decider = await accountRepository(db).get(request.decidedBy);
    const done = request.status === 'accepted' ? 'acceptée' : 'refusée';
    return `Cette demande a déjà été ${done} par ${decider.firstName} ${decider.lastName} le ${formatDate(request.decidedAt)}.`;
  }

  return {
    acceptance: ((req, res) => showForm(req, res, 'accept')) satisfies RequestHandler,
    refusal: ((req, res) => showForm(req, res, 'refuse')) satisfies RequestHandler,

    accept: (async (req, res) => {
      assertSameOrganism(req);
      const form = parseForm(acceptanceForm(today()), req.body);
      if (!form.valid) return showForm(req, res.status(422), 'accept', form.errors);
      const acceptance = { requestId: idOf(req), endsOn: form.values.fin };
      await conclude(
        req,
        res,
        'accept',
        await services.deciding.accept(actorOf(req), scopeOf(req), acceptance),
      );
    }) satisfies RequestHandler,

    refuse: (async (req, res) => {
      assertSameOrganism(req);
      const form = parseForm(refusalForm, req.body);
      if (!form.valid) return showForm(req, res.status(422), 'refuse', form.errors);
      const refusal = { requestId: idOf(req), reason: form.values.motif };
      await conclude(req, res, 'refuse', await services.deciding.refuse(actorOf(req), scopeOf(req), refusal));
    }) satisfies RequestHandler,
  };
}

const personOf = ({ firstName, lastName }: StoredRequest): string => `${firstName} ${lastName}`;

const inDays = (now: Date, days: number): Date => new Date(now.getTime() + days * 86_400_000);

const backOf = (req: Request): string =>
  localPath(req.body?.retour ?? req.query.retour) ??
  withQuery(paths.requests.pending, { perimetre: perimeterOf(req) });
