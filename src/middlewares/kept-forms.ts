import type { Request, RequestHandler, Response } from 'express';
import { type FormFields, fieldsOf, valuesOf, withoutSecrets } from '../domain/form-fields.ts';
import { scopeCode } from '../domain/scope.ts';
import { isRecent } from '../domain/second-factor.ts';
import { isOfSecurity, localPath, paths, withQuery } from '../paths.ts';
import type { Services } from '../services/index.ts';
import { FORM_LIFETIME, MOST_FORMS } from '../services/kept-forms.ts';
import { cookieOf, setCookie } from './cookies.ts';
import type { FormKeys } from './form-keys.ts';
import type { FormPage } from './form-pages.ts';
import { FILE } from './from-elsewhere.ts';
import { isHalfSignedIn } from './request.ts';
import { SESSION_COOKIE } from './session.ts';

declare global {
  namespace Express {
    interface Request {
      /** What a form was filled with that is shown again: by the address that it was sent to, by the name of a field. */
      refilled?: { path: string; values: Record<string, string[]> };
    }
  }
}

interface Context {
  services: Pick<Services, 'keptForms'>;
  keys: Pick<FormKeys, 'doneBefore'>;
  https: boolean;
}

/** What « Connexion » says of a session that had ended (controllers/sessions.ts has the sentences). */
export type SessionEnd = 'gardee' | 'perdue' | 'trop-longue' | 'rien' | 'faite' | 'export' | 'finie';

const COOKIE = 'portail-formulaire';

const GIVEN_BACK =
  'Votre session avait pris fin\u00a0: rien n’a été enregistré. Voici ce que vous aviez saisi, mots de passe exceptés\u00a0: vérifiez, puis envoyez le formulaire.';
const GIVEN_BACK_TO_THEM =
  'Votre identité est confirmée. Rien n’est encore enregistré\u00a0: voici ce que vous aviez saisi, vérifiez, puis envoyez le formulaire.';
const CONFIRMED =
  'Votre identité est confirmée. Rien n’est encore enregistré\u00a0: mots de passe et codes ne sont pas gardés, saisissez-les de nouveau, puis envoyez le formulaire.';
const NOT_CONFIRMED =
  'Vous n’avez pas confirmé votre identité\u00a0: rien n’est enregistré. Voici ce que vous aviez saisi.';
const GONE =
  'Ce que vous aviez saisi n’est plus gardé\u00a0: ce formulaire a été envoyé depuis, ou il a attendu plus de quinze minutes, ou vous l’aviez rempli avec un autre compte ou sur un autre navigateur.';
const OTHER_SESSION =
  'Votre session n’est plus celle où ce formulaire a été ouvert\u00a0: rien n’a été enregistré. Vérifiez ce que vous avez saisi, puis envoyez-le de nouveau.';
const OTHER_ACCOUNT =
  'Ce formulaire a été ouvert sous un autre compte que le vôtre\u00a0: rien n’a été enregistré, et ce qui y était saisi n’est pas repris.';
const OTHER_ORGANISM =
  'Ce formulaire était pour un autre organisme\u00a0: rien n’a été enregistré, et ce qui y était saisi n’est pas repris.';

/** The keys that this browser carries, the last given first; what we never gave is left out. */
export const formKeysOf = (req: Request, https: boolean): string[] =>
  cookieOf(req, COOKIE, https)
    .split('.')
    .filter((key) => /^[\w-]{43}$/.test(key))
    .slice(0, MOST_FORMS);

/** The address of the page that gives a kept form back. */
export const givingBack = ({ page, id }: { page: string; id: number }): string =>
  `${page}${page.includes('?') ? '&' : '?'}reprise=${id}`;

/**
 * Where somebody who signs in goes: to the page that they came for, filled again where a form of it is kept; without one
 * to the last form. The other forms wait.
 */
export function landingOf<F extends { page: string; id: number }>(asked: string | null, forms: readonly F[]) {
  const pathOf = (address: string) => new URL(address, 'http://portail.invalid').pathname;
  const given =
    asked === null
      ? forms[0]
      : forms.find(({ page }) => pathOf(page) === pathOf(asked) && !asksForForm(asked));
  const address = given ? givingBack(given) : asked;
  const isGiven = (form: F) => form === given || givingBack(form) === asked;
  return { address, waiting: forms.filter((form) => !isGiven(form)) };
}

/** True for an address that asks for a kept form. */
export const asksForForm = (address: string): boolean => /[?&]reprise=/.test(address);

/**
 * Shows the page with its form filled again. P13: never in another organism than the one that it was made for. What
 * the page is about stands in the fields, hidden ones included, as in the query that opened it.
 */
function refill(
  req: Request,
  res: Response,
  fields: FormFields,
  { path, isOwn }: { path: string; isOwn: boolean },
) {
  const values = valuesOf(withoutSecrets(fields));
  const [organism] = values.organisme ?? [];
  const here = req.scope && scopeCode(req.scope);
  if (here !== undefined && organism !== undefined && organism !== 'tous' && organism !== here) {
    req.formNotice = OTHER_ORGANISM;
    return;
  }
  req.refilled = { path, values };
  if (!isOwn) return;
  res.locals.refilled = values;
  const query = Object.fromEntries(
    Object.entries(values).map(([name, all]) => [name, all.length === 1 ? all[0] : all]),
  );
  // Express derives it from the address, which must not hold what was typed.
  Object.defineProperty(req, 'query', { value: { ...query, ...req.query } });
}

