import type { RequestHandler } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { decidesIn } from '../domain/request.ts';
import { organismIdOf, scopeName } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { elsewhereOf, lateOf, nationalTasks, waitingTasks } from '../presenters/to-do.ts';
import { readNationalWaiting, readWaiting } from '../repositories/lists/to-do.ts';
import type { AppContext } from './context.ts';

/** « À faire » (R75): what waits for the person where they are. */
export function toDoController({ db, clock, snapshot, environment }: AppContext) {
  const asksFactors = environment.secondFactor.of !== 'off';

  const show: RequestHandler = async (req, res) => {
    const [actor, scope, now] = [actorOf(req), scopeOf(req), clock.now()];
    const visitor = { actor, scope, now, today: dayInParis(now), href: hrefOf(req) };
    const organismId = organismIdOf(scope);
    const reader = { id: actor.id, decides: decidesIn(actor, organismId) };
    const [waiting, national] = await Promise.all([
      readWaiting(db, snapshot, { organismId, reader, today: visitor.today }),
      organismId === null ? readNationalWaiting(db, { ...visitor, asksFactors }) : null,
    ]);
    res.render('management/to-do', {
      title: 'À faire',
      breadcrumb: [],
      place: scopeName(scope),
      tasks: [...waitingTasks(waiting, visitor), ...(national ? nationalTasks(national, visitor) : [])],
      late: national && national.late.total > 0 ? lateOf(national.late, visitor) : null,
      elsewhere: elsewhereOf(visitor),
    });
  };

  return { show };
}
