import type { Request, RequestHandler, Response } from 'express';
import type { Database } from '../database/knex.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { Clock } from '../domain/clock.ts';
import { Forbidden, NotFound } from '../domain/errors.ts';
import { ofOrganism } from '../domain/organism-name.ts';
import { type Access, mayAccess, mayAccessIn } from '../domain/permissions.ts';
import { choosesOrganism, currentOrganism, NATIONAL, type Scope } from '../domain/scope.ts';
import { type FactorRule, factorDuty, isRecent } from '../domain/second-factor.ts';
import { isOfSecurity, localPath, paths, withQuery } from '../paths.ts';
import { organismRepository } from '../repositories/organisms.ts';
import type { Services } from '../services/index.ts';
import type { FormPage } from './form-pages.ts';
import { isToBeRepeated, isTracelessHead, offerToContinue } from './from-elsewhere.ts';
import type { KeptForms } from './kept-forms.ts';
import { leaveNotice, redirectTo } from './request.ts';

const SAFE = new Set(['GET', 'HEAD']);

interface GuardContext {
  db: Database;
  clock: Clock;
  services: Pick<Services, 'refusals'>;
  forms: KeptForms;
  rule: FactorRule;
}

type Asking = 'before-page' | 'before-act';

interface Guarded {
  access: Access;
  /** The page that has the form; null for a page. */
  formPage: FormPage | null;
  /** When it asks who one is (routes/define-route.ts). */
  identity: Asking | ((req: Request) => Promise<boolean | 'before-page'>) | undefined;
}

/** Lets through who has the page; sends a visitor to sign in and come back; refuses, and traces, the others. */
export function guard(context: GuardContext, { access, formPage, identity }: Guarded): RequestHandler {
  return async (req, res, next) => {
    const actor = req.user ?? null;
    req.access = access;
    const may = mayAccess(access, actor);
    if (actor && isToBeRepeated(req, { refused: !may })) return offerToContinue(req, res);
    if (actor === null && !may) return context.forms.askToSignIn(req, res, formPage);
    if (actor && isWalled(context, req, actor)) return askForFactor(req, res);
    if (formPage && isOnlyShown(req, access)) return showAgain(context, formPage)(req, res, next);
    if (actor) await admit(context, req, actor);
    if (actor && (await asksWhoItIs(context, { formPage, identity }, req, res))) return;
    if (isTracelessHead(req)) return void res.type('html').end();
    next();
  };
}

/**
 * A form that is not of this session changes nothing. A public one needs none: opened before somebody signed in, in
 * another tab, it does what it says (same-origin.ts has seen that it comes from here). « _garder » asks for no more.
 */
const isOnlyShown = (req: Request, access: Access): boolean =>
  req.body?._garder !== undefined || (req.user !== undefined && access !== 'public' && !req.ofThisSession);

/** True of who must have a second factor by now, and has none, wherever they go but where one is added (R89). */
function isWalled({ rule, clock }: GuardContext, req: Request, actor: Actor): boolean {
  const duty = factorDuty(rule, actor, clock.now());
  if (duty.kind === 'grace') req.factorDue = duty.until;
  const isOpen = req.access === 'public' && req.path !== paths.home;
  return duty.kind === 'wall' && !isOpen && !isOfSecurity(req.path);
}

const askForFactor = async (req: Request, res: Response): Promise<void> => {
  // Once, however many pages were asked for.
  const told = (req.session.notices ?? []).some(({ key }) => key === 'factor-required');
  if (!told) leaveNotice(req, { notice: 'factor-required' });
  await redirectTo(req, res, paths.security.show);
};

/** Before what it has to be known who somebody is, where it was not shown in the last five minutes; null for nothing. */
async function askedBefore(req: Request, identity: Guarded['identity']): Promise<Asking | null> {
  if (identity === undefined || isRecent(req.session.provedAt, Date.now())) return null;
  if (typeof identity !== 'function') return identity;
  const asks = await identity(req);
  return asks === true ? 'before-act' : asks || null;
}

/** Asks who somebody is, where that has to be known by now; where it will be, the page says so. */
async function asksWhoItIs(
  { forms }: GuardContext,
  { formPage, identity }: Omit<Guarded, 'access'>,
  req: Request,
  res: Response,
): Promise<boolean> {
  const before = await askedBefore(req, identity);
  if (before === null) return false;
  if (!SAFE.has(req.method)) await forms.askWhoItIs(req, res, formPage);
  else if (before === 'before-page')
    res.redirect(302, withQuery(paths.identity, { retour: localPath(req.originalUrl) }));
  else res.locals.identityAsked = true;
  return res.headersSent;
}

/** The page of the form, with what was sent in it and why it was not done (422). */
function showAgain(context: GuardContext, page: FormPage): RequestHandler {
  return async (req, res, next) => {
    const done = await context.forms.doneBefore(req);
    if (done !== null) return res.redirect(303, done);
    req.access = page.access;
    context.forms.say(req);
    if (req.user) await admit(context, req, req.user);
    context.forms.fillAgain(req, res, page);
    res.status(422);
    await page.handler(req, res, next);
  };
}

/** Lets somebody signed in through, and reads what the page covers. @throws Forbidden, once traced. */
async function admit(context: GuardContext, req: Request, actor: Actor): Promise<void> {
  const { access = 'public' } = req;
  if (mayAccess(access, actor)) {
    await resolveScope(context, req, actor);
    if (mayAccessIn(access, actor, req.scope ?? NATIONAL)) return;
  }
  await context.services.refusals.record(actor, {
    method: req.method,
    path: req.route.path,
    organismId: currentOrganism(actor, req.session.organismId)?.id ?? actor.organismId,
  });
  throw new Forbidden();
}

/** The organism, or the whole country, that the page covers: what its address says (P13). */
async function resolveScope(context: GuardContext, req: Request, actor: Actor): Promise<void> {
  if (actor.national !== null) {
    req.scope = await nationalScope(context, req, actor);
    return;
  }
  const current = currentOrganism(actor, req.session.organismId);
  if (current === undefined) return;
  const asked = req.query.perimetre ?? req.body?.perimetre ?? '';
  const organism = asked === '' ? current : actor.administers.find(({ code }) => code === asked);
  // Nothing is done in an organism that is not theirs, nor in another one instead.
  if (organism === undefined && !SAFE.has(req.method)) throw new NotFound();
  req.scope = { kind: 'organism', organism: organism ?? current };
  // The last one seen is what an address without any means.
  if (organism && organism.id !== req.session.organismId && actor.administers.length > 1) {
    req.session.organismId = organism.id;
  }
  if (organism === undefined) {
    req.scopeFault = choosesOrganism(actor)
      ? `Vous n’administrez pas l’organisme demandé\u00a0: les pages sont celles ${ofOrganism(current.name)}.`
      : `Votre profil ne choisit pas de périmètre\u00a0: les pages sont celles ${ofOrganism(current.name)}.`;
  }
}

async function nationalScope({ db, clock }: GuardContext, req: Request, { id }: Actor): Promise<Scope> {
  const asked = req.query.perimetre ?? req.body?.perimetre;
  if (asked === undefined || asked === '' || asked === 'tous') return NATIONAL;
  const organism =
    typeof asked === 'string' && /^[A-Z0-9-]{1,20}$/.test(asked)
      ? await organismRepository(db).findCovered(asked, { id, today: dayInParis(clock.now()) })
      : undefined;
  if (organism) return { kind: 'organism', organism };
  req.scopeFault = 'Ce périmètre est inconnu\u00a0: tous les organismes sont affichés.';
  return NATIONAL;
}
