import type { Request } from 'express';
import type { z } from 'zod';
import { dayInParis } from '../domain/calendar.ts';
import { leavesOrganismWithout } from '../domain/delegation.ts';
import { judgeMandate, type MandateAct } from '../domain/mandate.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { Confirmation } from '../presenters/confirmation.ts';
import { fullName } from '../presenters/format.ts';
import {
  nationalEndConfirmation,
  nationalFaultSentence,
  nationalGrantConfirmation,
  nationalRemovalConfirmation,
} from '../presenters/national-roles.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { NATIONAL_ADMINISTRATOR, nationalRoleRepository } from '../repositories/national-roles.ts';
import { roleRepository } from '../repositories/roles.ts';
import { optionalReasonForm } from '../schemas/accounts.ts';
import { delegationEndForm } from '../schemas/delegations.ts';
import { nationalGrantForm } from '../schemas/national-roles.ts';
import type { NationalRoleOutcome } from '../services/national-roles.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import type { Told } from './declared-form.ts';
import { endsOnOf } from './delegation-acts.ts';
import { idOf } from './identifiers.ts';

/** « Donner un profil national », « Retirer le profil », « Date de fin » (P3b). */
export function nationalRoleActsController({ db, clock, services: { nationalRoles } }: AppContext) {
  const today = () => dayInParis(clock.now());
  const national = nationalRoleRepository(db);
  const rolesToGive = async () =>
    (await roleRepository(db).all()).filter(({ kind, closed }) => kind === 'national' && !closed);

  async function describeGrant(req: Request): Promise<Confirmation> {
    const person = await accountRepository(db).get(idOf(req));
    const held = (await national.heldBy([person.id], today())).get(person.id) ?? [];
    const fault = judgeMandate('grant', { actor: actorOf(req), person });
    return nationalGrantConfirmation(person, held, fault, { roles: await rolesToGive(), today: today() });
  }

  /** @throws NotFound for anything that is not a national role given to somebody. */
  const describeHeld = (what: 'remove' | 'setEnd') => async (req: Request) => {
    const { accountId, roleId, ended, endsOn, roleLabel } = await national.get(idOf(req));
    const person = await accountRepository(db).get(accountId);
    const { code } = await roleRepository(db).get(roleId);
    const isLast =
      code === NATIONAL_ADMINISTRATOR &&
      leavesOrganismWithout(await national.administrators(today()), person.id);
    const held = ended ? null : { endsOn };
    const fault = judgeMandate(what, { ...{ actor: actorOf(req), person, held }, isLast });
    return what === 'remove'
      ? nationalRemovalConfirmation(person, roleLabel, fault)
      : nationalEndConfirmation(person, roleLabel, fault, { isLast, endsOn, today: today() });
  };

  const act = <Form extends z.ZodType>(
    what: MandateAct,
    describe: (req: Request) => Promise<Confirmation>,
    form: (today: string) => Form | Promise<Form>,
    perform: (req: Request, values: z.output<Form>) => Promise<NationalRoleOutcome>,
  ) =>
    confirmedAct({
      everywhere: true,
      list: what === 'grant' ? paths.nationalRoles.new : paths.nationalRoles.index,
      describe,
      form: () => form(today()),
      perform,
      tell: (req, outcome, values) => toldOf(req, what, outcome, endsOnOf(values)),
    });

  const grantForm = async (day: string) =>
    nationalGrantForm(
      day,
      (await rolesToGive()).map(({ code }) => code),
    );

  return {
    grant: act('grant', describeGrant, grantForm, (req, { role: roleCode, motif: reason, fin: endsOn }) =>
      nationalRoles.grant(actorOf(req), { accountId: idOf(req), roleCode, reason, endsOn }),
    ),
    remove: act(
      'remove',
      describeHeld('remove'),
      () => optionalReasonForm,
      (req, { motif: reason }) => nationalRoles.remove(actorOf(req), { assignmentId: idOf(req), reason }),
    ),
    endDate: act('setEnd', describeHeld('setEnd'), delegationEndForm, (req, { fin: endsOn }) =>
      nationalRoles.setEnd(actorOf(req), { assignmentId: idOf(req), endsOn }),
    ),
  };
}

function toldOf(
  req: Request,
  what: MandateAct,
  { fault, person: { firstName, lastName }, roleLabel: role }: NationalRoleOutcome,
  endsOn: string,
): Told {
  const person = fullName({ firstName, lastName });
  if (fault !== null) {
    const sentence = nationalFaultSentence(fault, person, role);
    return { notice: 'refused', values: { sentence } };
  }
  const href = hrefOf(req)(paths.nationalRoles.index);
  if (what === 'grant') return { notice: 'national-role-granted', values: { person, role, endsOn, href } };
  if (what === 'remove') return { notice: 'national-role-removed', values: { person, role, href } };
  return { notice: 'national-role-end-date', values: { person, endsOn, href } };
}
