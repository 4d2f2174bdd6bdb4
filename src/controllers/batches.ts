import type { Request, RequestHandler } from 'express';
import { organismIdOf, scopeName } from '../domain/scope.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { localPath, paths } from '../paths.ts';
import { BATCH_TITLES, batchSummary, messagesLeft, showBatchLine } from '../presenters/batches.ts';
import { formatDateTime, fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { batchRepository } from '../repositories/batches.ts';
import { batchLineList } from '../repositories/lists/batch-lines.ts';
import { batchList } from '../repositories/lists/batches.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { batchCriteria, batchLineCriteria } from '../schemas/batches.ts';
import { parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';
import { listExports } from './list-exports.ts';

const DEFAULTS = { q: '', tri: 'nom', sens: 'asc', page: 1, taille: 10 };

const LIST_DEFAULTS = { tri: 'lot', sens: 'desc', page: 1, taille: 10 };

/** « Actions groupées », and the result of each: what became of each person (R45, R46). */
export function batchesController(context: AppContext) {
  const { db, labels } = context;
  const lines = batchLineList(db);

  const index: RequestHandler = async (req, res) => {
    const scope = scopeOf(req);
    const { values, faults } = parseListQuery(batchCriteria, req.query);
    const national = actorOf(req).national !== null;
    const [result, set, organisms] = await Promise.all([
      batchList(db).page(organismIdOf(scope), values.sens, { page: values.page, size: values.taille }),
      labels.current(),
      national ? organismRepository(db).all() : [],
    ]);
    const href = hrefOf(req);
    res.render('management/accounts/batches', {
      title: `Actions groupées, page ${values.page}`,
      breadcrumb: trail(req, { label: 'Actions groupées', href: null }),
      ...{ scope, organisms, values },
      organismName: scopeName(scope),
      faults,
      list: listPage({ path: paths.batches.index, values, defaults: LIST_DEFAULTS, href }, result),
      batches: result.rows.map((row) => ({
        ...row,
        href: href(paths.batches.show({ id: row.id })),
        organism: set.organisms.get(row.organismId)?.name ?? '',
        summary: batchSummary(row, (row.roleId !== null && set.roles.get(row.roleId)?.label) || ''),
      })),
    });
  };

  /** The batch, within the scope, and the label of its role. */
  async function load(req: Request) {
    const batch = await batchRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
    const set = await labels.current();
    return {
      batch,
      role: batch.roleId === null ? '' : (set.roles.get(batch.roleId)?.label ?? ''),
      organism: set.organisms.get(batch.organismId)?.name ?? '',
    };
  }

  const show: RequestHandler = async (req, res) => {
    const { batch, role, organism } = await load(req);
    const { retour, ...query } = req.query;
    const { values, faults } = parseListQuery(batchLineCriteria, query);
    const filter = { batchId: batch.id, words: values.q, sort: values.tri, direction: values.sens };
    const [result, actor] = await Promise.all([
      lines.page(filter, { page: values.page, size: values.taille }),
      accountRepository(db).get(batch.createdBy),
    ]);
    const href = hrefOf(req);
    const path = paths.batches.show({ id: batch.id });
    const exported = { q: values.q, tri: values.tri, sens: values.sens };
    const exportHref = (
      to: typeof paths.batches.workbook | typeof paths.batches.report | typeof paths.batches.csv,
    ) => href(to({ id: batch.id }), exported);
    res.render('management/accounts/batch', {
      title: `Lot n°\u00a0${batch.id}, résultat\u00a0: ${BATCH_TITLES[batch.kind]}, page ${values.page}`,
      breadcrumb: trail(
        req,
        { label: 'Actions groupées', href: href(paths.batches.index) },
        { label: `Lot n°\u00a0${batch.id}`, href: null },
      ),
      ...{ batch, organism, values, path },
      heading: BATCH_TITLES[batch.kind],
      summary: batchSummary(batch, role),
      messages: batch.messages === null ? '' : ` ${messagesLeft(batch.messages)}`,
      by: fullName(actor),
      on: formatDateTime(batch.createdAt),
      faults,
      list: listPage({ path, values, defaults: DEFAULTS, href }, result),
      lines: result.rows.map((line) => showBatchLine(line, batch, actorOf(req))),
      back: localPath(retour) ?? href(paths.accounts.index),
      exports: {
        workbook: exportHref(paths.batches.workbook),
        report: exportHref(paths.batches.report),
        csv: exportHref(paths.batches.csv),
      },
    });
  };

  const exports = listExports(context, async (req) => {
    const { batch, role } = await load(req);
    const values = parseExportQuery(batchLineCriteria, req.query, req.scopeFault);
    const filter = { batchId: batch.id, words: values.q, sort: values.tri, direction: values.sens };
    return {
      subject: `resultat-du-lot-${batch.id}`,
      title: BATCH_TITLES[batch.kind],
      filters: [
        `Lot n°\u00a0${batch.id}, le ${formatDateTime(batch.createdAt)}`,
        batchSummary(batch, role),
        ...(values.q === '' ? [] : [`Rechercher\u00a0: «\u00a0${values.q}\u00a0»`]),
      ],
      criteria: { q: values.q, lot: String(batch.id) },
      list: { name: 'batchLines', filter: { ...filter, batch, actor: actorOf(req) } },
    };
  });

  return { index, show, ...exports };
}

/** The way to the acts on selections. */
const trail = (req: Request, ...last: { label: string; href: string | null }[]) => [
  managementCrumb(req),
  { label: 'Gestion des comptes', href: hrefOf(req)(paths.accounts.index) },
  ...last,
];
