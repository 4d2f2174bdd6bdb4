import type { Request, RequestHandler, Response } from 'express';
import { assertSameOrganism, leaveNotice, redirectTo } from '../middlewares/request.ts';
import type { Confirmation } from '../presenters/confirmation.ts';
import type { Notice } from '../presenters/notices.ts';
import { type FieldError, type FormResult, inputOf, messagesOf } from '../schemas/form.ts';
import { askedPage } from './confirmation-page.ts';

/** What is told once an act is done, or refused: a notice, and where to go in the place of the list. */
export type Told = Notice & { to?: string };

/** The same where the page that one is led to says it all. */
interface Led {
  to: string;
}

/** A form as it is shown again. */
export interface Again {
  input?: Record<string, string>;
  errors?: readonly FieldError[];
  status?: number;
  /** Too many attempts (429): in how many seconds one may try again. */
  retryAfter?: number;
  /** What its page shows beside. */
  locals?: Record<string, unknown>;
}

/** The page of a form, or the one in its place where nothing is asked any more: that one has a status. */
export interface Page {
  view: string;
  locals: { title: string; breadcrumb?: readonly object[]; [name: string]: unknown };
  /** What its fields are filled with at first. */
  input?: Record<string, string>;
  status?: number;
}

/** What follows. */
type Next = Page | Told | Led;

/** What was typed, and what it is read as. */
export type Typed<Values> = Extract<FormResult<Values>, { valid: true }>;

/** What was typed, read; and what reading it found that its page shows beside, as the choices that it leaves. */
type Parsed<Values> = FormResult<Values> & { locals?: Record<string, unknown> };

/** A form that acts, declared: what it is about, its page, what may be typed, the act, and what is told after. */
export interface DeclaredForm<About, Values, Outcome> {
  /** True where it is of no organism in particular, for this person. */
  everywhere?: boolean | ((req: Request) => boolean);
  /** Where it was opened, and comes back to. */
  back(req: Request): string;
  /** What it is about, loaded through the scope. @throws NotFound */
  about(req: Request): About | Promise<About>;
  /** Its page, judged as things stand; or, where there is nothing to show, what to tell at once. */
  page(req: Request, about: About, again: Again | undefined): Next | Promise<Next>;
  parse(req: Request, about: About): Parsed<Values> | Promise<Parsed<Values>>;
  /** What sending it would do that « Enregistrer » is asked again for, judged as things stand; null for nothing. */
  asks?: (req: Request, values: Values, about: About) => Promise<Confirmation | null>;
  /** What the page shows again of what was sent, beside its fields. */
  kept?: (req: Request) => Record<string, unknown>;
  /** A button that only changes the form: it is shown again so; undefined for any other. */
  change?: (req: Request, about: About) => Again | undefined | Promise<Again | undefined>;
  perform(req: Request, values: Values, about: About): Promise<Outcome>;
  /** The form again, for what the act alone could find wrong with it. */
  again?: (req: Request, outcome: Outcome, typed: Typed<Values>) => Again | undefined;
  tell(req: Request, outcome: Outcome, values: Values, about: About): Next | Promise<Next>;
}

/** What a form that has no field is read as. */
export const nothingTyped = (): FormResult<null> => ({ valid: true, values: null, input: {} });

type Common = Pick<DeclaredForm<never, never, never>, 'back' | 'everywhere'>;

function assertOrganism({ everywhere = false }: Common, req: Request): void {
  const isOfNone = typeof everywhere === 'function' ? everywhere(req) : everywhere;
  if (!isOfNone) assertSameOrganism(req);
}

function leave({ back }: Common, req: Request, res: Response, told: Told | Led): Promise<void> {
  if ('notice' in told) leaveNotice(req, told);
  return redirectTo(req, res, told.to ?? back(req));
}

/** A button alone: there is nothing to fill in, and no page of its own. */
export const declaredButton =
  <Outcome>(
    button: Common & {
      perform(req: Request): Promise<Outcome>;
      tell(req: Request, outcome: Outcome): Told | Led;
    },
  ): RequestHandler =>
  async (req, res) => {
    assertOrganism(button, req);
    await leave(button, req, res, button.tell(req, await button.perform(req)));
  };

/** Shows a page, with what there is to show again; or leads on. */
function follow(form: Common, req: Request, res: Response, next: Next, again?: Again): Promise<void> | void {
  if (!('view' in next)) return leave(form, req, res, next);
  const errors = again?.errors ?? [];
  const input = again?.input ?? next.input ?? {};
  if (again?.retryAfter !== undefined) res.set('Retry-After', String(again.retryAfter));
  // One that was set before, as for a form sent twice, stays.
  const status = next.status ?? again?.status ?? (again?.retryAfter === undefined ? undefined : 429);
  if (status !== undefined) res.status(status);
  res.render(next.view, { errors, messages: messagesOf(errors), input, ...next.locals, ...again?.locals });
}

/** A page that has no form of its own; or, where there is nothing to show, what to tell at once. */
export const shownPage =
  (shown: Common & { page(req: Request): Next | Promise<Next> }): RequestHandler =>
  async (req, res) =>
    follow(shown, req, res, await shown.page(req));

/** The page of a form, and what sending it does. */
export function declaredForm<About, Values, Outcome>(form: DeclaredForm<About, Values, Outcome>) {
  const render = async (req: Request, res: Response, about: About, again?: Again) =>
    follow(form, req, res, await form.page(req, about, again), again);

  /** What there is to show again: a button that only changes the form, a fault of it, or one that the act found. */
  async function judge(req: Request, about: About): Promise<{ again: Again } | { next: Next }> {
    const changed = await form.change?.(req, about);
    if (changed) return { again: { input: inputOf(req.body), ...changed } };
    // « Annuler » of what was asked again.
    if (req.body?.enregistrer === 'revenir') return { again: { input: inputOf(req.body) } };
    const parsed = await form.parse(req, about);
    const { input, locals = {} } = parsed;
    if (!parsed.valid) return { again: { input, errors: parsed.errors, status: 422, locals } };
    const asked = req.body?.enregistrer === undefined ? null : await form.asks?.(req, parsed.values, about);
    if (asked) return { next: askedPage(req, asked, form.back(req)) };
    const outcome = await form.perform(req, parsed.values, about);
    const again = form.again?.(req, outcome, parsed);
    return again ? { again } : { next: await form.tell(req, outcome, parsed.values, about) };
  }

  const show: RequestHandler = async (req, res) => render(req, res, await form.about(req));

  const send: RequestHandler = async (req, res) => {
    assertOrganism(form, req);
    const about = await form.about(req);
    const judged = await judge(req, about);
    if ('next' in judged) return follow(form, req, res, judged.next);
    const locals = { ...form.kept?.(req), ...judged.again.locals };
    await render(req, res, about, { ...judged.again, locals });
  };

  return { show, send };
}
