import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { NotFound } from '../domain/errors.ts';
import { type CancelFault, cancelFault } from '../domain/planned-act.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { nominationRepository } from '../repositories/nominations.ts';
import { type PlannedAct, plannedActRepository } from '../repositories/planned-acts.ts';
import { acting } from '../security/acting.ts';
import { findBeyond } from '../security/acting-upon.ts';
import type { ServiceContext } from './context.ts';
import { recordEnd } from './planned-acts.ts';

/** What the line of a nomination says once it is given up. */
const GIVEN_UP = 'Annulé dans «\u00a0Actes prévus\u00a0».';

/** « Annuler » what is planned (P10). */
export function givingUpService({ db, clock }: ServiceContext) {
  return {
    /** What giving up an act to come would meet; null for nothing. */
    foresee: (actor: Actor, act: PlannedAct): Promise<CancelFault | null> =>
      faultOf({ db, now: clock.now() }, actor, act),

    /**
     * Gives up what is to come; why not, or null.
     * @throws NotFound for what is not, or no more, to come in the scope (P5).
     */
    cancel: (actor: Actor, scope: Scope, id: number): Promise<CancelFault | null> =>
      transaction(acting({ db, clock }, actor, scope), async (unit) => {
        const acts = plannedActRepository(unit.db);
        const found = await acts.findManaged(id, organismIdOf(scope));
        if (found?.accountId) await accountRepository(unit.db).lockOne(found.accountId, null);
        const planned = found && (await acts.lock(id));
        if (!planned) throw new NotFound('Cet acte n’est plus prévu\u00a0: il a été fait, ou annulé.');
        const fault = await faultOf(unit, actor, planned);
        if (fault !== null) return fault;
        await acts.end(id, 'cancelled', unit.now);
        // The line of the file says so, and another file may ask for it again.
        if (planned.kind === 'nomination')
          await nominationRepository(unit.db).giveUp([planned.terms.lineId], GIVEN_UP, unit.now);
        recordEnd(unit, planned);
        return null;
      }),
  };
}

async function faultOf(
  reading: Parameters<typeof findBeyond>[0],
  actor: Actor,
  act: PlannedAct,
): Promise<CancelFault | null> {
  const fault = cancelFault(actor, act);
  if (fault !== null || act.accountId === null) return fault;
  return (await findBeyond(reading, actor, [act.accountId])).has(act.accountId) ? 'beyond' : null;
}
