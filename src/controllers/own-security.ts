import type { Request } from 'express';
import { z } from 'zod';
import type { Actor } from '../domain/actor.ts';
import { NotFound } from '../domain/errors.ts';
import type { FactorKind } from '../domain/second-factor.ts';
import { originOf } from '../middlewares/known-device.ts';
import { actorOf, saveSession } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { called } from '../presenters/factor-events.ts';
import { plural } from '../presenters/format.ts';
import {
  CODES_READ,
  codesWords,
  driftSentence,
  enrolmentPage,
  FORMER_CODES,
  NO_FACTOR,
  NO_RESET,
  newCodesConfirmation,
  RESET_STOPPED,
  removalConfirmation,
  securityPage,
} from '../presenters/security.ts';
import { parseForm } from '../schemas/form.ts';
import { changedPasswordForm, PASSWORD_FIELDS } from '../schemas/password.ts';
import { codeForm } from '../schemas/sign-in.ts';
import type { Strength } from '../security/password-strength.ts';
import type { SignInResult } from '../services/sign-in.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredButton, declaredForm, type Page, shownPage } from './declared-form.ts';
import { idOf } from './identifiers.ts';
import { renewing } from './session-opening.ts';
import { notSignedIn } from './sessions.ts';

const MY_INFORMATION = { label: 'Mes informations', href: paths.myInformation };
const CRUMBS = [MY_INFORMATION, { label: 'Ma sécurité', href: paths.security.show }];
/** The breadcrumb of a page under « Ma sécurité ». */
export const under = (label: string) => [...CRUMBS, { label, href: null }];

/** Leads to new recovery codes, which the session keeps for their page: asked for twice, or again, it shows them. */
export function codesShower({ services: { ownFactors } }: AppContext) {
  return async (req: Request, codes: readonly string[]) => {
    req.session.codes = ownFactors.sealCodes(actorOf(req), codes);
    await saveSession(req);
    return { to: paths.security.shownCodes };
  };
}

/** Said of a key of somebody else, or of one that is removed. */
export const NOT_YOURS = 'Cette clé d’accès n’est pas une des vôtres, ou ne l’est plus.';

/** What a session is called. */
const REF = z.uuid();

const notTheirs = (checked: SignInResult) =>
  notSignedIn(checked, {}, ['actuel', 'Ce mot de passe n’est pas le vôtre.']);

/** What is said of the present one, typed as the new one. */
const SAME: Strength = {
  accepted: false,
  message: 'C’est déjà votre mot de passe\u00a0: choisissez-en un autre.',
};

const tooWeak = ({ accepted, message }: Strength) => (accepted ? [] : [{ field: 'password', message }]);

