import type { Request } from 'express';
import type { Proof } from '../domain/second-factor.ts';
import type { SessionEnd } from '../middlewares/kept-forms.ts';
import { isHalfSignedIn, openedFrom } from '../middlewares/request.ts';
import { localPath, paths, withQuery } from '../paths.ts';
import { demonstrationAccounts } from '../presenters/demonstration.ts';
import { firstPageOf } from '../presenters/menu.ts';
import type { Halfway } from '../repositories/credentials.ts';
import type { AppContext } from './context.ts';
import type { Again } from './declared-form.ts';
import { wasJustTaken } from './sent-twice.ts';
import { type Entering, sessionOpener } from './session-opening.ts';

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
  finie:
    'Vous n’êtes plus connecté\u00a0: votre session a pris fin, ou a été fermée depuis un autre appareil. Connectez-vous de nouveau.',
  export:
    'Connectez-vous pour exporter\u00a0: vous reviendrez à la liste, avec ses critères, d’où l’export est à relancer.',
};

/** The end that an address or a form tells, and its sentence; null for none, or one that does not exist. */
function endOf(value: unknown): { end: string | null; ended: string | null } {
  const end = typeof value === 'string' && Object.hasOwn(ENDS, value) ? (value as SessionEnd) : null;
  return { end, ended: end && ENDS[end] };
}

const endIn = ({ body, query }: Request): unknown => body?.fin ?? query.fin;

/** There is nothing to show any more. */
interface Over {
  kind: 'over';
}
const OVER: Over = { kind: 'over' };

type SecondStep = { kind: 'right'; proof: Proof } | { kind: 'refused' | 'stale' | 'limited' } | Over;

/** « Connexion » and its second step, whatever the form of theirs that was sent. */
export function signInPages(context: AppContext) {
  const { services, demonstration } = context;
  const openSession = sessionOpener(context);
  const back = (req: Request) => openedFrom(req) ?? paths.myInformation;

  /** Who has shown their password a moment ago, and nothing more. */
  async function halfway(req: Request): Promise<Halfway | undefined> {
    const { half } = req.session;
    return half !== undefined && isHalfSignedIn(req) ? services.signIn.findHalf(half) : undefined;
  }

  return {
    halfway,

    /** Of every form of « Connexion ». */
    first: {
      everywhere: true,
      back,
      about: () => null,
      page: (req: Request, _about: null, again: Again | undefined) => signIn(req, again),
    },

    /** Of every form of its second step. */
    second: { everywhere: true, back, about: halfway, page: secondStep },

    /** Looks at what a half signed in person shows; « over » where nobody is any more, or they are in by now. */
    async check<C extends { kind: string }>(
      req: Request,
      person: Halfway | undefined,
      look: (person: Halfway) => Promise<C>,
    ): Promise<C | Over> {
      if (person === undefined) return OVER;
      const checked = await look(person);
      if (checked.kind === 'right' || checked.kind === 'limited') return checked;
      return (await wasJustTaken(req, (kept) => kept?.half === undefined)) ? OVER : checked;
    },

    /** What follows it. */
    async tell(req: Request, checked: SecondStep, person: Halfway | undefined) {
      if (checked.kind !== 'right' || person === undefined)
        return { to: withQuery(paths.secondStep, { retour: openedFrom(req) }) };
      return enter(req, { accountId: person.id, proof: checked.proof, shown: {} });
    },

    enter,
  };

  /** They are in, by what they have just shown: where they go. */
  async function enter(req: Request, entering: Omit<Entering, 'half'>) {
    const { landing } = await openSession(req, { ...entering, half: false });
    return { to: landing(localPath(req.body.retour)) };
  }

  function signIn(req: Request, again: Again | undefined) {
    const from = openedFrom(req);
    // Another tab has signed in meanwhile: nothing more is to be asked.
    if (req.user && !again) return { to: from ?? firstPageOf(req.user) };
    const accounts = demonstration ? demonstrationAccounts : [];
    const locals = { title: 'Connexion', back: from, accounts, ...endOf(endIn(req)) };
    return { view: 'sign-in/new', locals };
  }

  async function secondStep(req: Request, person: Halfway | undefined) {
    if (req.user) return { to: openedFrom(req) ?? firstPageOf(req.user) };
    if (person === undefined)
      return {
        notice: 'second-step-over' as const,
        to: withQuery(paths.signIn, { retour: openedFrom(req) }),
      };
    const has = await services.ownFactors.kinds(person.id);
    return {
      view: 'sign-in/second-step',
      locals: { title: 'Second facteur', back: openedFrom(req), person, has, ...endOf(endIn(req)) },
    };
  }
}
