import type { Request } from 'express';
import type { z } from 'zod';
import { backTo } from '../middlewares/request.ts';
import type { Confirmation } from '../presenters/confirmation.ts';
import { parseForm } from '../schemas/form.ts';
import { confirmationPage } from './confirmation-page.ts';
import { type DeclaredForm, declaredForm, type Told } from './declared-form.ts';

/** An act, declared: a page says its effect, whose form does it. */
interface ConfirmedAct<Form extends z.ZodType, Outcome>
  extends Pick<
    DeclaredForm<undefined, z.output<Form>, Outcome>,
    'everywhere' | 'change' | 'perform' | 'tell'
  > {
  /** Where it is chosen, and comes back to: the address of a list, or of a page. */
  list: string | ((req: Request) => string);
  /**
   * What it would do, judged as things stand; or, where there is nothing to show, what to tell at once. Loads what it
   * is about through the scope. @throws NotFound
   */
  describe(req: Request): Promise<Confirmation | Told>;
  form: (req: Request) => Form | Promise<Form>;
}

/** The page before an act, and the act. */
export function confirmedAct<Form extends z.ZodType, Outcome>(act: ConfirmedAct<Form, Outcome>) {
  const { list, describe, form, ...rest } = act;
  const back = (req: Request): string => (typeof list === 'string' ? backTo(req, list) : list(req));
  return declaredForm({
    ...rest,
    back,
    about: () => undefined,
    async page(req, _about, again) {
      const described = await describe(req);
      return 'notice' in described ? described : confirmationPage(req, described, back(req), again?.errors);
    },
    parse: async (req) => parseForm(await form(req), req.body),
  });
}
