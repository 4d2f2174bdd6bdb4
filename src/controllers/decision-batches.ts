import type { Request, RequestHandler, Response } from 'express';
import { addDays, dayInParis } from '../domain/calendar.ts';
import { NotFound } from '../domain/errors.ts';
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
import { refusalReasonRepository } from '../repositories/refusal-reasons.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { acceptanceForm, refusalForm, ticked } from '../schemas/requests.ts';
import type { DecisionAct, JudgedRequest } from '../services/deciding.ts';
import type { DecidedMany } from '../services/deciding-many.ts';
import type { AppContext } from './context.ts';
import { sentenceOf } from './decision-faults.ts';
import { pressedReason } from './refusal-reasons.ts';

interface ShownSelection {
  act: DecisionAct;
  ids: readonly number[];
  input?: Record<string, unknown>;
  errors?: readonly FieldError[];
}

/** Accepting or refusing several requests at once: each is decided for itself, and accounted for. */
export function decisionBatchesController({ db, clock, services }: AppContext) {
  const today = () => dayInParis(clock.now());

  /** A request of the selection, with why it will be left where it will. */
  const lineOf = async ({ request, role, fault }: JudgedRequest) => ({
    id: request.id,
    person: fullName(request),
    role: requestLabel(request.kind, role?.label),
    email: request.email,
    newEmail: request.newEmail,
    outsideMailDomain: request.outsideMailDomain,
    skipped: fault && (await sentenceOf(db, { fault, request })),
  });

  /** What will be decided, and what will be left and why. */
  async function showForm(req: Request, res: Response, { act, ids, input, errors = [] }: ShownSelection) {
    const scope = scopeOf(req);
    const judged = await services.decidingMany.preview(actorOf(req), scope, act, ids);
    const lines = await Promise.all(judged.map(lineOf));
    res.render('management/requests/selection', {
      title: act === 'accept' ? 'Accepter des demandes' : 'Refuser des demandes',
      breadcrumb: [],
      accepting: act === 'accept',
      act: WORDS[act],
      lines,
      decidable: lines.filter(({ skipped }) => skipped === null),
      back: backOf(req),
      reasons: act === 'refuse' ? await refusalReasonRepository(db).all(organismIdOf(scope)) : [],
      today: today(),
      input: input ?? { fin: usualEnd(judged, today()) },
      errors,
      messages: messagesOf(errors),
    });
  }

  async function conclude(
    req: Request,
    res: Response,
    act: DecisionAct,
    { decided, agreed, left }: DecidedMany,
  ) {
    const lines = left.map(async (line) =>
      line === null
        ? 'Une demande n’est plus dans votre périmètre.'
        : `${fullName(line.request)}\u00a0: ${await sentenceOf(db, line)}`,
    );
    leaveNotice(req, act === 'accept' ? 'requests-accepted' : 'requests-refused', {
      decided: String(decided.length),
      agreed: String(agreed.length),
      left: (await Promise.all(lines)).join('\n'),
      href: hrefOf(req)(paths.requests[act === 'accept' ? 'accepted' : 'refused']),
    });
    await redirectTo(req, res, backOf(req));
  }

  async function accept(req: Request, res: Response, ids: readonly number[]) {
    const form = parseForm(acceptanceForm(today()), req.body);
    if (!form.valid) {
      return showForm(req, res.status(422), { act: 'accept', ids, input: req.body, errors: form.errors });
    }
    const many = await services.decidingMany.accept(actorOf(req), scopeOf(req), ids, form.values.fin);
    await conclude(req, res, 'accept', many);
  }

  async function refuse(req: Request, res: Response, ids: readonly number[]) {
    const readyMade = await pressedReason(db, req);
    if (readyMade !== null) return showForm(req, res, { act: 'refuse', ids, input: { motif: readyMade } });
    const form = parseForm(refusalForm, req.body);
    if (!form.valid) {
      return showForm(req, res.status(422), { act: 'refuse', ids, input: req.body, errors: form.errors });
    }
    const many = await services.decidingMany.refuse(actorOf(req), scopeOf(req), ids, form.values.motif);
    await conclude(req, res, 'refuse', many);
  }

  async function nothingTicked(req: Request, res: Response) {
    leaveNotice(req, 'nothing-ticked');
    await redirectTo(req, res, backOf(req));
  }

  return {
    show: (async (req, res) => {
      const ids = ticked.safeParse(req.query.demandes);
      if (!ids.success) return nothingTicked(req, res);
      await showForm(req, res, { act: actOf(req.query.acte), ids: ids.data });
    }) satisfies RequestHandler,

    create: (async (req, res) => {
      assertSameOrganism(req);
      const act = actOf(req.body.acte);
      const ids = ticked.safeParse(req.body.demandes);
      if (!ids.success) return nothingTicked(req, res);
      await (act === 'accept' ? accept : refuse)(req, res, ids.data);
    }) satisfies RequestHandler,
  };
}

const WORDS: Record<DecisionAct, string> = { accept: 'accepter', refuse: 'refuser' };

/** The last day of the usual duration of the roles asked for, where it is the same for all; '' otherwise. */
function usualEnd(judged: readonly JudgedRequest[], today: string): string {
  const roles = judged.flatMap(({ role, fault }) => (role === null || fault !== null ? [] : [role]));
  const [days, ...others] = new Set(roles.map(({ defaultDurationDays }) => defaultDurationDays));
  return typeof days !== 'number' || others.length > 0 ? '' : addDays(today, days);
}

/** @throws NotFound for any other act. */
function actOf(value: unknown): DecisionAct {
  if (value === WORDS.accept) return 'accept';
  if (value === WORDS.refuse) return 'refuse';
  throw new NotFound();
}

const backOf = (req: Request): string => backTo(req, paths.requests.pending);
