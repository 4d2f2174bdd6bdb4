import type { Request, RequestHandler, Response } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { NotFound } from '../domain/errors.ts';
import { organismIdOf } from '../domain/scope.ts';
import { actorOf, assertSameOrganism, leaveNotice, redirectTo, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { formatDate, fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { readAccountRecord } from '../repositories/lists/account-record.ts';
import { endDateForm } from '../schemas/account.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import type { RightChange } from '../services/account-roles.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** One right of an account page: its end date, and keeping it when it is « à revoir » (R47, R63). */
export function accountRightsController({ db, clock, services }: AppContext) {
  const today = () => dayInParis(clock.now());

  async function showEnd(req: Request, res: Response, errors: FieldError[] = []) {
    const account = await accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
    const { rights } = await readAccountRecord(db, account.id, today());
    const right = rights.find(({ id, roleKind }) => id === idOf(req, 'right') && roleKind === 'ordinary');
    if (!right) throw new NotFound();
    res.render('management/accounts/end-date', {
      title: `Date de fin de ${right.roleLabel} pour ${fullName(account)}`,
      breadcrumb: [],
      ...{ account, right, errors, today: today() },
      mayExtend: !right.reserved || actorOf(req).national === 'administrator',
      messages: messagesOf(errors),
      input: req.body ?? { fin: right.endsOn ?? '' },
      action: req.path,
      back: pageOf(req),
    });
  }

  const conclude = (req: Request, res: Response, change: RightChange, sentence: string) => {
    if (change === 'changed') leaveNotice(req, 'account-changed', { sentence });
    else leaveNotice(req, `right-${change}`);
    return redirectTo(req, res, pageOf(req));
  };

  return {
    end: ((req, res) => showEnd(req, res)) satisfies RequestHandler,

    setEnd: (async (req, res) => {
      assertSameOrganism(req);
      const form = parseForm(endDateForm(today()), req.body);
      if (!form.valid) return showEnd(req, res.status(422), form.errors);
      const { fin } = form.values;
      const target = { accountId: idOf(req), assignmentId: idOf(req, 'right'), endsOn: fin };
      const change = await services.accountRoles.setEnd(actorOf(req), scopeOf(req), target);
      await conclude(
        req,
        res,
        change,
        fin === null ? 'Ce droit n’a plus de date de fin.' : `Ce droit finira le ${formatDate(fin)}.`,
      );
    }) satisfies RequestHandler,

    keep: (async (req, res) => {
      assertSameOrganism(req);
      const target = { accountId: idOf(req), assignmentId: idOf(req, 'right') };
      const change = await services.accountRoles.keep(actorOf(req), scopeOf(req), target);
      await conclude(req, res, change, 'Ce droit est gardé\u00a0: il n’est plus à revoir.');
    }) satisfies RequestHandler,
  };
}

const pageOf = (req: Request): string => hrefOf(req)(paths.accounts.show({ id: idOf(req) }));
