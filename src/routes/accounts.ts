import { accountActsController } from '../controllers/account-acts.ts';
import { assignmentsController } from '../controllers/assignments.ts';
import { batchDraftsController } from '../controllers/batch-drafts.ts';
import { batchUndoingController } from '../controllers/batch-undoing.ts';
import { departuresController } from '../controllers/departures.ts';
import { asksForBatch, asksForPlanned, asksForTrusted } from '../controllers/identity.ts';
import { plannedActsController } from '../controllers/planned-acts.ts';
import { accounts } from '../lists/accounts.ts';
import { batchLines } from '../lists/batch-lines.ts';
import { batches } from '../lists/batches.ts';
import { plannedActs } from '../lists/planned-acts.ts';
import { paths } from '../paths.ts';
import { fileRoutes, listRoutes, routesOf } from './define-route.ts';

const acts = routesOf(accountActsController);
const departures = routesOf(departuresController);
const planned = routesOf(plannedActsController);
const assignments = routesOf(assignmentsController);
const drafts = routesOf(batchDraftsController);
const undoing = routesOf(batchUndoingController);

/** « Gestion des comptes » and its acts. */
export const accountRoutes = [
  ...listRoutes(accounts, 'management'),
  ...departures.form(paths.accounts.depart, 'management-act', (departure) => departure, asksForTrusted),
  ...acts.form(paths.accounts.deactivate, 'management-act', ({ deactivate }) => deactivate, asksForTrusted),
  ...acts.form(paths.accounts.reactivate, 'management-act', ({ reactivate }) => reactivate, asksForTrusted),
  ...acts.form(paths.accounts.sendActivation, 'management-act', ({ sendActivation }) => sendActivation),
  ...acts.form(paths.accounts.endSessions, 'management-act', ({ endSessions }) => endSessions),
  ...acts.form(paths.accounts.attach, 'management-act', ({ attach }) => attach, asksForTrusted),
  ...assignments.form(paths.accounts.grant, 'management-act', ({ grant }) => grant),
  ...assignments.form(paths.accounts.remove, 'management-act', ({ remove }) => remove),
  ...listRoutes(plannedActs, 'management'),
  ...planned.form(paths.plannedActs.cancel, 'management-act', ({ cancel }) => cancel, asksForPlanned),
  ...listRoutes(batches, 'management'),
  drafts.post(paths.batches.index, 'management-act', ({ create }) => create),
  // A draft is shown, and done, at the address of what it becomes.
  drafts.get(paths.batches.show, 'management', ({ show }) => show, asksForBatch),
  drafts.post(paths.batches.show, 'management-act', ({ confirm }) => confirm, asksForBatch),
  ...fileRoutes(batchLines, 'management'),
  ...undoing.form(paths.batches.undo, 'management-act', ({ undo }) => undo, 'before-act'),
];
