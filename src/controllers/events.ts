import type { RequestHandler } from 'express';
import { NotFound } from '../domain/errors.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { backTo, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { factsOf } from '../presenters/event-facts.ts';
import { showEvent } from '../presenters/events.ts';
import { eventList } from '../repositories/lists/events.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** An event of « Journal ». */
export function eventsController(context: AppContext) {
  const events = eventList(context.db);

  /** One event, with everything that the trail keeps of it. @throws NotFound for one of another organism (P5). */
  const show: RequestHandler = async (req, res) => {
    const organismId = organismIdOf(scopeOf(req));
    const event = await events.find(idOf(req), organismId);
    if (!event) throw new NotFound();
    const back = backTo(req, paths.events.index);
    const title = `Événement n°\u00a0${event.id}`;
    res.render('management/events/show', {
      title,
      breadcrumb: [managementCrumb(req), { label: 'Journal', href: back }, { label: title, href: null }],
      ...{ back, event: showEvent(event), facts: factsOf(event, scopeOf(req), hrefOf(req)) },
    });
  };

  return { show };
}