/** « Ma sécurité » (R89): one's password, second factors, recovery codes and sessions. */
export function ownSecurityController(context: AppContext) {
  const { services, environment, clock } = context;
  const showCodes = codesShower(context);
  const https = environment.baseUrl.startsWith('https://');
  const own = { everywhere: true, back: () => paths.security.show };
  const { ownFactors, ownSessions, ownPasskeys } = services;

  async function stateOf(actor: Actor) {
    const [state, waiting, sessions, accepted] = await Promise.all([
      ownFactors.state(actor.id),
      services.factorResetAnswers.findWaiting(actor.id),
      ownSessions.list(actor),
      ownPasskeys.accepted(actor.id),
    ]);
    return { state, waiting, sessions, accepted, duty: ownFactors.duty(actor) };
  }

  const show = async (req: Request): Promise<Page> => {
    // Read by now.
    delete req.session.codes;
    const { accepted, ...shown } = await stateOf(actorOf(req));
    const page = securityPage({ ...shown, ref: req.session.ref ?? '', now: clock.now() });
    const breadcrumb = [MY_INFORMATION, { label: 'Ma sécurité', href: null }];
    return {
      view: 'my-information/security',
      locals: { title: 'Ma sécurité', breadcrumb, accepted, ...page },
    };
  };

  /** The key that the page carries already, sent with the form or kept with it. */
  const carried = ({ body, query }: Request): string | null => {
    const value: unknown = body?.cle_secrete ?? query.cle_secrete;
    return typeof value === 'string' && value !== '' ? value : null;
  };

  const authenticator = declaredForm({
    ...own,
    about: (req) => ownFactors.state(actorOf(req).id),
    async page(req, { authenticator: former }): Promise<Page> {
      const title =
        former === null
          ? 'Ajouter une application d’authentification'
          : 'Remplacer l’application d’authentification';
      const enrolment = await enrolmentPage(ownFactors.enrolment(actorOf(req), carried(req)));
      return {
        view: 'my-information/authenticator',
        locals: { title, breadcrumb: under(title), replaces: former !== null, ...enrolment },
      };
    },
    parse: ({ body }) => parseForm(codeForm, body),
    perform: (req, { facteur }) =>
      renewing(req, (own) => ownFactors.addAuthenticator(actorOf(req), carried(req) ?? '', facteur, own)),
    again(_req, added): Again | undefined {
      if (added.kind !== 'wrong') return undefined;
      return { input: {}, errors: [{ field: 'facteur', message: driftSentence(added.drift) }], status: 422 };
    },
    async tell(req, added) {
      if (added.kind !== 'added')
        return {
          notice: 'not-done',
          values: {
            sentence:
              'Rien n’a été ajouté\u00a0: cette clé a attendu trop longtemps, ou une autre a été ajoutée entre-temps, dans un autre onglet. Recommencez s’il le faut.',
          },
        };
      const sentence = added.replaces
        ? 'Votre application d’authentification est remplacée\u00a0: les codes de l’ancienne ne servent plus.'
        : 'Votre application d’authentification est ajoutée.';
      return {
        ...(added.codes && (await showCodes(req, added.codes))),
        notice: 'done',
        values: { sentence },
      };
    },
  });

  const removal = (kind: FactorKind, idIn: (req: Request) => number | Promise<number>) =>
    confirmedAct({
      everywhere: true,
      list: () => paths.security.show,
      async describe(req) {
        const actor = actorOf(req);
        const state = await ownFactors.state(actor.id);
        const confirmation = removalConfirmation(kind, state, {
          id: await idIn(req),
          last: ownFactors.mustKeep(actor, state),
        });
        if (confirmation) return { ...confirmation, breadcrumb: under(confirmation.title) };
        if (kind === 'passkey') throw new NotFound(NOT_YOURS);
        return { notice: 'not-done', values: { sentence: 'Il n’y a plus rien à retirer.' } };
      },
      form: () => z.object({}),
      async perform(req) {
        const outcome = await ownFactors.remove(actorOf(req), kind, await idIn(req));
        if (outcome === 'gone' && kind === 'passkey') throw new NotFound(NOT_YOURS);
        return outcome;
      },
      tell: (_req, outcome) =>
        typeof outcome === 'object'
          ? {
              notice: 'done',
              values: { sentence: `Votre ${called({ kind, name: outcome.removed })} est retirée.` },
            }
          : {
              notice: 'refused',
              values: {
                sentence:
                  outcome === 'last'
                    ? 'Votre profil demande un second facteur\u00a0: le dernier ne se retire pas. Ajoutez-en d’abord un autre.'
                    : 'Il n’y a plus rien à retirer.',
              },
            },
    });

  const authenticatorId = async (req: Request): Promise<number> =>
    (await ownFactors.state(actorOf(req).id)).authenticator?.id ?? 0;

  const noFactor = { notice: 'not-done', values: { sentence: NO_FACTOR } } as const;

  const recoveryCodes = confirmedAct({
    everywhere: true,
    list: () => paths.security.show,
    async describe(req) {
      const confirmation = newCodesConfirmation(await ownFactors.state(actorOf(req).id));
      return confirmation ? { ...confirmation, breadcrumb: under(confirmation.title) } : noFactor;
    },
    form: () => z.object({}),
    perform: (req) => ownFactors.renewRecoveryCodes(actorOf(req)),
    tell: async (req, codes) =>
      codes === null
        ? noFactor
        : { ...(await showCodes(req, codes)), notice: 'done', values: { sentence: FORMER_CODES } },
  });

  const shownCodes = shownPage({
    ...own,
    async page(req) {
      const { codes: sealed } = req.session;
      const codes = sealed === undefined ? null : await ownFactors.openCodes(actorOf(req), sealed);
      if (codes === null) return { notice: 'not-done', values: { sentence: CODES_READ } };
      const locals = { title: 'Vos codes de secours', breadcrumb: under('Codes de secours') };
      const words = codesWords(codes, { person: actorOf(req), at: clock.now(), site: environment.baseUrl });
      return { view: 'my-information/recovery-codes', locals: { ...locals, ...words } };
    },
  });

  const confirm = (req: Request, typed: string) =>
    services.signIn.confirmPassword(actorOf(req).email, typed, originOf(req, req.res as never, https));

  const password = declaredForm({
    ...own,
    about: () => null,
    page: (req): Page => ({
      view: 'my-information/password',
      locals: {
        title: 'Changer de mot de passe',
        breadcrumb: under('Mot de passe'),
        current: actorOf(req).email,
      },
    }),
    /** Every fault at once: what the form alone does not tell is told with what it does. */
    async parse(req) {
      const form = parseForm(changedPasswordForm, req.body);
      if (form.valid) return form;
      const { actuel, password: another } = changedPasswordForm.shape;
      const [typed, chosen] = [actuel.safeParse(req.body?.actuel), another.safeParse(req.body?.password)];
      const checked = typed.success ? await confirm(req, typed.data) : null;
      const current = (checked && notTheirs(checked)?.errors) ?? [];
      const isSame = checked?.kind === 'signed-in' && typed.data === chosen.data;
      const judged = isSame ? SAME : chosen.success && (await ownSessions.judge(actorOf(req), chosen.data));
      const errors = [...current, ...(judged ? tooWeak(judged) : []), ...form.errors];
      const place = ({ field }: { field: string | null }) => PASSWORD_FIELDS.indexOf(field ?? '');
      return { ...form, errors: errors.toSorted((one, other) => place(one) - place(other)) };
    },
    async perform(req, { actuel, password: chosen }) {
      const actor = actorOf(req);
      const checked = await confirm(req, actuel);
      if (checked.kind !== 'signed-in') return { checked, strength: await ownSessions.judge(actor, chosen) };
      if (actuel === chosen) return { checked, strength: SAME };
      const strength = await renewing(req, (own) => ownSessions.changePassword(actor, chosen, own));
      return { checked, strength };
    },
    again(_req, { checked, strength }): Again | undefined {
      const refused = notTheirs(checked);
      const weak = tooWeak(strength);
      if (refused === undefined && weak.length === 0) return undefined;
      return { ...(refused ?? { input: {}, status: 422 }), errors: [...(refused?.errors ?? []), ...weak] };
    },
    tell() {
      const sentence = 'Votre mot de passe est changé\u00a0: vos autres sessions sont fermées.';
      return { notice: 'done', values: { sentence } };
    },
  });

  const stopReset = declaredButton({
    ...own,
    perform: (req) => services.factorResets.stopOwn(actorOf(req)),
    tell: (_req, stopped) =>
      stopped === 'stopped'
        ? { notice: 'done', values: { sentence: RESET_STOPPED } }
        : { notice: 'not-done', values: { sentence: NO_RESET } },
  });

  const closing = (which: (req: Request) => { ref: string } | { allBut: string }) =>
    declaredButton({
      ...own,
      perform: (req) => ownSessions.close(actorOf(req), which(req)),
      tell: (_req, closed) => ({
        notice: 'done',
        values: {
          sentence:
            closed === 0
              ? 'Aucune autre session n’était ouverte.'
              : `${plural(closed, 'session fermée', 'sessions fermées')}.`,
        },
      }),
    });

  return {
    page: shownPage({ ...own, page: show }),
    authenticator,
    removeAuthenticator: removal('authenticator', authenticatorId),
    removePasskey: removal('passkey', idOf),
    recoveryCodes,
    shownCodes,
    password,
    closeSession: closing(({ body }) => ({ ref: REF.safeParse(body?.session).data ?? '' })),
    stopReset,
    closeOthers: closing((req) => ({ allBut: req.session.ref ?? '' })),
  };
}
