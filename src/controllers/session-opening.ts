import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { SessionData } from 'express-session';
import { dayInParis } from '../domain/calendar.ts';
import { deviceInWords } from '../domain/device.ts';
import type { Proof } from '../domain/second-factor.ts';
import { asksForForm, formKeysOf, givingBack, landingOf } from '../middlewares/kept-forms.ts';
import { deviceOf, setDeviceCookie } from '../middlewares/known-device.ts';
import { inNextSession } from '../middlewares/next-session.ts';
import { leaveNotice, saveSession } from '../middlewares/request.ts';
import { paths, withQuery } from '../paths.ts';
import { fullName } from '../presenters/format.ts';
import { firstPageOf } from '../presenters/menu.ts';
import { findActor } from '../repositories/actors.ts';
import type { OwnSession } from '../services/session-ends.ts';
import type { Shown } from '../services/sign-in.ts';
import type { AppContext } from './context.ts';

/** Somebody who has shown who they are, and how; `half`: their second factor is asked for first. */
export interface Entering {
  accountId: number;
  half: boolean;
  proof: Proof;
  /** What they showed it of. */
  shown: Shown;
}

/** Where somebody who has just signed in goes, from the address that they came for, null without one. */
type Landing = (asked: string | null) => string;

/**
 * Opens a session, from a device that is known from now on. Forms that others had filled on this browser are dropped;
 * one's own is given back, however one signed in.
 */
export function sessionOpener({ db, clock, services, environment }: AppContext) {
  const https = environment.baseUrl.startsWith('https://');

  /** Signs in under a new session identifier, so that one planted before is worth nothing. */
  async function open(req: Request, { accountId, proof, shown }: Entering): Promise<void> {
    const now = Date.now();
    const half = req.session.half?.accountId === accountId ? req.session.half : undefined;
    const data = {
      // Only the identifier goes into the session: the person is read anew at each request.
      passport: { user: accountId },
      // A password or a link was shown before the second factor.
      proofs: [...(half ? [half.proof] : []), proof],
      ref: randomUUID(),
      device: deviceInWords(req.get('User-Agent') ?? ''),
      startedAt: now,
      touchedAt: now,
      provedAt: now,
    };
    // What a half session goes on with is taken with it: shown two codes at once, it is in by one.
    await inNextSession(req, { data, renews: half !== undefined }, (keep) =>
      services.signIn.signedIn(accountId, proof, { shown, keep }),
    );
    // Not a person yet: a page that tells what fails from here on is nobody's.
    req.user = undefined;
  }

  async function enter(req: Request, entering: Entering): Promise<void> {
    const before = req.user;
    const { accountId } = entering;
    await open(req, entering);
    const device = await services.knownDevices.remember(
      accountId,
      deviceOf(req, https),
      req.session.device ?? '',
    );
    setDeviceCookie(req.res as Response, https, device);
    if (before === undefined || before.id === accountId) return;
    await services.signIn.signOut(before.id);
    const person = `${fullName(before)} (${before.email})`;
    leaveNotice(req, { notice: 'signed-in-instead', values: { person } });
  }

  /** Where one goes who came for nothing: asked for the first time, a second factor is shown where it is added. */
  async function firstOf(accountId: number): Promise<string> {
    const actor = await findActor(db, accountId, dayInParis(clock.now()));
    if (actor === undefined) return paths.myInformation;
    return (await services.ownFactors.isFirstAsked(actor)) ? paths.security.show : firstPageOf(actor);
  }

  return async (req: Request, entering: Entering): Promise<{ landing: Landing }> => {
    const { accountId, half, proof, shown } = entering;
    if (half) {
      await openHalf(req, { accountId, changedAt: shown.changedAt ?? '', proof });
      return { landing: (asked) => withQuery(paths.secondStep, { retour: asked }) };
    }
    const keys = formKeysOf(req, https);
    await enter(req, entering);
    const first = await firstOf(accountId);
    if (keys.length === 0) return { landing: (asked) => asked ?? first };
    const dropped = await services.keptForms.dropOfOthers(accountId, keys);
    if (dropped > 0) leaveNotice(req, { notice: 'kept-form-dropped' });
    const forms = await services.keptForms.list(accountId, keys);
    return { landing: landingAmong(req, forms, { dropped: dropped > 0, first }) };
  };
}

/**
 * Goes to the form that is asked for, and tells of the others that wait; where nothing is asked for, to the `first` page.
 * `dropped`: what was asked for was another's.
 */
const landingAmong =
  (
    req: Request,
    forms: readonly { page: string; id: number }[],
    { dropped, first }: { dropped: boolean; first: string },
  ): Landing =>
  (asked) => {
    const { address, waiting } = landingOf(dropped && asked && asksForForm(asked) ? null : asked, forms);
    for (const form of waiting)
      leaveNotice(req, { notice: 'kept-form-waits', values: { href: givingBack(form) } });
    return address ?? first;
  };

/** Another session in the place of the one that there was. */
const regenerate = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    req.session.regenerate((error: unknown) => (error ? reject(error) : resolve()));
  });

/**
 * Does what gives the session another identifier: whoever had copied the one before has nothing of what its person shows,
 * or changes. Forms that are open in other tabs go on.
 */
export function renewing<T>(
  req: Request,
  act: (own: OwnSession) => Promise<T>,
  more: Partial<SessionData> = {},
): Promise<T> {
  const { cookie, ...kept } = req.session as SessionData;
  const { ref = '' } = kept;
  return inNextSession(req, { data: { ...kept, ...more }, renews: true }, (renew) => act({ ref, renew }));
}

/** A session of nobody, which only the second step knows what to do with. */
async function openHalf(req: Request, half: Omit<NonNullable<SessionData['half']>, 'at'>): Promise<void> {
  await regenerate(req);
  req.user = undefined;
  req.session.half = { ...half, at: Date.now() };
  await saveSession(req);
}
