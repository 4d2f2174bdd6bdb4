import { type ActContext, transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { TooMany } from '../domain/errors.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { actingForOneself } from './acting.ts';
import { hourlyLimiter } from './limits.ts';
import { tellUcanss } from './unusual-notices.ts';

type What = 'attachments' | 'creations';

const NAMES: Record<What, string> = { attachments: 'rattachements', creations: 'créations de compte' };

/**
 * How many acts of one kind a local administrator does in an hour, one by one: past that they are refused, and Ucanss
 * is told, once. National profiles have no pace.
 * @throws TooMany
 */
export function pace(context: Pick<ActContext, 'db' | 'clock'>, what: What, most: number) {
  const limiter = hourlyLimiter(context.db, `pace-${what}`, most);

  const tellOnce = (actor: Actor): Promise<void> =>
    transaction(actingForOneself(context, actor, { beside: true }), async (unit) => {
      unit.record({ action: 'access.pace_reached', details: { what }, organismId: actor.organismId });
      const organism = await organismRepository(unit.db).get(actor.organismId);
      await tellUcanss(unit, actor, { cause: what, organism, person: null });
    });

  return async (actor: Actor): Promise<void> => {
    if (actor.national !== null) return;
    const { consumedPoints, msBeforeNext } = await limiter.penalty(actor.id);
    if (consumedPoints <= most) return;
    if (consumedPoints === most + 1) await tellOnce(actor);
    const minutes = Math.ceil(msBeforeNext / 60_000);
    throw new TooMany(
      `Vous avez atteint ${most} ${NAMES[what]} en une heure\u00a0: rien n’a été fait. Réessayez dans ${minutes}\u00a0minutes, ou écrivez à habilitations@ucanss.fr.`,
      Math.ceil(msBeforeNext / 1000),
    );
  };
}
