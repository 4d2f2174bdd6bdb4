import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { isDecision, isOfAccounts } from '../domain/batch.ts';
import { dayInParis } from '../domain/calendar.ts';
import { isTrusted } from '../domain/factor-reset.ts';
import { organismIdOf } from '../domain/scope.ts';
import { isRecent, type Proof } from '../domain/second-factor.ts';
import { sessionHolder } from '../middlewares/challenge-holder.ts';
import { originOf } from '../middlewares/known-device.ts';
import { actorOf, openedFrom, scopeOf } from '../middlewares/request.ts';
import { localPath, paths } from '../paths.ts';
import { emailChangeRepository } from '../repositories/email-changes.ts';
import { personRightsRepository } from '../repositories/person-rights.ts';
import { plannedActRepository } from '../repositories/planned-acts.ts';
import { parseForm } from '../schemas/form.ts';
import { passkeyForm } from '../schemas/passkeys.ts';
import { codeForm, passwordForm } from '../schemas/sign-in.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm } from './declared-form.ts';
import { idOf } from './identifiers.ts';
import { notTaken } from './passkeys.ts';
import { wasJustTaken } from './sent-twice.ts';
import { renewing } from './session-opening.ts';
import { notSignedIn, wrongCode } from './sessions.ts';

/** People of a selection above which it is asked who one is (R89). */
const MOST_UNASKED = 50;

/** A draft of many people, or of requests of which one changes an address (P11). */
export const asksForBatch =
  ({ db, clock, services }: AppContext) =>
  async (req: Request): Promise<boolean> => {
    const batch = await services.batches.find(actorOf(req), scopeOf(req), idOf(req));
    if (batch?.state !== 'draft') return false;
    if (batch.selectedIds.length > MOST_UNASKED) return true;
    if (isDecision(batch.kind))
      return batch.kind === 'accept' && emailChangeRepository(db).isAskedBy(batch.selectedIds);
    return isOfAccounts(batch.kind) && areTrusted({ db, clock }, batch.selectedIds);
  };

/** Whether one of these people administers, or has a national profile: what is done to their account may end it, or give it back. */
async function areTrusted({ db, clock }: Pick<AppContext, 'db' | 'clock'>, ids: readonly number[]) {
  const rights = await personRightsRepository(db).ofEach(ids, dayInParis(clock.now()));
  return rights.some(isTrusted);
}

/** An act upon somebody who administers, or has a national profile (R89): as a delegation is, whatever ends it. */
export const asksForTrusted =
  ({ db, clock }: AppContext) =>
  (req: Request): Promise<boolean> =>
    areTrusted({ db, clock }, [idOf(req)]);

/** What is planned, where it is a delegation, or the departure of somebody who administers. */
export const asksForPlanned =
  ({ db, clock }: AppContext) =>
  async (req: Request): Promise<boolean> => {
    const act = await plannedActRepository(db).findManaged(idOf(req), organismIdOf(scopeOf(req)));
    if (act === undefined || act.accountId === null) return false;
    return act.kind === 'delegation' || areTrusted({ db, clock }, [act.accountId]);
  };

/** One's own address: who has a second factor shows it before the page, the others type their password there. */
export const asksForOwnAddress =
  () =>
  async (req: Request): Promise<false | 'before-page'> =>
    actorOf(req).factor?.has === true && 'before-page';

/** Agreeing to a change of address, for Ucanss (P11). */
export const asksForRequest =
  ({ db }: AppContext) =>
  (req: Request): Promise<boolean> =>
    emailChangeRepository(db).isAskedBy([idOf(req)]);

/** `again`: what was not taken; `proof`: null where it was known already. */
interface Proved {
  again: Again | undefined;
  proof: Proof | null;
}

/** What was not taken; unless the same was, sent a moment before. */
async function provedMeanwhile(req: Request, again: Again | undefined): Promise<Proved> {
  const taken =
    again?.retryAfter === undefined &&
    (await wasJustTaken(req, (kept) => kept === null || isRecent(kept.provedAt, Date.now())));
  return { again: taken ? undefined : again, proof: null };
}

/** « Confirmez votre identité » (R89): asked again where it was not shown in the last five minutes. */
export function identityController({ services, environment }: AppContext) {
  const https = environment.baseUrl.startsWith('https://');
  const back = (req: Request) => openedFrom(req) ?? paths.security.show;
  /** A second factor where there is one: who has stolen a session may have the password as well. */
  const asksCode = (req: Request): boolean => actorOf(req).factor?.has === true;

  type Typed = z.output<typeof codeForm> | z.output<typeof passwordForm>;

  async function prove(req: Request, typed: Typed): Promise<Proved> {
    const { id, email } = actorOf(req);
    // Sent twice: a code serves once, and who they are is known by now.
    if (isRecent(req.session.provedAt, Date.now())) return { again: undefined, proof: null };
    const origin = originOf(req, req.res as Response, https);
    if ('facteur' in typed) {
      const checked = await services.factorChecks.check({ id, email }, typed.facteur, {
        origin,
        asked: 'identity',
      });
      if (checked.kind === 'right') return { again: undefined, proof: checked.proof };
      return provedMeanwhile(req, wrongCode(checked));
    }
    const checked = await services.signIn.confirmPassword(email, typed.password, origin);
    const proof: Proof | null = checked.kind === 'signed-in' ? 'password' : null;
    return { again: notSignedIn(checked, {}, ['password', 'Ce mot de passe n’est pas le vôtre.']), proof };
  }

  async function page(req: Request, again: Again | undefined) {
    if (!again && isRecent(req.session.provedAt, Date.now())) return { to: back(req) };
    const has = await services.ownFactors.kinds(actorOf(req).id);
    const locals = { title: 'Confirmez votre identité', asksCode: asksCode(req), has, back: openedFrom(req) };
    return { view: 'my-information/identity', locals };
  }

  async function tell(req: Request, { proof }: Proved) {
    // What was known already is known no longer than it was.
    if (proof !== null) {
      const provedAt = Date.now();
      await renewing(req, ({ renew }) => services.ownFactors.proved(actorOf(req), proof, renew), {
        provedAt,
      });
    }
    return { to: localPath(req.body.retour) ?? paths.security.show };
  }

  const common = { everywhere: true, back, about: () => null };

  const confirmation = declaredForm({
    ...common,
    page: (req, _about, again) => page(req, again),
    parse: (req) => parseForm<z.ZodType<Typed>>(asksCode(req) ? codeForm : passwordForm, req.body),
    perform: prove,
    again: (_req, { again }) => again,
    tell,
  });

  const passkey = declaredForm({
    ...common,
    page: (req, _about, again) => page(req, again),
    parse: ({ body }) => parseForm(passkeyForm, body),
    async perform(req, { reponse }): Promise<Proved> {
      // Sent twice: a challenge is answered once, and who they are is known by now.
      if (isRecent(req.session.provedAt, Date.now())) return { again: undefined, proof: null };
      const origin = originOf(req, req.res as Response, https);
      const answering = { holder: sessionHolder(req), purpose: 'identity', origin } as const;
      const checked = await services.passkeys.check(actorOf(req), reponse, answering);
      if (checked.kind === 'right') return { again: undefined, proof: 'passkey' };
      return provedMeanwhile(req, notTaken(checked));
    },
    again: (_req, { again }) => again,
    tell,
  });

  const passkeyOptions: RequestHandler = async (req, res) => {
    const { id: accountId } = actorOf(req);
    res.json(await services.passkeys.options({ holder: sessionHolder(req), purpose: 'identity', accountId }));
  };

  return { confirmation, passkey, passkeyOptions };
}
