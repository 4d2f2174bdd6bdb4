import type { Request, RequestHandler } from 'express';
import { NotFound, Refused } from '../domain/errors.ts';
import { organismIdOf } from '../domain/scope.ts';
import { searchWords } from '../domain/search.ts';
import { actorOf, backTo, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { batchHref } from '../presenters/batches.ts';
import { actsNamed, EVENT_CHOICES } from '../presenters/event-filters.ts';
import { showEvent } from '../presenters/events.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { factsOf, tooManyNamed, trailFiltersInWords } from '../presenters/trail.ts';
import { type EventFilter, eventList } from '../repositories/lists/events.ts';
import { peopleNamed } from '../repositories/lists/named-people.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { periodFaults, trailCriteria } from '../schemas/history.ts';
import { type ListQuery, parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';
import { listExports } from './list-exports.ts';

type Values = ListQuery<typeof trailCriteria>['values'];

const DEFAULTS = {
  ...{ q: '', personne: '', acteur: '', acte: '', du: null, au: null },
  ...{ tri: 'date', sens: 'desc', page: 1, taille: 25 },
};

/** « Journal »: everything that was done in the organism, or everywhere for the national profiles. */
export function trailController(context: AppContext) {
  const { db } = context;
  const events = eventList(db);

  /** The filter, and what is to be said of it. */
  async function filterOf(req: Request, values: Values): Promise<{ filter: EventFilter; faults: string[] }> {
    const organismId = organismIdOf(scopeOf(req));
    const named = async (text: string) => {
      const words = searchWords(text);
      return words.length === 0 ? null : peopleNamed(db, words, { organismId });
    };
    const [subjects, actors, searched] = await Promise.all([
      named(values.personne),
      named(values.acteur),
      named(values.q),
    ]);
    return {
      filter: {
        ...{ subjectIds: subjects?.ids ?? null, actorIds: actors?.ids ?? null, organismId },
        actions: values.acte === '' ? [] : [values.acte],
        named: searched && { peopleIds: searched.ids, actions: actsNamed(values.q) },
        ...{ from: values.du, to: values.au, direction: values.sens },
      },
      faults: [
        ...(searched?.more ? [tooManyNamed('Rechercher')] : []),
        ...(subjects?.more ? [tooManyNamed('Personne')] : []),
        ...(actors?.more ? [tooManyNamed('Auteur')] : []),
      ],
    };
  }

  const index: RequestHandler = async (req, res) => {
    const { values, faults } = parseListQuery(trailCriteria, req.query);
    const href = hrefOf(req);
    const narrowed = await filterOf(req, values);
    const [result, organisms] = await Promise.all([
      events.page(narrowed.filter, { page: values.page, size: values.taille }),
      actorOf(req).national === null ? [] : organismRepository(db).all(),
    ]);
    const { q, sens, personne, acteur, acte, du, au } = values;
    const exported = { q, personne, acteur, acte, du, au, sens };
    const list = listPage({ path: paths.trail.index, values, defaults: DEFAULTS, href }, result);
    res.render('management/trail/index', {
      title: `Journal, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'Journal', href: null }],
      ...{ scope: scopeOf(req), values, organisms, list },
      faults: [...faults, ...periodFaults(values), ...narrowed.faults],
      choices: EVENT_CHOICES,
      events: result.rows.map(showEvent).map((event) => ({
        ...event,
        batchHref: batchHref(event, scopeOf(req), href),
        href: href(paths.trail.show({ id: event.id }), { retour: list.hrefTo({}) }),
      })),
      exports: {
        workbook: href(paths.trail.workbook, exported),
        report: href(paths.trail.report, exported),
        csv: href(paths.trail.csv, exported),
      },
    });
  };

  /** One event, with everything that the trail keeps of it. @throws NotFound for one of another organism (P5). */
  const show: RequestHandler = async (req, res) => {
    const organismId = organismIdOf(scopeOf(req));
    const event = await events.find(idOf(req), organismId);
    if (!event) throw new NotFound();
    const back = backTo(req, paths.trail.index);
    const title = `Événement n°\u00a0${event.id}`;
    res.render('management/trail/show', {
      title,
      breadcrumb: [managementCrumb(req), { label: 'Journal', href: back }, { label: title, href: null }],
      ...{ back, event: showEvent(event), facts: factsOf(event, scopeOf(req), hrefOf(req)) },
    });
  };

  const exports = listExports(context, async (req) => {
    const values = parseExportQuery(trailCriteria, req.query, req.scopeFault);
    const { filter, faults } = await filterOf(req, values);
    if (faults[0] !== undefined) throw new Refused(`L’export n’a pas été fait. ${faults[0]}`);
    const { q, personne, acteur, acte, du, au } = values;
    return {
      subject: 'journal',
      title: 'Journal',
      filters: trailFiltersInWords(values),
      criteria: { q, personne, acteur, acte, du: du ?? '', au: au ?? '' },
      list: { name: 'events', filter },
    };
  });

  return { index, show, ...exports };
}
