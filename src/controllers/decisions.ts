import type { Request, RequestHandler, Response } from 'express';
import { holdsOn } from '../domain/assignment.ts';
import { addDays, dayInParis } from '../domain/calendar.ts';
import { requestLabel } from '../domain/request.ts';
import { organismIdOf } from '../domain/scope.ts';
import {
  actorOf,
  assertSameOrganism,
  backTo,
  leaveNotice,
  redirectTo,
  scopeOf,
} from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { refusalReasonRepository } from '../repositories/refusal-reasons.ts';
import type { StoredRequest } from '../repositories/requests.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { acceptanceForm, refusalForm } from '../schemas/requests.ts';
import type { Decided, DecisionAct } from '../services/deciding.ts';
import type { AppContext } from './context.ts';
import { sentenceOf } from './decision-faults.ts';
import { idOf } from './identifiers.ts';
import { pressedReason } from './refusal-reasons.ts';

/** « Accepter » and « Refuser » on a row (R22): a page that says the effect, then the decision. */
export function decisionsController({ db, clock, services, labels }: AppContext) {
  const today = () => dayInParis(clock.now());

  async function showForm(
    req: Request,
    res: Response,
    act: DecisionAct,
    { input, errors = [] }: { input?: Record<string, unknown>; errors?: FieldError[] } = {},
  ) {
    const scope = scopeOf(req);
    const judged = await services.deciding.preview(actorOf(req), scope, act, idOf(req));
    const { request, role, fault } = judged;
    // Its person took it to another organism: there is nothing of it to show here any more.
    if (fault === 'moved') return conclude(req, res, act, { kind: 'refused', fault, request });
    const duration = role?.defaultDurationDays ?? null;
    const person = fullName(request);
    const organism = (await labels.current()).organisms.get(request.organismId)?.name ?? '';
    const held = request.accountId === null ? [] : await heldBy(request.accountId);
    res.render(`management/requests/${act}`, {
      title: `${act === 'accept' ? 'Accepter' : 'Refuser'} la demande de ${person}`,
      breadcrumb: [],
      request: { ...request, person, role: requestLabel(request.kind, role?.label), organism },
      isAccount: request.kind === 'account',
      requester: await requesterOf(request),
      held,
      alreadyHeld: role !== null && held.includes(role.label),
      fault: fault && (await sentenceOf(db, { fault, request })),
      back: backOf(req),
      action: paths.requests[act]({ id: request.id }),
      reasons: act === 'refuse' ? await refusalReasonRepository(db).all(organismIdOf(scope)) : [],
      today: today(),
      input: input ?? { fin: duration === null ? '' : addDays(today(), duration) },
      errors,
      messages: messagesOf(errors),
    });
  }

  /** « Prénom NOM » of who asked for somebody else; null for one's own request. */
  async function requesterOf({ requestedBy, accountId }: StoredRequest): Promise<string | null> {
    if (requestedBy === null || requestedBy === accountId) return null;
    return fullName(await accountRepository(db).get(requestedBy));
  }

  /** The labels of what a person holds today, so that one decides knowing. */
  async function heldBy(accountId: number): Promise<string[]> {
    const { roles } = await labels.current();
    const live = await assignmentRepository(db).liveOf(accountId);
    const held = live.filter(({ endsOn }) => holdsOn(endsOn, today())).map(({ roleId }) => roleId);
    return [...new Set(held)].map((id) => roles.get(id)?.label ?? '');
  }

  async function conclude(req: Request, res: Response, act: DecisionAct, result: Decided) {
    if (result.kind === 'refused') {
      leaveNotice(req, 'decision-refused', { sentence: await sentenceOf(db, result) });
    } else if (result.kind === 'agreed') {
      leaveNotice(req, 'address-agreed', {
        person: fullName(result.request),
        email: result.request.newEmail ?? '',
      });
    } else {
      leaveNotice(
        req,
        result.request.kind === 'address' && act === 'accept'
          ? 'address-changed'
          : `request-${act === 'accept' ? 'accepted' : 'refused'}`,
        {
          person: fullName(result.request),
          href: hrefOf(req)(paths.requests[act === 'accept' ? 'accepted' : 'refused']),
        },
      );
    }
    await redirectTo(req, res, backOf(req));
  }

  return {
    acceptance: ((req, res) => showForm(req, res, 'accept')) satisfies RequestHandler,
    refusal: ((req, res) => showForm(req, res, 'refuse')) satisfies RequestHandler,

    accept: (async (req, res) => {
      assertSameOrganism(req);
      const form = parseForm(acceptanceForm(today()), req.body);
      if (!form.valid)
        return showForm(req, res.status(422), 'accept', { input: req.body, errors: form.errors });
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
      const readyMade = await pressedReason(db, req);
      if (readyMade !== null) return showForm(req, res, 'refuse', { input: { motif: readyMade } });
      const form = parseForm(refusalForm, req.body);
      if (!form.valid) {
        return showForm(req, res.status(422), 'refuse', { input: req.body, errors: form.errors });
      }
      const refusal = { requestId: idOf(req), reason: form.values.motif };
      await conclude(req, res, 'refuse', await services.deciding.refuse(actorOf(req), scopeOf(req), refusal));
    }) satisfies RequestHandler,
  };
}

const backOf = (req: Request): string => backTo(req, paths.requests.pending);
