import type { Request } from 'express';
import { linkLifetimeInWords } from '../domain/link.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import {
  emailChangeSentence,
  KNOWN_ELSEWHERE,
  knownAddress,
  showPendingEmail,
} from '../presenters/email-changes.ts';
import { fullName } from '../presenters/format.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { changeOf, emailChangeForm } from '../schemas/email-change.ts';
import { parseForm } from '../schemas/form.ts';
import type { EmailChangeAsked } from '../services/email-change.ts';
import { accountBreadcrumb } from './account-record.ts';
import type { AppContext } from './context.ts';
import {
  type Again,
  declaredButton,
  declaredForm,
  type Page,
  type Told,
  type Typed,
} from './declared-form.ts';
import { idOf } from './identifiers.ts';

type Fault = Extract<EmailChangeAsked, { kind: 'refused' }>['fault'];

/** « Changement d'adresse » of a person, from their page: asked here, confirmed from the new address. */
export function emailChangesController({ db, services: { emailChange } }: AppContext) {
  const back = (req: Request): string => hrefOf(req)(paths.accounts.show({ id: idOf(req) }));

  async function page(req: Request, account: Account, again: Again | undefined): Promise<Page | Told> {
    const fault = account.active ? await emailChange.refusal(actorOf(req), account) : 'inactive';
    if (fault !== null) return refusedOf(fault, account);
    const [pending, atOnce] = await Promise.all([
      emailChange.findPending(account.id),
      emailChange.isCorrectedAtOnce(account.id),
    ]);
    return {
      view: 'management/accounts/email-change',
      locals: {
        title: `Changement d'adresse de ${fullName(account)}`,
        breadcrumb: accountBreadcrumb(req, account, "Changement d'adresse"),
        ...{ account, atOnce, known: null, back: back(req) },
        lifetime: linkLifetimeInWords('email_mailbox'),
        pending: pending ? showPendingEmail(pending) : null,
        ...again?.locals,
      },
    };
  }

  const ask = declaredForm({
    back,
    about: (req) => accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req))),
    page,
    parse: (req) => parseForm(emailChangeForm, req.body),
    perform: (req, { email: newEmail, motif: reason }, { id: accountId }) =>
      emailChange.ask(actorOf(req), scopeOf(req), { accountId, newEmail, reason }),
    again: askedAgain,
    tell(_req, asked, { email }, account) {
      if (asked.kind === 'refused') return refusedOf(asked.fault, asked.account);
      const notice = asked.kind === 'asked' ? 'email-change-asked' : 'email-corrected';
      const isOutside = 'outsideDomain' in asked && asked.outsideDomain;
      return { notice, values: { person: fullName(account), email, outsideDomain: `${isOutside}` } };
    },
  });

  return {
    ask,

    cancel: declaredButton({
      back,
      perform: (req) => emailChange.cancel(actorOf(req), scopeOf(req), idOf(req), changeOf(req.body)),
      tell: (_req, email = '') => ({ notice: 'email-change-cancelled', values: { email } }),
    }),
  };
}

const refusedOf = (fault: Fault, account: Account): Told => ({
  notice: 'refused',
  values: { sentence: emailChangeSentence(fault, fullName(account)) },
});

/** The form again, where the address is already that of the account, or of another one. */
function askedAgain(
  req: Request,
  asked: EmailChangeAsked,
  { input, values: { email: typed } }: Typed<{ email: string }>,
): Again | undefined {
  if (asked.kind !== 'same' && asked.kind !== 'known') return undefined;
  const known =
    asked.kind === 'known'
      ? knownAddress({ account: asked.known, typed }, organismIdOf(scopeOf(req)), hrefOf(req))
      : null;
  const message =
    asked.kind === 'same' ? 'C’est déjà l’adresse de ce compte.' : (known?.text ?? `${KNOWN_ELSEWHERE}.`);
  return { status: 422, input, errors: [{ field: 'email', message }], locals: { known } };
}
