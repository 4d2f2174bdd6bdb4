import { dayInParis } from '../domain/calendar.ts';
import { toldOf } from '../domain/decider.ts';
import { decidedByUcanss } from '../domain/request.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { nominationRepository } from '../repositories/nominations.ts';
import { roleRequestRepository } from '../repositories/role-requests.ts';
import type { At } from './email-steps.ts';

type Told = Awaited<ReturnType<ReturnType<typeof nominationRepository>['told']>>[number];

/**
 * How many messages leave with the moves and the ends of a file that is done so many lines at a time: whom
 * nomination-effects.ts and attaching.ts tell, as things will stand once it is their turn.
 */
export async function foreseeTold(
  at: At,
  actorId: number | undefined,
  importId: number,
  atOnce: number,
): Promise<number> {
  const lines = await nominationRepository(at.db).told(importId, atOnce);
  const places = [...new Set(lines.map(({ organismId }) => organismId))];
  const administrators = await deciderRepository(at.db, dayInParis(at.now)).localAdministrators(places);
  const moves = new Map(lines.flatMap((line) => (line.joins === null ? [] : [[line.accountId, line]])));
  let count = 0;
  for (const { accountId, organismId, part } of lines) {
    // Who moves administers no more what they leave (P6), for all that is done in the same part.
    const isThere = ({ id }: { id: number }) => {
      const move = moves.get(id);
      return move?.organismId !== organismId || move.part > part;
    };
    const there = administrators.get(organismId)?.filter(isThere);
    count += toldOf(there, accountId, actorId).length;
  }
  return count + (await foreseeFollowers(at, moves));
}

/** Requests follow their person, and are told to who decides them there (R62). */
async function foreseeFollowers({ db, now }: At, moves: ReadonlyMap<number, Told>): Promise<number> {
  const deciders = deciderRepository(db, dayInParis(now));
  let count = 0;
  for (const request of await roleRequestRepository(db).followersOf([...moves.values()])) {
    const { joins: organismId = null, part = 0 } = moves.get(request.accountId) ?? {};
    if (organismId === null || decidedByUcanss(request, request)) continue;
    // They follow before delegations end: who moves in the same part is still told.
    const gone = [...moves.values()].filter((move) => move.organismId === organismId && move.part < part);
    const concerned = [request.accountId, request.requestedBy, ...gone.map(({ accountId }) => accountId)];
    count += (await deciders.of({ organismId, reserved: false, concerned })).people.length;
  }
  return count;
}
