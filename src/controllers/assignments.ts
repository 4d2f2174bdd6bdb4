import type { Request } from 'express';
import type { z } from 'zod';
import { dayInParis } from '../domain/calendar.ts';
import { NotFound, Refused } from '../domain/errors.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { assignmentFaultSentence } from '../presenters/account-acts.ts';
import { grantConfirmation, removalConfirmation } from '../presenters/account-confirmations.ts';
import { fullName } from '../presenters/format.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { grantForm, optionalReasonForm } from '../schemas/accounts.ts';
import type { AssignmentOutcome } from '../services/assignments.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import type { Told } from './declared-form.ts';
import { idOf } from './identifiers.ts';

/** « Activer des droits » and « Supprimer des droits » of one person (R40, R41). */
export function assignmentsController({ db, clock, services }: AppContext) {
  const today = () => dayInParis(clock.now());

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

  const act = <Form extends z.ZodType<{ motif: string }>>(
    what: 'grant' | 'remove',
    form: (today: string) => Form,
    perform: (req: Request, role: RoleDetails, values: z.output<Form>) => Promise<AssignmentOutcome>,
  ) =>
    confirmedAct({
      list: paths.accounts.index,
      async describe(req) {
        const { account, role } = await subjectOf(req);
        const fault = await services.assignments.foreseeFault(actorOf(req), account, role, what);
        return what === 'grant'
          ? grantConfirmation(actorOf(req), account, role, { fault, today: today() })
          : removalConfirmation(actorOf(req), account, role, fault);
      },
      form: () => form(today()),
      perform: async (req, values) => perform(req, (await subjectOf(req)).role, values),
      tell: toldOf,
    });

  return {
    grant: act('grant', grantForm, (req, { code: role }, { motif: reason, fin: endsOn }) =>
      services.assignments.grant(actorOf(req), scopeOf(req), { accountId: idOf(req), role, reason, endsOn }),
    ),
    remove: act(
      'remove',
      () => optionalReasonForm,
      (req, { code: role }, { motif: reason }) =>
        services.assignments.remove(actorOf(req), scopeOf(req), { accountId: idOf(req), role, reason }),
    ),
  };
}

const NOTICES = {
  granted: 'assignment-granted',
  removed: 'assignment-removed',
  requested: 'assignment-requested',
} as const;

function toldOf(req: Request, outcome: AssignmentOutcome): Told {
  const { id } = outcome.person;
  const { role } = outcome;
  const person = fullName(outcome.person);
  if (outcome.kind === 'refused') {
    const sentence = assignmentFaultSentence(outcome.fault, person, role.label);
    return { notice: 'refused', values: { sentence } };
  }
  const page = outcome.kind === 'requested' ? paths.requests.pending : paths.accounts.show({ id });
  return { notice: NOTICES[outcome.kind], values: { person, role: role.label, href: hrefOf(req)(page) } };
}
