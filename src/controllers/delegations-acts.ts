import type { Request, RequestHandler, Response } from 'express';
import type { OrganismName } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Refused } from '../domain/errors.ts';
import {
  actorOf,
  assertSameOrganism,
  backTo,
  leaveNotice,
  redirectTo,
  scopeOf,
} from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { Confirmation } from '../presenters/account-confirmations.ts';
import {
  delegationFaultSentence,
  endDateConfirmation,
  grantConfirmation,
  removalConfirmation,
} from '../presenters/delegations.ts';
import { formatDate, fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { delegationRepository, type OrganismDelegation } from '../repositories/delegations.ts';
import { grantForm, optionalReasonForm } from '../schemas/accounts.ts';
import { delegationEndForm } from '../schemas/delegations.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import type { DelegationFault, DelegationOutcome } from '../services/delegations.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

type Act = 'grant' | 'remove' | 'endDate';

interface Subject {
  account: Account;
  organism: OrganismName;
  /** Delegations of the organism that hold today. */
  holding: OrganismDelegation[];
  /** End date of the person's own, null for none. */
  endsOn: string | null;
}

const VIEWS: Record<Act, string> = { grant: 'grant', remove: 'remove', endDate: 'end-date' };

/** « Désigner … administrateur local », « Retirer la délégation », « Date de fin »: the effect, then the act. */
export function delegationActsController({ db, clock, services }: AppContext) {
  const today = () => dayInParis(clock.now());

  async function show(req: Request, res: Response, act: Act, errors: FieldError[] = []) {
    const subject = await subjectOf(req, act);
    const { account, endsOn } = subject;
    const described = describe(req, act, subject);
    const back = backOf(req, act);
    res.render(`management/local-administrators/${VIEWS[act]}`, {
      title: described.title,
      breadcrumb: [],
      confirmation: {
        ...described,
        action: paths.delegations[act]({ id: account.id }),
        cancelHref: back,
        hidden: [{ name: 'retour', value: back }],
        errors,
      },
      today: today(),
      input: req.body ?? { fin: act === 'endDate' ? endsOn : '' },
      messages: messagesOf(errors),
    });
  }

  /**
   * The person, among those the act can be about: of the organism, or who administers it.
   * @throws NotFound for anyone else (P5).
   */
  async function subjectOf(req: Request, act: Act): Promise<Subject> {
    const organism = organismOf(req);
    const scopeId = actorOf(req).national === 'administrator' ? null : organism.id;
    const accounts = accountRepository(db);
    const account =
      act === 'grant'
        ? await accounts.getManaged(idOf(req), scopeId)
        : await accounts.getKnownTo(idOf(req), scopeId);
    const live = await assignmentRepository(db).liveOf(account.id);
    const held = live.find(({ organismId }) => organismId === organism.id);
    const holding = await delegationRepository(db).holding([organism.id], today());
    return { account, organism, holding, endsOn: held?.endsOn ?? null };
  }

  function describe(req: Request, act: Act, { account, organism, holding }: Subject): Confirmation {
    const actor = actorOf(req);
    if (act === 'remove') return removalConfirmation(actor, account, organism, holding);
    if (act === 'endDate') return endDateConfirmation(actor, account, organism, holding);
    const named = holding.some(({ accountId }) => accountId === account.id);
    return grantConfirmation(account, organism, grantFault(actor.id, account, organism, named));
  }

  function conclude(
    req: Request,
    res: Response,
    act: Act,
    outcome: DelegationOutcome,
    endsOn: string | null = null,
  ) {
    const { person } = outcome;
    const organism = organismOf(req);
    if (outcome.kind === 'refused') {
      const sentence = delegationFaultSentence(outcome.fault, fullName(person), organism.name);
      leaveNotice(req, 'delegation-refused', { sentence });
    } else {
      const href = hrefOf(req)(
        act === 'remove' ? paths.accounts.show({ id: person.id }) : paths.delegations.index,
      );
      // Who administers from elsewhere has no page here.
      const reachable = act !== 'remove' || person.organismId === organism.id;
      leaveNotice(req, NOTICES[act], {
        ...{
          person: fullName(person),
          organism: organism.name,
          endsOn: endsOn === null ? '' : formatDate(endsOn),
        },
        href: reachable ? href : '',
      });
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
        assertSameOrganism(req);
        const form = parseForm(grantForm(today()), req.body);
        if (!form.valid) return show(req, res.status(422), 'grant', form.errors);
        const terms = { accountId, reason: form.values.motif, endsOn: form.values.fin };
        await conclude(
          req,
          res,
          'grant',
          await services.delegations.grant(actorOf(req), scopeOf(req), terms),
          terms.endsOn,
        );
      }) satisfies RequestHandler,
    },
    remove: {
      confirmation: confirmation('remove'),
      confirm: (async (req, res) => {
        const accountId = idOf(req);
        assertSameOrganism(req);
        const form = parseForm(optionalReasonForm, req.body);
        if (!form.valid) return show(req, res.status(422), 'remove', form.errors);
        const order = { accountId, reason: form.values.motif };
        await conclude(
          req,
          res,
          'remove',
          await services.delegations.remove(actorOf(req), scopeOf(req), order),
        );
      }) satisfies RequestHandler,
    },
    endDate: {
      confirmation: confirmation('endDate'),
      confirm: (async (req, res) => {
        const accountId = idOf(req);
        assertSameOrganism(req);
        const form = parseForm(delegationEndForm(today()), req.body);
        if (!form.valid) return show(req, res.status(422), 'endDate', form.errors);
        const order = { accountId, endsOn: form.values.fin };
        await conclude(
          req,
          res,
          'endDate',
          await services.delegations.setEnd(actorOf(req), scopeOf(req), order),
          order.endsOn,
        );
      }) satisfies RequestHandler,
    },
  };
}

const NOTICES: Record<Act, string> = {
  grant: 'delegation-granted',
  remove: 'delegation-removed',
  endDate: 'delegation-end-date',
};

/** Why naming this person would be refused, as far as it is known before. */
function grantFault(
  actorId: number,
  account: Account,
  organism: OrganismName,
  named: boolean,
): DelegationFault | null {
  if (account.id === actorId) return 'oneself';
  if (account.organismId !== organism.id) return 'elsewhere';
  if (!account.active) return 'inactive';
  return named ? 'already' : null;
}

/** @throws Refused where Ucanss has not chosen an organism. */
function organismOf(req: Request): OrganismName {
  const scope = scopeOf(req);
  if (scope.kind !== 'organism') throw new Refused('Choisissez d’abord l’organisme à administrer.');
  return scope.organism;
}

/** The list that the act was chosen on, as it was. */
const backOf = (req: Request, act: Act): string =>
  backTo(req, act === 'grant' ? paths.delegations.new : paths.delegations.index);
