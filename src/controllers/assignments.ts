import type { Request, RequestHandler, Response } from 'express';
import { addDays, dayInParis } from '../domain/calendar.ts';
import { NotFound, Refused } from '../domain/errors.ts';
import { organismIdOf } from '../domain/scope.ts';
import { actorOf, assertSameOrganism, leaveNotice, redirectTo, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { assignmentFaultSentence } from '../presenters/account-acts.ts';
import { grantConfirmation, removalConfirmation } from '../presenters/account-confirmations.ts';
import { fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { grantForm, optionalReasonForm } from '../schemas/accounts.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import type { AssignmentOutcome } from '../services/assignments.ts';
import { backOf } from './account-acts.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

type Act = 'grant' | 'remove';

/** « Activer des droits » and « Supprimer des droits » of one person (R40, R41): the effect, then the act. */
export function assignmentsController({ db, clock, services }: AppContext) {
  const today = () => dayInParis(clock.now());

  async function show(req: Request, res: Response, act: Act, errors: FieldError[] = []) {
    const actor = actorOf(req);
    const { account, role } = await subjectOf(req);
    const granting = act === 'grant';
    const fault = await services.assignments.foreseeFault(actor, account, role, act);
    const confirmation = granting
      ? grantConfirmation(actor, account, role, fault)
      : removalConfirmation(account, role, fault);
    const duration = granting ? role.defaultDurationDays : null;
    res.render(`management/accounts/${act}`, {
      title: confirmation.title,
      breadcrumb: [],
      confirmation: {
        ...confirmation,
        organism: account.organismName,
        action: paths.accounts[act]({ id: account.id }),
        cancelHref: backOf(req),
        hidden: [
          { name: 'retour', value: backOf(req) },
          { name: 'role', value: role.code },
        ],
        errors,
      },
      asked: granting && role.validator === 'ucanss' && actor.national !== 'administrator',
      today: today(),
      input: req.body ?? { fin: duration === null ? '' : addDays(today(), duration) },
      messages: messagesOf(errors),
    });
  }

  /**
   * The person and the role that the act is about.
   * @throws NotFound outside the scope, and for a role that is unknown or not an ordinary one (P3b). @throws Refused
   * without a role.
   */
  async function subjectOf(req: Request): Promise<{ account: Account; role: RoleDetails }> {
    const account = await accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
    const code = req.body?.role ?? req.query.role;
    if (code === undefined || code === '')
      throw new Refused('Choisissez d’abord un rôle dans «\u00a0Rôle sélectionné\u00a0».');
    const role =
      typeof code === 'string' ? await roleRepository(db).findByCode(code.replaceAll('\0', '')) : undefined;
    if (role?.kind !== 'ordinary') throw new NotFound();
    return { account, role };
  }

  function conclude(req: Request, res: Response, outcome: AssignmentOutcome): Promise<void> {
    const person = fullName(outcome.person);
    const role = outcome.role.label;
    if (outcome.kind === 'refused') {
      const sentence = assignmentFaultSentence(outcome.fault, person, role);
      leaveNotice(req, 'account-act-refused', { sentence });
    } else {
      const path =
        outcome.kind === 'requested'
          ? paths.requests.pending
          : paths.accounts.show({ id: outcome.person.id });
      const href = hrefOf(req)(path);
      leaveNotice(req, `assignment-${outcome.kind}`, { person, role, href });
    }
    return redirectTo(req, res, backOf(req));
  }

  const confirmation =
    (act: Act): RequestHandler =>
    (req, res) =>
      show(req, res, act);

  return {
    grant: {
      confirmation: confirmation('grant'),
      confirm: (async (req, res) => {
        assertSameOrganism(req);
        const { account, role } = await subjectOf(req);
        const form = parseForm(grantForm(today()), req.body);
        if (!form.valid) return show(req, res.status(422), 'grant', form.errors);
        const { motif: reason, fin: endsOn } = form.values;
        const order = { accountId: account.id, role: role.code, reason, endsOn };
        await conclude(req, res, await services.assignments.grant(actorOf(req), scopeOf(req), order));
      }) satisfies RequestHandler,
    },
    remove: {
      confirmation: confirmation('remove'),
      confirm: (async (req, res) => {
        assertSameOrganism(req);
        const { account, role } = await subjectOf(req);
        const form = parseForm(optionalReasonForm, req.body);
        if (!form.valid) return show(req, res.status(422), 'remove', form.errors);
        const order = { accountId: account.id, role: role.code, reason: form.values.motif };
        await conclude(req, res, await services.assignments.remove(actorOf(req), scopeOf(req), order));
      }) satisfies RequestHandler,
    },
  };
}
