import type { Request } from 'express';
import type { z } from 'zod';
import { hrefOf } from '../middlewares/href.ts';
import { backTo, managementCrumb } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { Confirmation } from '../presenters/confirmation.ts';
import { parseForm } from '../schemas/form.ts';
import { type Again, type DeclaredForm, declaredForm, type Page, type Told } from './declared-form.ts';

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
      if ('notice' in described) return described;
      const page = confirmationPage(described, req.path, back(req), again);
      page.locals.breadcrumb = described.breadcrumb ?? wayTo(req, back(req), page.locals.title);
      return page;
    },
    parse: async (req) => parseForm(await form(req), req.body),
  });
}

/** The lists that acts come from, by what stands in the breadcrumb. */
const LISTS = new Map<string, string>([
  [paths.accounts.index, 'Gestion des comptes'],
  [paths.requests.index, "Demandes d'habilitations"],
  [paths.delegations.index, 'Les administrateurs locaux'],
  [paths.nationalRoles.index, 'Profils nationaux'],
]);

/** From « Gestion » to the page of an act, through the list that it was chosen in. */
function wayTo(req: Request, back: string, title: string) {
  const known = [...LISTS].find(([path]) => back.startsWith(path));
  const list = known && { label: known[1], href: hrefOf(req)(known[0]) };
  return [managementCrumb(req), ...(list ? [list] : []), { label: title, href: null }];
}

/** What would be refused has nothing to fill in, and no fault of what was. */
export function confirmationPage(
  described: Confirmation,
  action: string,
  back: string,
  again: Again | undefined,
): Page {
  const { title, page = title, breadcrumb = [], fields = [], hidden = [], input = {} } = described;
  const open = !described.refusal;
  return {
    view: 'management/confirmation',
    locals: {
      title: page,
      breadcrumb,
      confirmation: {
        ...described,
        action,
        cancelHref: back,
        errors: open ? (again?.errors ?? []) : [],
        hidden: [{ name: 'retour', value: back }, ...hidden],
      },
      fields: open ? fields : [],
    },
    input,
  };
}
