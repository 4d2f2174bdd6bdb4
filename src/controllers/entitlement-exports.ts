import { dayInParis } from '../domain/clock.ts';
import { scopeOf } from '../middlewares/request.ts';
import {
  ASSIGNMENT_COLUMNS,
  assignmentRows,
  filtersInWords,
  PEOPLE_COLUMNS,
  peopleRow,
} from '../presenters/entitlements.ts';
import { plural } from '../presenters/format.ts';
import type { EntitlementList } from '../repositories/lists/entitlements.ts';
import { entitlementCriteria } from '../schemas/entitlements.ts';
import { parseExportQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';
import { entitlementFilter } from './entitlements.ts';
import { listExports, rowsOf } from './list-exports.ts';

/** The files of « État des habilitations » (R12, R13): two sheets, « Personnes » and « Habilitations ». */
export function entitlementExports(context: AppContext, list: EntitlementList) {
  return listExports(context, async (req) => {
    const values = parseExportQuery(entitlementCriteria, req.query, req.scopeFault);
    const filter = entitlementFilter(req, values);
    const today = dayInParis(context.clock.now());
    const labels = await context.labels.current();
    const people = (signal: AbortSignal) => list.stream(filter, { today, signal, batch: 200 });
    return {
      subject: 'etat-des-habilitations',
      title: 'État des habilitations',
      filters: filtersInWords(scopeOf(req), values),
      criteria: { nom: values.nom, q: values.q },
      columns: PEOPLE_COLUMNS,
      rows: (signal) => rowsOf(people(signal), (person) => [peopleRow(person, labels)]),
      sheetName: 'Personnes',
      moreSheets: (signal) => [
        {
          name: 'Habilitations',
          columns: ASSIGNMENT_COLUMNS,
          rows: rowsOf(people(signal), (person) => assignmentRows(person, labels)),
        },
      ],
      describeCount: (rows) => plural(rows, 'personne', 'personnes'),
    };
  });
}
