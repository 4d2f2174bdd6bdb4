import type { Request } from 'express';
import { hrefOf } from '../middlewares/href.ts';
import { managementCrumb } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { Confirmation } from '../presenters/confirmation.ts';
import { type FieldError, inputOf } from '../schemas/form.ts';

/** The lists that acts come from, by what stands in the breadcrumb. */
const LISTS = new Map<string, string>([
  [paths.accounts.index, 'Gestion des comptes'],
  [paths.batches.index, 'Actions groupées'],
  [paths.requests.index, "Demandes d'habilitations"],
  [paths.delegations.index, 'Les administrateurs locaux'],
  [paths.nationalRoles.index, 'Profils nationaux'],
  [paths.nominations.index, 'Nominations'],
  [paths.roles.index, 'Applications et rôles'],
]);

/** From « Gestion » to the page of an act, through the list that it was chosen in. */
function wayTo(req: Request, back: string, title: string) {
  const known = [...LISTS].find(([path]) => back.startsWith(path));
  const list = known && { label: known[1], href: hrefOf(req)(known[0]) };
  return [managementCrumb(req), ...(list ? [list] : []), { label: title, href: null }];
}

/** The page, as a form is shown (Page, controllers/declared-form.ts). */
interface ConfirmationPage {
  view: 'management/confirmation';
  locals: { title: string; breadcrumb: readonly object[]; [name: string]: unknown };
  input: Record<string, string>;
}

/**
 * The page before an act (views/management/confirmation). What would be refused has nothing to fill in, and no fault of
 * what was.
 */
export function confirmationPage(
  req: Request,
  described: Confirmation,
  back: string,
  errors: readonly FieldError[] = [],
): ConfirmationPage {
  const { title, page = title, fields = [], hidden = [], input = {} } = described;
  const open = !described.refusal;
  return {
    view: 'management/confirmation',
    locals: {
      title: page,
      breadcrumb: described.breadcrumb ?? wayTo(req, back, page),
      confirmation: {
        ...described,
        action: req.path,
        cancelHref: back,
        errors: open ? errors : [],
        hidden: [{ name: 'retour', value: back }, ...hidden],
      },
      fields: open ? fields : [],
    },
    input,
  };
}

// What each sending has anew, and the button that was pressed.
const OWN = new Set(['_csrf', '_cle', 'organisme', 'perimetre', 'retour', 'enregistrer']);

/**
 * The same in the place of a form that was sent: « Confirmer » sends what was typed, « Annuler » shows the form again.
 */
export function askedPage(req: Request, described: Confirmation, back: string): ConfirmationPage {
  const fields = described.fields ?? [];
  const typed = new Set(fields.some(({ view }) => view === 'reason') ? ['motif'] : []);
  const hidden = Object.entries(req.body as Record<string, unknown>)
    .filter(([name]) => !OWN.has(name) && !typed.has(name))
    .flatMap(([name, values]) => [values].flat().map((value) => ({ name, value: String(value) })));
  const cancels = { name: 'enregistrer', value: 'revenir' };
  return confirmationPage(req, { ...described, hidden, cancels, input: inputOf(req.body) }, back);
}