/** The address of the page of a form, with the perimeter it was about (P13). */
function addressOf(req: Request, page: FormPage): string {
  const asked = req.path.split('/');
  const path = page.path.split('/').map((part, at) => (part.startsWith(':') ? asked[at] : part));
  const perimetre = req.body?.perimetre ?? req.query.perimetre;
  return withQuery(path.join('/'), { perimetre: typeof perimetre === 'string' ? perimetre : null });
}

/** What is said of a form that is given back: after a session that had ended, or « Confirmez votre identité ». */
function givenBack({ query, session, path }: Request): string {
  if (query.identite !== 'oui') return GIVEN_BACK;
  if (!isRecent(session.provedAt, Date.now())) return NOT_CONFIRMED;
  return isOfSecurity(path) ? CONFIRMED : GIVEN_BACK_TO_THEM;
}

/** Forms whose session has ended, or is another one by now: nothing of them is done, nothing is lost without a word. */
export function keptForms({ services, keys, https }: Context) {
  /** Keeps what was filled in, where there is something of it to give back, and says where it will be. */
  async function keep(
    req: Request,
    res: Response,
    page: FormPage,
  ): Promise<{ back: string; end: SessionEnd }> {
    const done = await keys.doneBefore(req);
    if (done !== null) return { back: done, end: 'faite' };
    const address = addressOf(req, page);
    const fields = fieldsOf(req.body);
    const list = localPath(req.body?.retour) ?? address;
    if (!page.isFilled) return { back: list, end: 'rien' };
    const owner = req.filledBy ?? null;
    if (owner === null) return { back: list, end: 'perdue' };
    const kept = await services.keptForms.keep(owner, { path: req.path, page: address, fields });
    if (kept.kind !== 'kept') return { back: list, end: kept.kind === 'nobody' ? 'perdue' : 'trop-longue' };
    const carried = [kept.key, ...formKeysOf(req, https)].slice(0, MOST_FORMS);
    setCookie(res, COOKIE, carried.join('.'), { https, maxAge: FORM_LIFETIME });
    return { back: givingBack({ page: address, id: kept.id }), end: 'gardee' };
  }

  /** A page that is asked for with a kept form: filled with it, for the account that had, and for no other. */
  const giveBack: RequestHandler = async (req, res, next) => {
    const asked = req.query.reprise;
    if (req.method !== 'GET' || asked === undefined || !req.user) return next();
    const id = typeof asked === 'string' && /^\d{1,15}$/.test(asked) ? Number(asked) : null;
    const forms = id === null ? [] : await services.keptForms.list(req.user.id, formKeysOf(req, https));
    const form = forms.find((kept) => kept.id === id);
    req.formNotice = GONE;
    if (form && new URL(form.page, 'http://portail.invalid').pathname === req.path) {
      req.formNotice = givenBack(req);
      refill(req, res, form.fields, { path: form.path, isOwn: form.path === req.path });
    }
    next();
  };

  /** A form that leads somewhere is kept no longer: « Précédent » does not offer it again as if it were not done. */
  const dropSent: RequestHandler = (req, _res, next) => {
    const own = formKeysOf(req, https);
    const { user, path } = req;
    if (user && own.length > 0) req.whenLed = () => services.keptForms.dropSent(user.id, own, path);
    next();
  };

  return {
    dropSent,

    /** Sends a visitor to sign in, then back to the page; to the list of a file; to the form that is kept meanwhile. */
    async askToSignIn(req: Request, res: Response, page: FormPage | null): Promise<void> {
      const asked = localPath(req.originalUrl);
      const signIn = isHalfSignedIn(req) ? paths.secondStep : paths.signIn;
      if (page !== null) {
        const { back, end } = await keep(req, res, page);
        return res.redirect(303, withQuery(signIn, { retour: back, fin: end }));
      }
      const back = req.method === 'GET' ? asked : null;
      const list = back?.replace(FILE_OF_LIST, '') ?? null;
      const end = list !== back ? 'export' : isOfEndedSession(req, https) ? 'finie' : null;
      res.redirect(303, withQuery(signIn, { retour: list, fin: end }));
    },

    /** Asks who the person is, then goes back to the form as it was filled (R89). */
    async askWhoItIs(req: Request, res: Response, page: FormPage | null): Promise<void> {
      const { back, end } = page === null ? { back: null, end: 'rien' as const } : await keep(req, res, page);
      if (back !== null && end === 'faite') return res.redirect(303, back);
      const shown = end === 'gardee' && back !== null ? `${back}&identite=oui` : back;
      res.redirect(303, withQuery(paths.identity, { retour: shown }));
    },

    /** Where the form led that is not of this session, if it was done before. */
    doneBefore: keys.doneBefore,

    /** Says why the form was not done, before its page is shown again. */
    say(req: Request): void {
      req.formNotice = isOfOther(req) ? OTHER_ACCOUNT : OTHER_SESSION;
    },

    /** Fills the page of the form again with what has just been sent, unless somebody else had filled it. */
    fillAgain(req: Request, res: Response, { isOwn }: FormPage): void {
      if (!isOfOther(req)) refill(req, res, fieldsOf(req.body), { path: req.path, isOwn });
    },

    giveBack,
  };
}

export type KeptForms = ReturnType<typeof keptForms>;

/** True of a browser whose session is there no more: it was closed from elsewhere, or waited too long. */
function isOfEndedSession(req: Request, https: boolean): boolean {
  const carried = cookieOf(req, SESSION_COOKIE, https);
  return carried !== '' && !carried.includes(req.sessionID);
}

/** The file of a list stands beside it; that of a batch, under it. */
const FILE_OF_LIST = new RegExp(`(/lot)?${FILE.source.replace('$', '')}(?=$|\\?)`);

const isOfOther = ({ filledBy = null, user }: Request): boolean =>
  filledBy !== null && user !== undefined && filledBy !== user.id;
