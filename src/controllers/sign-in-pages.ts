import type { Request } from 'express';
import { SECOND_STEP_LIFETIME } from '../domain/second-factor.ts';
import type { SessionEnd } from '../middlewares/kept-forms.ts';
import { openedFrom } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { demonstrationAccounts } from '../presenters/demonstration.ts';
import { firstPageOf } from '../presenters/menu.ts';
import type { Halfway } from '../repositories/credentials.ts';
import type { AppContext } from './context.ts';
import type { Again } from './declared-form.ts';

/** What « Connexion » says of a session that had ended (middlewares/kept-forms.ts). */
const ENDS: Readonly<Record<SessionEnd, string>> = {
  gardee:
    'Votre session a pris fin\u00a0: rien n’a été enregistré. Connectez-vous dans les quinze minutes\u00a0: vous retrouverez le formulaire comme vous l’aviez rempli.',
  perdue:
    'Votre session a pris fin\u00a0: rien n’a été enregistré, et ce que vous aviez saisi n’a pas pu être gardé. Connectez-vous, puis recommencez.',
  'trop-longue':
    'Votre session a pris fin\u00a0: rien n’a été enregistré, et ce que vous aviez saisi est trop long pour être gardé (64\u00a0ko). Connectez-vous, puis recommencez.',
  rien: 'Votre session a pris fin\u00a0: rien n’a été enregistré. Connectez-vous, puis recommencez.',
  faite:
    'Votre session a pris fin, mais ce formulaire avait déjà été envoyé\u00a0: ce qu’il demandait a été fait, une seule fois. Connectez-vous pour le voir.',
  export:
    'Connectez-vous pour exporter\u00a0: vous reviendrez à la liste, avec ses critères, d’où l’export est à relancer.',
};

/** The end that an address or a form tells, and its sentence; null for none, or one that does not exist. */
function endOf(value: unknown): { end: string | null; ended: string | null } {
  const end = typeof value === 'string' && Object.hasOwn(ENDS, value) ? (value as SessionEnd) : null;
  return { end, ended: end && ENDS[end] };
}

/** « Connexion » and its second step, whatever the form of theirs that was sent. */
export function signInPages({ services, demonstration }: AppContext) {
  return {
    signIn(req: Request, again: Again | undefined) {
      const back = openedFrom(req);
      // Another tab has signed in meanwhile: nothing more is to be asked.
      if (req.user && !again) return { to: back ?? firstPageOf(req.user) };
      const accounts = demonstration ? demonstrationAccounts : [];
      const locals = { title: 'Connexion', back, accounts, ...endOf(req.body?.fin ?? req.query.fin) };
      return { view: 'sign-in/new', locals };
    },

    /** Who has shown their password a moment ago, and nothing more. */
    async halfway({ session: { half } }: Request): Promise<Halfway | undefined> {
      if (half === undefined || Date.now() - half.at > SECOND_STEP_LIFETIME) return undefined;
      return services.signIn.findHalf(half);
    },

    async secondStep(req: Request, person: Halfway | undefined) {
      if (req.user) return { to: openedFrom(req) ?? firstPageOf(req.user) };
      if (person === undefined) return { notice: 'second-step-over' as const, to: paths.signIn };
      const has = await services.ownFactors.kinds(person.id);
      return {
        view: 'sign-in/second-step',
        locals: { title: 'Second facteur', back: openedFrom(req), person, has },
      };
    },
  };
}
