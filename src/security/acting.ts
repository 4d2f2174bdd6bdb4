import type { ActContext } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { Forbidden } from '../domain/errors.ts';
import { NATIONAL, organismIdOf, type Scope } from '../domain/scope.ts';

/** What an act is made of, whoever does it. */
type Within = Pick<ActContext, 'db' | 'clock'>;

/**
 * An act of management, by somebody who was let in a moment ago: while it waited for its turn they may have been
 * deactivated, or have lost the delegation. It is asked again once the act's place in the trail is taken, so that the
 * trail never shows somebody acting after they were stopped: what the rule let them in by must still be so.
 */
export const acting = ({ db, clock }: Within, actor: Actor, scope: Scope): ActContext => ({
  db,
  clock,
  actor: { kind: 'account', accountId: actor.id },
  letIn: {
    organismId: organismIdOf(scope),
    // All that mayManage() looks at, in this scope.
    rights: {
      national: actor.national,
      administers: actor.administers.some(({ id }) => id === organismIdOf(scope)),
    },
    refusal: () => new Forbidden('Vos droits ont changé pendant cette action\u00a0: rien n’a été fait.'),
  },
});

/** The same of what somebody does for themselves: they must still be there, and hold what they held. */
export const actingForOneself = (
  context: Within,
  actor: Actor,
  { beside = false }: Pick<ActContext, 'beside'> = {},
): ActContext => ({ ...acting(context, actor, NATIONAL), beside });
