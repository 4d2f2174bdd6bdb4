import type { Request, RequestHandler } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { Refused } from '../domain/errors.ts';
import { mayAccessIn } from '../domain/permissions.ts';
import { NATIONAL, organismIdOf } from '../domain/scope.ts';
import { ask, criteriaOf } from '../lists/criteria.ts';
import type { Asked, Criteria, ListDeclaration, Narrowed, RowPage, Visit } from '../lists/declaration.ts';
import { type ListRead, screenOf, titleOf, writtenOf } from '../lists/screen.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { localPath } from '../paths.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { parseExportQuery, parseListQuery, refusedCriteria } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';
import { listExports } from './list-exports.ts';

const NOTHING: RowPage<never> = { rows: [], total: 0, atLeast: false };

/** The page of a declared list, and its files. */
export function listController<K, C extends Criteria, S extends string, F, R, T, W>(
  context: AppContext,
  list: ListDeclaration<K, C, S, F, R, T, W>,
) {
  const { db } = context;

  /** Who asks, of what, and what is to be known before the criteria are read. */
  async function arrive(req: Request): Promise<Visit<K>> {
    const actor = actorOf(req);
    const now = context.clock.now();
    const { covers } = list;
    const scope = covers === 'country' ? NATIONAL : (covers?.(actor, () => scopeOf(req)) ?? scopeOf(req));
    const visit: Visit = {
      actor,
      now,
      today: dayInParis(now),
      href: hrefOf(req),
      known: undefined,
      scope,
      mayAct: list.acts !== undefined && mayAccessIn(list.acts, actor, scope),
      id: 'id' in req.params ? idOf(req) : 0,
      code: String(req.params.code ?? ''),
      back: localPath(req.query.retour),
    };
    return { ...visit, known: (await list.knows?.(context, visit)) as K };
  }

  /** A national profile chooses among them, where the page is of one or of all. */
  const offersOrganisms = ({ actor }: Visit<K>) =>
    actor.national !== null && list.covers !== 'country' && typeof list.path === 'string';

  /** What was asked for, and what is found of it. */
  async function read(visit: Visit<K>, query: Request['query']): Promise<ListRead<K, C, S, R>> {
    const all = criteriaOf(list, visit);
    const { values, faults } = parseListQuery(all, query);
    const { asked, window } = partsOf<C, S>(values, visit);
    const waiting = list.waits?.(visit, asked) ?? null;
    const { filter, faults: doubts = [] } = await narrowed(asked, visit);
    const [result, organisms] = await Promise.all([
      waiting ? NOTHING : list.page(context, visit)(filter, window),
      offersOrganisms(visit) ? organismRepository(db).all() : [],
    ]);
    return {
      visit,
      criteria: list.criteria(ask, visit.known),
      asked,
      window,
      result,
      waiting,
      organisms,
      faults: [...faults, ...(list.remarks?.(visit, asked) ?? []), ...doubts],
      refused: refusedCriteria(all, query),
    };
  }

  /** What its page draws: views/management/list.ejs. */
  async function page(req: Request) {
    const visit = await arrive(req);
    // What was typed in a form at this address, shown again beside it, is no criterion.
    const others = [...(list.ignores ?? []), ...Object.keys(req.refilled?.values ?? {})];
    const query = Object.fromEntries(Object.entries(req.query).filter(([name]) => !others.includes(name)));
    return screenOf(list, await read(visit, query), context);
  }

  const index: RequestHandler = async (req, res) => res.render('management/list', await page(req));

  async function narrowed(asked: Asked<C, S>, visit: Visit<K>): Promise<Narrowed<F>> {
    return list.narrow ? list.narrow(asked, visit, context) : { filter: asked as unknown as F };
  }

  const exports = listExports(context, async (req) => {
    const visit = await arrive(req);
    const all = criteriaOf(list, visit);
    const { asked } = partsOf<C, S>(parseExportQuery(all, req.query, req.scopeFault), visit);
    const { file } = list;
    if (!file) throw new TypeError(`${list.name} leaves as no file`);
    const { filter, faults: [doubt] = [] } = await narrowed(asked, visit);
    const refusal = file.refuses?.(asked) ?? list.waits?.(visit, asked)?.text ?? doubt;
    if (refusal !== undefined) throw new Refused(`L’export n’a pas été fait. ${refusal}`);
    const own = list.criteria(ask, visit.known);
    return {
      subject: typeof file.subject === 'string' ? file.subject : file.subject(visit),
      title: file.title?.(visit) ?? titleOf(list, visit, asked),
      scope: visit.scope,
      filters: [...(file.about?.(visit, asked) ?? []), ...inWords(own, asked)],
      criteria: { ...file.kept?.(visit), ...(writtenOf(own, asked) as Record<string, string>) },
      list: { name: list.name, filter },
    };
  });

  return { index, page, ...exports };
}

/** What was asked, as read models have it, and the part of it that a page shows. */
function partsOf<C, S>(values: object, { scope, today }: Visit<unknown>) {
  const { page, size, ...asked } = values as { page: number; size: number };
  return {
    asked: { ...asked, organismId: organismIdOf(scope) } as unknown as Asked<C, S>,
    window: { page, size, today },
  };
}

/** What a file says that its rows were chosen by. */
const inWords = (criteria: Criteria, asked: object): string[] =>
  Object.entries(criteria).flatMap(
    ([key, { words }]) => words((asked as Record<string, unknown>)[key]) ?? [],
  );
