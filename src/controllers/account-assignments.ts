import type { Request } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { NotFound } from '../domain/errors.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { endDateConfirmation, inheritedRemoval } from '../presenters/account-confirmations.ts';
import { formatDate } from '../presenters/format.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { readAccountRecord } from '../repositories/lists/account-record.ts';
import { endDateForm } from '../schemas/account.ts';
import { optionalReasonForm } from '../schemas/accounts.ts';
import type { AssignmentChange } from '../services/account-roles.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { declaredButton, type Told } from './declared-form.ts';
import { idOf } from './identifiers.ts';

/** The rights of an account page: an end date, and keeping or removing those « à revoir » (R47, R63). */
export function accountAssignmentsController({ db, clock, services }: AppContext) {
  const today = () => dayInParis(clock.now());
  const targetOf = (req: Request) => ({ accountId: idOf(req), assignmentId: idOf(req, 'assignment') });

  const endDate = confirmedAct({
    list: pageOf,
    async describe(req) {
      const account = await accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
      const { assignments } = await readAccountRecord(db, account.id, today());
      const assignment = assignments.find(
        ({ id, roleKind }) => id === idOf(req, 'assignment') && roleKind === 'ordinary',
      );
      if (!assignment) throw new NotFound();
      return endDateConfirmation(actorOf(req), account, assignment, today());
    },
    form: () => endDateForm(today()),
    perform: (req, { fin: endsOn }) =>
      services.accountRoles.setEnd(actorOf(req), scopeOf(req), { ...targetOf(req), endsOn }),
    tell: (_req, change, { fin }) =>
      toldOf(
        change,
        fin === null ? 'Ce droit n’a plus de date de fin.' : `Ce droit finira le ${formatDate(fin)}.`,
      ),
  });

  const review = (req: Request, how: { keep: boolean; reason: string }) =>
    services.accountRoles.review(actorOf(req), scopeOf(req), { accountId: idOf(req), ...how });

  const removeInherited = confirmedAct({
    list: pageOf,
    async describe(req) {
      const account = await accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
      const { assignments } = await readAccountRecord(db, account.id, today());
      const inherited = assignments.filter(({ inheritedFrom }) => inheritedFrom !== null);
      return inheritedRemoval(actorOf(req), account, inherited, inherited.length === 0 ? NOTHING_LEFT : null);
    },
    form: () => optionalReasonForm,
    perform: (req, { motif: reason }) => review(req, { keep: false, reason }),
    tell: (_req, reviewed) => toldOfReview(reviewed, 'Retiré'),
  });

  return {
    endDate,
    removeInherited,

    keepAll: declaredButton({
      back: pageOf,
      perform: (req) => review(req, { keep: true, reason: '' }),
      tell: (_req, reviewed) => toldOfReview(reviewed, 'Gardé'),
    }),

    keep: declaredButton({
      back: pageOf,
      perform: (req) => services.accountRoles.keep(actorOf(req), scopeOf(req), targetOf(req)),
      tell: (_req, change) => toldOf(change, 'Ce droit est gardé\u00a0: il n’est plus à revoir.'),
    }),
  };
}

const NOTHING_LEFT = 'Aucun droit n’est plus à revoir.';

const toldOfReview = (
  reviewed: Awaited<ReturnType<AppContext['services']['accountRoles']['review']>>,
  done: string,
): Told => {
  if (reviewed.kind === 'oneself') return { notice: 'right-oneself' };
  const { labels } = reviewed;
  const sentence = labels.length === 0 ? NOTHING_LEFT : `${done}\u00a0: ${labels.join(', ')}.`;
  return { notice: 'done', values: { sentence } };
};

const REFUSALS = { gone: 'right-gone', oneself: 'right-oneself', reserved: 'right-reserved' } as const;

const toldOf = (change: AssignmentChange, sentence: string): Told =>
  change === 'changed' ? { notice: 'done', values: { sentence } } : { notice: REFUSALS[change] };

const pageOf = (req: Request): string => hrefOf(req)(paths.accounts.show({ id: idOf(req) }));
