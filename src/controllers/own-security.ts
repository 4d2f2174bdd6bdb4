import type { Request } from 'express';
import { z } from 'zod';
import { NotFound } from '../domain/errors.ts';
import { type FactorKind, inGroups } from '../domain/second-factor.ts';
import { originOf } from '../middlewares/known-device.ts';
import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { FACTOR_NAMES } from '../presenters/factor-events.ts';
import { plural } from '../presenters/format.ts';
import { driftSentence, enrolmentPage, removalConfirmation, securityPage } from '../presenters/security.ts';
import { parseForm } from '../schemas/form.ts';
import { changedPasswordForm } from '../schemas/password.ts';
import { codeForm } from '../schemas/sign-in.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredButton, declaredForm, type Page } from './declared-form.ts';
import { idOf } from './identifiers.ts';
import { notSignedIn } from './sessions.ts';

const CRUMBS = [
  { label: 'Mes informations', href: paths.myInformation },
  { label: 'Ma sécurité', href: paths.security.show },
];
/** The breadcrumb of a page under « Ma sécurité ». */
export const under = (label: string) => [...CRUMBS, { label, href: null }];

/** Recovery codes, shown this once. */
export const codesPage = (codes: readonly string[]): Page => ({
  view: 'my-information/recovery-codes',
  locals: {
    title: 'Vos codes de secours',
    breadcrumb: under('Codes de secours'),
    codes: codes.map(inGroups),
  },
});

const NOT_YOURS = 'Cette clé d’accès n’est pas une des vôtres, ou ne l’est plus.';

/** « Ma sécurité » (R89): one's password, second factors, recovery codes and sessions. */
export function ownSecurityController({ services, environment, clock }: AppContext) {
  const https = environment.baseUrl.startsWith('https://');
  const own = { everywhere: true, back: () => paths.security.show };
  const { ownFactors, ownSessions, ownPasskeys } = services;

  const show = async (req: Request): Promise<Page> => {
    const actor = actorOf(req);
    const [state, sessions, accepted] = await Promise.all([
      ownFactors.state(actor.id),
      ownSessions.list(actor),
      ownPasskeys.accepted(actor.id),
    ]);
    const duty = ownFactors.duty(actor);
    const page = securityPage({ state, sessions, duty, ref: req.session.ref ?? '', now: clock.now() });
    return {
      view: 'my-information/security',
      locals: {
        title: 'Ma sécurité',
        breadcrumb: [
          { label: 'Mes informations', href: paths.myInformation },
          { label: 'Ma sécurité', href: null },
        ],
        ...page,
        accepted,
      },
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
    page: async (req, state): Promise<Page> => ({
      view: 'my-information/authenticator',
      locals: {
        title: 'Ajouter une application d’authentification',
        breadcrumb: under('Application d’authentification'),
        replaces: state.authenticator !== null,
        ...(await enrolmentPage(ownFactors.enrolment(actorOf(req), carried(req)))),
      },
    }),
    parse: ({ body }) => parseForm(codeForm, body),
    perform: (req, { facteur }) =>
      ownFactors.addAuthenticator(actorOf(req), carried(req) ?? '', facteur, req.session.ref ?? ''),
    again(_req, added): Again | undefined {
      if (added.kind !== 'wrong') return undefined;
      return { input: {}, errors: [{ field: 'facteur', message: driftSentence(added.drift) }], status: 422 };
    },
    tell(_req, added) {
      if (added.kind !== 'added')
        return {
          notice: 'not-done',
          values: {
            sentence:
              'Rien n’a été ajouté\u00a0: cette clé a attendu trop longtemps, ou une autre a été ajoutée entre-temps, dans un autre onglet. Recommencez s’il le faut.',
          },
        };
      return added.codes === null
        ? { notice: 'done', values: { sentence: 'Votre application d’authentification est ajoutée.' } }
        : codesPage(added.codes);
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
        outcome === 'removed'
          ? { notice: 'done', values: { sentence: `Votre ${FACTOR_NAMES[kind]} est retirée.` } }
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

  const recoveryCodes = declaredForm({
    ...own,
    about: () => null,
    page: () => ({ to: paths.security.show }),
    parse: () => ({ valid: true, values: null, input: {} }),
    perform: (req) => ownFactors.renewRecoveryCodes(actorOf(req)),
    tell: (_req, codes) =>
      codes === null
        ? {
            notice: 'not-done',
            values: {
              sentence: 'Les codes de secours vont avec un second facteur\u00a0: ajoutez-en d’abord un.',
            },
          }
        : codesPage(codes),
  });

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
    async parse(req) {
      const form = parseForm(changedPasswordForm, req.body);
      const typed = changedPasswordForm.shape.password.safeParse(req.body?.password);
      if (form.valid || !typed.success) return form;
      const { accepted, message } = await ownSessions.judge(actorOf(req), typed.data);
      return accepted ? form : { ...form, errors: [...form.errors, { field: 'password', message }] };
    },
    async perform(req, { actuel, password: chosen }) {
      const actor = actorOf(req);
      const origin = originOf(req, req.res as never, https);
      const checked = await services.signIn.confirmPassword(actor.email, actuel, origin);
      const isTheirs = checked.kind === 'signed-in';
      const strength = isTheirs
        ? await ownSessions.changePassword(actor, chosen, req.session.ref ?? '')
        : null;
      return { checked, strength };
    },
    again(_req, { checked, strength }): Again | undefined {
      if (strength?.accepted === false)
        return { input: {}, errors: [{ field: 'password', message: strength.message }], status: 422 };
      return notSignedIn(checked, {}, ['actuel', 'Ce mot de passe n’est pas le vôtre.']);
    },
    tell: () => ({
      notice: 'done',
      values: { sentence: 'Votre mot de passe est changé\u00a0: vos autres sessions sont fermées.' },
    }),
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
    page: declaredForm({
      ...own,
      about: () => null,
      page: show,
      parse: () => ({ valid: true, values: null, input: {} }),
      perform: async () => null,
      tell: () => ({ to: paths.security.show }),
    }).show,
    authenticator,
    removeAuthenticator: removal('authenticator', authenticatorId),
    removePasskey: removal('passkey', idOf),
    recoveryCodes,
    password,
    closeSession: closing(({ body }) => ({ ref: typeof body?.session === 'string' ? body.session : '' })),
    closeOthers: closing((req) => ({ allBut: req.session.ref ?? '' })),
  };
}
