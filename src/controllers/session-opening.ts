import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { SessionData } from 'express-session';
import { dayInParis } from '../domain/calendar.ts';
import { deviceInWords } from '../domain/device.ts';
import type { Proof } from '../domain/second-factor.ts';
import { asksForForm, formKeysOf, givingBack, landingOf } from '../middlewares/kept-forms.ts';
import { deviceOf, setDeviceCookie } from '../middlewares/known-device.ts';
import { leaveNotice, saveSession } from '../middlewares/request.ts';
import { paths, withQuery } from '../paths.ts';
import { fullName } from '../presenters/format.ts';
import { firstPageOf } from '../presenters/menu.ts';
import { findActor } from '../repositories/actors.ts';
import type { AppContext } from './context.ts';

/** Somebody who has shown who they are, and how; `half`: their second factor is asked for first. */
interface Entering {
  accountId: number;
  half: boolean;
  proof: Proof;
}

/** Where somebody who has just signed in goes, from the address that they came for, null without one. */
type Landing = (asked: string | null) => string;

/**
 * Opens a session, from a device that is known from now on. Forms that others had filled on this browser are dropped;
 * one's own is given back, however one signed in.
 */
export function sessionOpener({ db, clock, services, environment }: AppContext) {
  const https = environment.baseUrl.startsWith('https://');

  async function enter(req: Request, { accountId, proof }: Entering): Promise<void> {
    const before = req.user;
    const { half } = req.session;
    // A password or a link was shown before the second factor.
    await openSession(req, accountId, [...(half?.accountId === accountId ? [half.proof] : []), proof]);
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
    const { accountId, half, proof } = entering;
    if (half) {
      await openHalf(req, { ...(await services.signIn.halfOf(accountId)), proof });
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

/** Signs in under a new session identifier, so that one planted before is worth nothing. */
function openSession(req: Request, accountId: number, proofs: Proof[]): Promise<void> {
  return new Promise((resolve, reject) => {
    // Only the identifier goes into the session: the person is read anew at each request.
    req.login({ id: accountId } as Express.User, (error: unknown) => {
      // Not a person yet: a page that tells what fails from here on is nobody's.
      req.user = undefined;
      if (error) return reject(error);
      const now = Date.now();
      const device = deviceInWords(req.get('User-Agent') ?? '');
      const told = { proofs, ref: randomUUID(), device };
      Object.assign(req.session, { ...told, startedAt: now, touchedAt: now, provedAt: now });
      saveSession(req).then(resolve, reject);
    });
  });
}

/** Another session in the place of the one that there was. */
const regenerate = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    req.session.regenerate((error: unknown) => (error ? reject(error) : resolve()));
  });

/**
 * Gives the session another identifier: whoever had copied the one before has nothing of what its person has just shown,
 * or changed. Forms that are open in other tabs go on.
 */
export async function renewSession(req: Request): Promise<void> {
  const { cookie, stored, ...kept } = req.session as SessionData;
  await regenerate(req);
  Object.assign(req.session, kept);
  await saveSession(req);
}

/** A session of nobody, which only the second step knows what to do with. */
async function openHalf(
  req: Request,
  half: Omit<NonNullable<SessionData['half']>, 'at' | 'ref'>,
): Promise<void> {
  await regenerate(req);
  req.user = undefined;
  req.session.half = { ...half, at: Date.now(), ref: randomUUID() };
  await saveSession(req);
}
