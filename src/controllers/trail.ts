import type { Request, RequestHandler } from 'express';
import { organismIdOf } from '../domain/scope.ts';
import { searchWords } from '../domain/search.ts';
import { actorOf, perimeterOf, scopeOf } from '../middlewares/request.ts';
import { batchHref } from '../presenters/batches.ts';
import { EVENT_CHOICES, eventFilters } from '../presenters/event-filters.ts';
import { showEvent } from '../presenters/events.ts';
import { formatDateTime, plural } from '../presenters/format.ts';
import { listPage } from '../presenters/list-page.ts';
import { type EventFilter, eventList, peopleNamed } from '../repositories/lists/events.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { paths, withQuery } from '../routes/paths.ts';
import { trailCriteria } from '../schemas/history.ts';
import { type ListQuery, parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import { EVENT_COLUMNS } from './account-record.ts';
import type { AppContext } from './context.ts';
import { listExports, rowsOf } from './list-exports.ts';

const DEFAULTS = {
  ...{ personne: '', acteur: '', acte: '', du: null, au: null },
  ...{ tri: 'date', sens: 'desc', page: 1, taille: 25, perimetre: 'tous' },
};

/** « Journal »: everything that was done in the organism, or everywhere for the national profiles. */
export function trailController(context: AppContext) {
  const { db } = context;
  const events = eventList(db);

  const named = async (text: string): Promise<number[] | null> => {
    const words = searchWords(text);
    return words.length === 0 ? null : peopleNamed(db, words);
  };

  async function filterOf(
    req: Request,
    values: ListQuery<typeof trailCriteria>['values'],
  ): Promise<EventFilter> {
    const [subjectIds, actorIds] = await Promise.all([named(values.personne), named(values.acteur)]);
    return {
      ...{ subjectIds, actorIds, organismId: organismIdOf(scopeOf(req)) },
      actions: values.acte === '' ? [] : [values.acte],
      from: values.du,
      to: values.au,
    };
  }

  const index: RequestHandler = async (req, res) => {
    const { values, faults } = parseListQuery(trailCriteria, req.query);
    const perimetre = perimeterOf(req);
    const [result, organisms] = await Promise.all([
      events.page(await filterOf(req, values), { page: values.page, size: values.taille }),
      actorOf(req).national === null ? [] : organismRepository(db).all(),
    ]);
    const { personne, acteur, acte, du, au } = values;
    const exported = { personne, acteur, acte, du, au, perimetre };
    res.render('management/trail/index', {
      title: `Journal, page ${values.page}`,
      breadcrumb: [
        { label: 'Gestion', href: paths.management },
        { label: 'Journal', href: null },
      ],
      ...{ scope: scopeOf(req), values, perimetre, organisms },
      faults,
      choices: EVENT_CHOICES,
      list: listPage({ path: paths.trail.index, values, defaults: DEFAULTS, perimetre }, result),
      events: result.rows.map(showEvent).map((event) => ({
        ...event,
        batchHref: batchHref(event, scopeOf(req), perimetre),
      })),
      exports: {
        workbook: withQuery(paths.trail.workbook, exported),
        report: withQuery(paths.trail.report, exported),
        csv: withQuery(paths.trail.csv, exported),
      },
    });
  };

  const exports = listExports(context, async (req) => {
    const values = parseExportQuery(trailCriteria, req.query, req.scopeFault);
    const filter = await filterOf(req, values);
    const { personne, acteur, acte } = values;
    return {
      subject: 'journal',
      title: 'Journal',
      filters: [
        ...(personne === '' ? [] : [`Personne\u00a0: ${personne}`]),
        ...(acteur === '' ? [] : [`Auteur\u00a0: ${acteur}`]),
        ...eventFilters(values),
      ],
      criteria: { personne, acteur, acte, du: values.du ?? '', au: values.au ?? '' },
      columns: EVENT_COLUMNS,
      sheetName: 'Journal',
      rows: (signal) =>
        rowsOf(events.stream(filter, { signal, batch: 200 }), (row) => {
          const event = showEvent(row);
          return [[formatDateTime(event.occurredAt), event.label, event.text, event.actor, event.reason]];
        }),
      describeCount: (rows) => plural(rows, 'événement', 'événements'),
    };
  });

  return { index, ...exports };
}
