import type { Request, RequestHandler, Response } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { leavesOrganismWithout } from '../domain/delegation.ts';
import { actorOf, backTo, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { Confirmation } from '../presenters/account-confirmations.ts';
import { formatDate, fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import {
  nationalEndConfirmation,
  nationalFaultSentence,
  nationalGrantConfirmation,
  nationalRemovalConfirmation,
  roleChoice,
} from '../presenters/national-roles.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import {
  NATIONAL_ADMINISTRATOR,
  type NationalAssignment,
  nationalRoleRepository,
} from '../repositories/national-roles.ts';
import { roleRepository } from '../repositories/roles.ts';
import { optionalReasonForm } from '../schemas/accounts.ts';
import { delegationEndForm } from '../schemas/delegations.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { nationalGrantForm } from '../schemas/national-roles.ts';
import type { NationalRoleFault, NationalRoleOutcome } from '../services/national-roles.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

type Act = 'grant' | 'remove' | 'endDate';

const VIEWS: Record<Act, string> = {
  grant: 'management/national-roles/grant',
  remove: 'management/local-administrators/remove',
  endDate: 'management/local-administrators/end-date',
};

/** « Donner un profil national », « Retirer le profil », « Date de fin »: the effect, then the act (P3b). */
export function nationalRoleActsController({ db, clock, services }: AppContext) {
  const today = () => dayInParis(clock.now());
  const national = nationalRoleRepository(db);
  const rolesToGive = async () =>
    (await roleRepository(db).all()).filter(({ kind, closed }) => kind === 'national' && !closed);

  async function show(req: Request, res: Response, act: Act, errors: FieldError[] = []) {
    const { described, endsOn } = await describe(req, act);
    const back = backOf(req, act);
    res.render(VIEWS[act], {
      title: described.title,
      breadcrumb: [],
      confirmation: {
        ...described,
        action: paths.nationalRoles[act]({ id: idOf(req) }),
        cancelHref: back,
        hidden: [{ name: 'retour', value: back }],
        errors,
      },
      roles: act === 'grant' ? (await rolesToGive()).map(roleChoice) : [],
      today: today(),
      input: req.body ?? { fin: endsOn ?? '' },
      messages: messagesOf(errors),
    });
  }

  /** @throws NotFound for an unknown person, or anything that is not a national role given to somebody. */
  async function describe(
    req: Request,
    act: Act,
  ): Promise<{ described: Confirmation; endsOn: string | null }> {
    const accounts = accountRepository(db);
    const { id: actorId } = actorOf(req);
    if (act === 'grant') {
      const account = await accounts.get(idOf(req));
      const held = (await national.heldBy([account.id], today())).get(account.id) ?? [];
      const fault = account.id === actorId ? 'oneself' : account.active ? null : 'inactive';
      return { described: nationalGrantConfirmation(account, held, fault), endsOn: null };
    }
    const assignment = await national.get(idOf(req));
    const account = await accounts.get(assignment.accountId);
    const fault = await faultOf(actorId, account, assignment);
    const confirm = act === 'remove' ? nationalRemovalConfirmation : nationalEndConfirmation;
    return { described: confirm(account, assignment.roleLabel, fault), endsOn: assignment.endsOn };
  }

  /** Why the act would be refused, as far as it is known before. */
  async function faultOf(
    actorId: number,
    account: Account,
    { ended, roleId }: NationalAssignment,
  ): Promise<NationalRoleFault | null> {
    if (account.id === actorId) return 'oneself';
    if (ended) return 'gone';
    const { code } = await roleRepository(db).get(roleId);
    const administrators = await national.administrators(today());
    const isLast = code === NATIONAL_ADMINISTRATOR && leavesOrganismWithout(administrators, account.id);
    return isLast ? 'last_administrator' : null;
  }

  function conclude(
    req: Request,
    res: Response,
    act: Act,
    { fault, person, roleLabel }: NationalRoleOutcome,
    endsOn: string | null = null,
  ): Promise<void> {
    const name = fullName(person);
    if (fault !== null) {
      const sentence = nationalFaultSentence(fault, name, roleLabel);
      leaveNotice(req, 'national-role-refused', { sentence });
    } else {
      const date = endsOn === null ? '' : formatDate(endsOn);
      const href = hrefOf(req)(paths.nationalRoles.index);
      leaveNotice(req, NOTICES[act], { person: name, role: roleLabel, endsOn: date, href });
    }
    return redirectTo(req, res, backOf(req, act));
  }

  const confirmation =
    (act: Act): RequestHandler =>
    (req, res) =>
      show(req, res, act);

  return {
    grant: {
      confirmation: confirmation('grant'),
      confirm: (async (req, res) => {
        const accountId = idOf(req);
        const codes = (await rolesToGive()).map(({ code }) => code);
        const form = parseForm(nationalGrantForm(today(), codes), req.body);
        if (!form.valid) return show(req, res.status(422), 'grant', form.errors);
        const { role: roleCode, motif: reason, fin: endsOn } = form.values;
        const order = { accountId, roleCode, reason, endsOn };
        const outcome = await services.nationalRoles.grant(actorOf(req), order);
        await conclude(req, res, 'grant', outcome, endsOn);
      }) satisfies RequestHandler,
    },
    remove: {
      confirmation: confirmation('remove'),
      confirm: (async (req, res) => {
        const assignmentId = idOf(req);
        const form = parseForm(optionalReasonForm, req.body);
        if (!form.valid) return show(req, res.status(422), 'remove', form.errors);
        const order = { assignmentId, reason: form.values.motif };
        await conclude(req, res, 'remove', await services.nationalRoles.remove(actorOf(req), order));
      }) satisfies RequestHandler,
    },
    endDate: {
      confirmation: confirmation('endDate'),
      confirm: (async (req, res) => {
        const assignmentId = idOf(req);
        const form = parseForm(delegationEndForm(today()), req.body);
        if (!form.valid) return show(req, res.status(422), 'endDate', form.errors);
        const endsOn = form.values.fin;
        const outcome = await services.nationalRoles.setEnd(actorOf(req), { assignmentId, endsOn });
        await conclude(req, res, 'endDate', outcome, endsOn);
      }) satisfies RequestHandler,
    },
  };
}

const NOTICES: Record<Act, string> = {
  grant: 'national-role-granted',
  remove: 'national-role-removed',
  endDate: 'national-role-end-date',
};

/** The list that the act was chosen on, as it was. */
const backOf = (req: Request, act: Act): string =>
  backTo(req, act === 'grant' ? paths.nationalRoles.new : paths.nationalRoles.index);
