import type { ActContext } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/clock.ts';
import { Forbidden } from '../domain/errors.ts';
import { mayActIn } from '../domain/permissions.ts';
import type { Scope } from '../domain/scope.ts';
import { findActor } from '../repositories/actors.ts';
import type { ServiceContext } from './context.ts';

/**
 * An act of management, by somebody who was let in a moment ago: while it waited for its turn they may have been
 * deactivated, or have lost the delegation. It is asked again once the act's place in the trail is taken, so that the
 * trail never shows somebody acting after they were stopped.
 */
export const acting = ({ db, clock }: ServiceContext, actor: Actor, scope: Scope): ActContext => ({
  ...{ db, clock, actor: { kind: 'account', accountId: actor.id } },
  async assertStillAllowed(unit) {
    const now = await findActor(unit.db, actor.id, dayInParis(unit.now));
    if (now && mayActIn(now, scope)) return;
    throw new Forbidden('Vos droits ont changé pendant cette action\u00a0: rien n’a été fait.');
  },
});
