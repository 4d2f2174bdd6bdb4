import type { Request } from 'express';
import type { z } from 'zod';
import type { AccountAct } from '../domain/account-acts.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { NotFound, Refused } from '../domain/errors.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { accountFaultSentence } from '../presenters/account-acts.ts';
import { accountConfirmation, attachmentConfirmation } from '../presenters/account-confirmations.ts';
import type { Confirmation } from '../presenters/confirmation.ts';
import { fullName } from '../presenters/format.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { delegationRepository } from '../repositories/delegations.ts';
import { deactivationForm, emptyForm, optionalReasonForm } from '../schemas/accounts.ts';
import type { AccountOutcome } from '../services/accounts.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import type { Told } from './declared-form.ts';
import { idOf } from './identifiers.ts';

type Order = { accountId: number; reason: string };
type DoneNotice =
  | 'account-deactivated'
  | 'account-reactivated'
  | 'account-activation-sent'
  | 'account-sessions-ended';
type Perform = (actor: Actor, scope: Scope, order: Order) => Promise<AccountOutcome>;

/** « Désactiver », « Réactiver », « Fermer les sessions », « Rattacher » (R43, R44, R57-R64). */
export function accountActsController({ db, services }: AppContext) {
  const accounts = accountRepository(db);
  const list = paths.accounts.index;

  /** An act on the account of somebody of the scope. */
  const act = (
    what: Exclude<AccountAct, 'attach' | 'resetFactor'>,
    { form, perform, notice }: { form: z.ZodType<{ motif: string }>; perform: Perform; notice: DoneNotice },
  ) =>
    confirmedAct({
      list,
      async describe(req) {
        const account = await accounts.getManaged(idOf(req), organismIdOf(scopeOf(req)));
        const judged = await services.accounts.foresee(actorOf(req), what, account);
        const rights = what === 'reactivate' ? await services.accounts.rightsOf(account.id) : [];
        return accountConfirmation(what, account, judged, rights);
      },
      form: () => form,
      perform: (req, { motif: reason }) =>
        perform(actorOf(req), scopeOf(req), { accountId: idOf(req), reason }),
      tell: (req, outcome) =>
        outcome.kind === 'refused'
          ? refusedOf(outcome)
          : { notice, values: { person: fullName(outcome.person), href: pageOf(req, outcome) } },
    });

  /** Somebody of another organism: the page tells their name, and is counted (P5). */
  async function describeOutsider(req: Request): Promise<Confirmation> {
    const [actor, target] = [actorOf(req), targetOf(req)];
    await services.outside.assertOpen(actor);
    const account = await accounts.get(idOf(req));
    if (account.organismId === target.id) throw new NotFound();
    await tellOutside(req, account.id);
    const judged = await services.accounts.foresee(actor, 'attach', account, target);
    const administers = await delegationRepository(db).organismsOf([account.id]);
    return attachmentConfirmation(target, account, judged, administers.includes(account.organismId));
  }

  const tellOutside = (req: Request, id: number): Promise<void> =>
    services.outside.tell(actorOf(req), { how: 'attachment', organismId: targetOf(req).id, person: { id } });

  const attach = confirmedAct({
    list,
    describe: describeOutsider,
    form: () => emptyForm,
    async perform(req) {
      const target = targetOf(req);
      const { id } = await accounts.get(idOf(req));
      const outcome = await services.attaching.attach(actorOf(req), scopeOf(req), id);
      // Why not tells something of somebody elsewhere, as the page before does.
      if (outcome.kind === 'refused' && outcome.person.organismId !== target.id) await tellOutside(req, id);
      return outcome;
    },
    tell(req, outcome) {
      if (outcome.kind === 'refused') return refusedOf(outcome);
      const values = { person: fullName(outcome.person), organism: targetOf(req).name };
      // The list of other organisms has them no more: their rights are there to be gone through (R63).
      return { notice: 'account-attached', values, to: pageOf(req, outcome) };
    },
  });

  const { deactivate, reactivate, sendActivation, endSessions } = services.accounts;
  return {
    deactivate: act('deactivate', {
      form: deactivationForm,
      perform: deactivate,
      notice: 'account-deactivated',
    }),
    reactivate: act('reactivate', {
      form: optionalReasonForm,
      perform: reactivate,
      notice: 'account-reactivated',
    }),
    sendActivation: act('sendActivation', {
      form: optionalReasonForm,
      perform: sendActivation,
      notice: 'account-activation-sent',
    }),
    endSessions: act('endSessions', {
      form: optionalReasonForm,
      perform: endSessions,
      notice: 'account-sessions-ended',
    }),
    attach,
  };
}

const pageOf = (req: Request, { person }: AccountOutcome): string =>
  hrefOf(req)(paths.accounts.show({ id: person.id }));

/** Why an act on an account was refused, as it is told. */
export const refusedOf = ({
  fault,
  person,
  organisms,
}: Extract<AccountOutcome, { kind: 'refused' }>): Told => ({
  notice: 'refused',
  values: { sentence: accountFaultSentence(fault, fullName(person), organisms) },
});

/** The organism that people are attached to. @throws Refused where the page covers them all. */
function targetOf(req: Request): OrganismName {
  const scope = scopeOf(req);
  if (scope.kind === 'organism') return scope.organism;
  throw new Refused('Choisissez d’abord l’organisme de rattachement.');
}
