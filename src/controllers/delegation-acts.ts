import type { Request } from 'express';
import type { z } from 'zod';
import type { OrganismName } from '../domain/actor.ts';
import { holdsOn } from '../domain/assignment.ts';
import { dayInParis } from '../domain/calendar.ts';
import { leavesOrganismWithout } from '../domain/delegation.ts';
import { Refused } from '../domain/errors.ts';
import type { MandateAct } from '../domain/mandate.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { delegationConfirmation, delegationFaultSentence } from '../presenters/delegations.ts';
import { formatDate, fullName } from '../presenters/format.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { delegationRepository } from '../repositories/delegations.ts';
import { plannedActRepository } from '../repositories/planned-acts.ts';
import { optionalReasonForm } from '../schemas/accounts.ts';
import { delegationEndForm, delegationForm } from '../schemas/delegations.ts';
import type { DelegationOutcome } from '../services/delegations.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import type { Told } from './declared-form.ts';
import { idOf } from './identifiers.ts';

/** « Désigner … administrateur local », « Retirer la délégation », « Date de fin » (R65-R70). */
export function delegationActsController({ db, clock, services: { delegations } }: AppContext) {
  const today = () => dayInParis(clock.now());

  /**
   * The person, among those the act can be about: of the organism, or who administers it.
   * @throws NotFound for anyone else (P5).
   */
  async function situationOf(req: Request, what: MandateAct) {
    const [actor, organism] = [actorOf(req), organismOf(req)];
    const scopeId = actor.national === 'administrator' ? null : organism.id;
    const find = accountRepository(db)[what === 'grant' ? 'getManaged' : 'getKnownTo'];
    const person = await find(idOf(req), scopeId);
    const live = await assignmentRepository(db).liveOf(person.id);
    const held = live.find(
      ({ organismId, endsOn }) => organismId === organism.id && holdsOn(endsOn, today()),
    );
    const holding = await delegationRepository(db).holding([organism.id], today());
    const isAlone = leavesOrganismWithout(holding, person.id);
    const planned = await plannedActRepository(db).findOf('delegation', person.id, organism.id);
    return { actor, organism, person, held: held ?? null, isAlone, plannedOn: planned?.effectiveOn ?? null };
  }

  /** Who may be replaced: the administrators of the organism, but the person themself (R79). */
  async function replaceableBy(req: Request) {
    const { id } = organismOf(req);
    const local = (await deciderRepository(db, today()).localAdministrators([id])).get(id) ?? [];
    return local.filter((person) => person.id !== idOf(req));
  }

  const act = <Form extends z.ZodType>(
    what: MandateAct,
    form: (today: string, req: Request) => Form | Promise<Form>,
    perform: (req: Request, values: z.output<Form>) => Promise<DelegationOutcome>,
  ) =>
    confirmedAct({
      list: what === 'grant' ? paths.delegations.new : paths.delegations.index,
      describe: async (req) =>
        delegationConfirmation(what, await situationOf(req, what), {
          today: today(),
          replaceable: what === 'grant' ? await replaceableBy(req) : [],
        }),
      form: (req) => form(today(), req),
      perform,
      tell: (req, outcome, values) => toldOf(req, what, outcome, endsOnOf(values)),
    });

  return {
    grant: act(
      'grant',
      async (day, req) => delegationForm(day, await replaceableBy(req)),
      (req, { motif: reason, debut: startsOn, fin: endsOn, remplace: replacesId }) =>
        delegations.grant(actorOf(req), scopeOf(req), {
          accountId: idOf(req),
          reason,
          startsOn,
          endsOn,
          replacesId,
        }),
    ),
    remove: act(
      'remove',
      () => optionalReasonForm,
      (req, { motif: reason }) =>
        delegations.remove(actorOf(req), scopeOf(req), { accountId: idOf(req), reason }),
    ),
    endDate: act('setEnd', delegationEndForm, (req, { fin: endsOn }) =>
      delegations.setEnd(actorOf(req), scopeOf(req), { accountId: idOf(req), endsOn }),
    ),
  };
}

/** The last day that a form asked for, as it is told; '' for none. */
export const endsOnOf = (values: unknown): string => {
  const { fin = null } = values as { fin?: string | null };
  return fin === null ? '' : formatDate(fin);
};

function toldOf(req: Request, what: MandateAct, outcome: DelegationOutcome, endsOn: string): Told {
  const organism = organismOf(req);
  const { name } = organism;
  const { id, organismId } = outcome.person;
  const person = fullName(outcome.person);
  if (outcome.kind === 'refused') {
    const sentence = delegationFaultSentence(outcome.fault, person, name);
    return { notice: 'refused', values: { sentence } };
  }
  if (outcome.kind === 'planned') return plannedOf(req, outcome.on, { person, organism: name });
  if (what === 'remove') {
    // Who administers from elsewhere has no page here.
    const href = organismId === organism.id ? hrefOf(req)(paths.accounts.show({ id })) : '';
    return { notice: 'delegation-removed', values: { person, organism: name, href } };
  }
  const href = hrefOf(req)(paths.delegations.index);
  return what === 'grant'
    ? { notice: 'delegation-granted', values: { person, organism: name, endsOn, href } }
    : { notice: 'delegation-end-date', values: { person, endsOn, href } };
}

const plannedOf = (req: Request, on: string, about: { person: string; organism: string }): Told => ({
  notice: 'delegation-planned',
  values: { ...about, on: formatDate(on), href: hrefOf(req)(paths.plannedActs.index) },
});

/** @throws Refused where Ucanss has not chosen an organism. */
function organismOf(req: Request): OrganismName {
  const scope = scopeOf(req);
  if (scope.kind !== 'organism') throw new Refused('Choisissez d’abord l’organisme à administrer.');
  return scope.organism;
}
