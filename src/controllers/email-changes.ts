import type { Request, RequestHandler, Response } from 'express';
import { linkLifetimeInWords } from '../domain/link.ts';
import { organismIdOf } from '../domain/scope.ts';
import { actorOf, assertSameOrganism, leaveNotice, redirectTo, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import {
  emailChangeSentence,
  KNOWN_ELSEWHERE,
  type KnownAddress,
  knownAddress,
  showPendingEmail,
} from '../presenters/email-changes.ts';
import { fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { changeOf, emailChangeForm } from '../schemas/email-change.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { accountTrail } from './account-record.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

interface Shown {
  input?: Record<string, string>;
  errors?: FieldError[];
  known?: KnownAddress | null;
}

/** « Changement d'adresse » of a person, from their page: asked here, confirmed from the new address. */
export function emailChangesController({ db, services }: AppContext) {
  const managed = (req: Request): Promise<Account> =>
    accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));

  const pageOf = (req: Request): string => hrefOf(req)(paths.accounts.show({ id: idOf(req) }));

  async function showForm(
    req: Request,
    res: Response,
    account: Account,
    { input = {}, errors = [], known = null }: Shown = {},
  ) {
    const [pending, atOnce] = await Promise.all([
      services.emailChange.findPending(account.id),
      services.emailChange.isCorrectedAtOnce(account.id),
    ]);
    res.render('management/accounts/email-change', {
      title: `Changement d'adresse de ${fullName(account)}`,
      breadcrumb: accountTrail(req, account, "Changement d'adresse"),
      ...{ account, input, errors, known },
      messages: messagesOf(errors),
      lifetime: linkLifetimeInWords('email_mailbox'),
      atOnce,
      pending: pending ? showPendingEmail(pending) : null,
      back: pageOf(req),
    });
  }

  function refuse(req: Request, res: Response, sentence: string): Promise<void> {
    leaveNotice(req, 'account-act-refused', { sentence });
    return redirectTo(req, res, pageOf(req));
  }

  return {
    edit: (async (req, res) => {
      const account = await managed(req);
      const fault = account.active
        ? await services.emailChange.refusal(actorOf(req), account)
        : ('inactive' as const);
      if (fault !== null) return refuse(req, res, emailChangeSentence(fault, fullName(account)));
      await showForm(req, res, account);
    }) satisfies RequestHandler,

    ask: (async (req, res) => {
      assertSameOrganism(req);
      const account = await managed(req);
      const form = parseForm(emailChangeForm, req.body);
      if (!form.valid) return showForm(req, res.status(422), account, form);
      const { email, motif } = form.values;
      const order = { accountId: account.id, newEmail: email, reason: motif };
      const asked = await services.emailChange.ask(actorOf(req), scopeOf(req), order);
      if (asked.kind === 'refused')
        return refuse(req, res, emailChangeSentence(asked.fault, fullName(asked.account)));
      if (asked.kind === 'same' || asked.kind === 'known') {
        const known =
          asked.kind === 'known'
            ? knownAddress({ account: asked.known, typed: email }, organismIdOf(scopeOf(req)), hrefOf(req))
            : null;
        const message =
          asked.kind === 'same'
            ? 'C’est déjà l’adresse de ce compte.'
            : (known?.text ?? `${KNOWN_ELSEWHERE}.`);
        const errors = [{ field: 'email', message }];
        return showForm(req, res.status(422), account, { input: { email, motif }, errors, known });
      }
      leaveNotice(req, asked.kind === 'asked' ? 'email-change-asked' : 'email-corrected', {
        ...{ person: fullName(account), email, outsideDomain: String(asked.outsideDomain) },
      });
      await redirectTo(req, res, pageOf(req));
    }) satisfies RequestHandler,

    cancel: (async (req, res) => {
      assertSameOrganism(req);
      const email = await services.emailChange.cancel(
        actorOf(req),
        scopeOf(req),
        idOf(req),
        changeOf(req.body),
      );
      leaveNotice(req, 'email-change-cancelled', { email: email ?? '' });
      await redirectTo(req, res, pageOf(req));
    }) satisfies RequestHandler,
  };
}
