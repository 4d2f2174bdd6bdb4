import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { assertSameOrganism, backTo, leaveNotice, redirectTo } from '../middlewares/request.ts';
import type { Confirmation } from '../presenters/confirmation.ts';
import { type FieldError, inputOf, messagesOf, parseForm } from '../schemas/form.ts';

/** What is told once an act is done, or refused: a notice by its key, and where to go in the place of the list. */
export interface Told {
  notice: string;
  values?: Record<string, string>;
  to?: string;
}

/** The same where the page that one is led to says it all. */
interface Led {
  to: string;
}

/** An act, declared: a page says its effect, whose form does it. */
export interface ConfirmedAct<Form extends z.ZodType, Outcome> {
  /** Where it is chosen, and comes back to: the address of a list, or of a page. */
  list: string | ((req: Request) => string);
  /** True where it is done in no organism in particular. */
  everywhere?: true;
  /**
   * What it would do, judged as things stand; or, where there is nothing to show, what to tell at once. Loads what it
   * is about through the scope. @throws NotFound
   */
  describe(req: Request): Promise<Confirmation | Told>;
  form: (req: Request) => Form | Promise<Form>;
  /** Fills the form in the place of sending it; undefined for anything else. */
  fill?: (req: Request) => Promise<Record<string, string> | undefined>;
  perform(req: Request, values: z.output<Form>): Promise<Outcome>;
  tell(req: Request, outcome: Outcome, values: z.output<Form>): Told | Led | Promise<Told | Led>;
}

interface Shown {
  input?: Record<string, string>;
  errors?: readonly FieldError[];
}

const hasNothingToShow = (described: Confirmation | Told): described is Told => 'notice' in described;

/** The page and the form of an act. */
export function confirmedAct<Form extends z.ZodType, Outcome>(act: ConfirmedAct<Form, Outcome>) {
  const backOf = (req: Request): string =>
    typeof act.list === 'string' ? backTo(req, act.list) : act.list(req);

  function leave(req: Request, res: Response, told: Told | Led) {
    if ('notice' in told) leaveNotice(req, told.notice, told.values);
    return redirectTo(req, res, told.to ?? backOf(req));
  }

  async function show(req: Request, res: Response, { input, errors = [] }: Shown = {}) {
    const described = await act.describe(req);
    if (hasNothingToShow(described)) return leave(req, res, described);
    const { fields = [], hidden = [], refusal = null } = described;
    const back = backOf(req);
    const open = refusal === null;
    res.render('management/confirmation', {
      ...{ title: described.page ?? described.title, breadcrumb: described.breadcrumb ?? [] },
      confirmation: {
        ...{ ...described, action: req.path, cancelHref: back, errors: open ? errors : [] },
        hidden: [{ name: 'retour', value: back }, ...hidden],
      },
      ...{ fields: open ? fields : [], input: input ?? described.input ?? {}, messages: messagesOf(errors) },
    });
  }

  return {
    confirmation: ((req, res) => show(req, res)) satisfies RequestHandler,

    confirm: (async (req, res) => {
      if (!act.everywhere) assertSameOrganism(req);
      const filled = await act.fill?.(req);
      if (filled) return show(req, res, { input: { ...inputOf(req.body), ...filled } });
      const form = parseForm(await act.form(req), req.body);
      if (!form.valid) return show(req, res.status(422), form);
      const outcome = await act.perform(req, form.values);
      await leave(req, res, await act.tell(req, outcome, form.values));
    }) satisfies RequestHandler,
  };
}
