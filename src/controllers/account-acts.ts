import type { Request, RequestHandler, Response } from 'express';
import type { OrganismName } from '../domain/actor.ts';
import { NotFound, Refused } from '../domain/errors.ts';
import { organismIdOf } from '../domain/scope.ts';
import {
  actorOf,
  assertSameOrganism,
  backTo,
  leaveNotice,
  redirectTo,
  scopeOf,
} from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { accountFaultSentence } from '../presenters/account-acts.ts';
import {
  attachmentConfirmation,
  deactivationConfirmation,
  endSessionsConfirmation,
  reactivationConfirmation,
} from '../presenters/account-confirmations.ts';
import { fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { delegationRepository } from '../repositories/delegations.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { deactivationForm, optionalReasonForm } from '../schemas/accounts.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import type { AccountOutcome } from '../services/accounts.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

type Act = 'deactivate' | 'reactivate' | 'endSessions' | 'attach';

/** « Désactiver », « Réactiver », « Fermer les sessions », « Rattacher » (R43, R44, R57-R64): the effect, then the act. */
export function accountActsController({ db, services }: AppContext) {
  const accounts = accountRepository(db);

  async function show(req: Request, res: Response, act: Act, errors: FieldError[] = []) {
    const scope = scopeOf(req);
    const account =
      act === 'attach' ? await outsider(req) : await accounts.getManaged(idOf(req), organismIdOf(scope));
    res.render(`management/accounts/${VIEWS[act]}`, {
      title: `${TITLES[act]} ${fullName(account)}`,
      breadcrumb: [],
      confirmation: {
        ...(await describe(req, act, account)),
        organism: account.organismName,
        action: paths.accounts[act]({ id: account.id }),
        cancelHref: backOf(req),
        hidden: [{ name: 'retour', value: backOf(req) }],
        errors,
      },
      input: req.body ?? {},
      messages: messagesOf(errors),
    });
  }

  async function describe(req: Request, act: Act, account: Account) {
    if (act === 'endSessions')
      return endSessionsConfirmation(account, await services.accounts.isBeyond(actorOf(req), account.id));
    const beyond = await services.accounts.isKeptByUcanss(actorOf(req), account);
    if (act === 'reactivate') return reactivationConfirmation(account, beyond);
    const left = await services.accounts.organismsLeft(account.id);
    if (act === 'deactivate') {
      const isLastNational = !beyond && (await services.accounts.isLastNational(account.id));
      return deactivationConfirmation(actorOf(req), account, { beyond, left, isLastNational });
    }
    const administers = (await delegationRepository(db).organismsOf([account.id])).includes(
      account.organismId,
    );
    const closed = await organismRepository(db).isClosed(targetOf(req).id);
    return attachmentConfirmation(actorOf(req), scopeOf(req), account, { administers, beyond, left, closed });
  }

  /** Someone of another organism: their confirmation tells their name, and is counted (P5). */
  async function outsider(req: Request): Promise<Account> {
    const target = targetOf(req);
    await services.outside.assertOpen(actorOf(req));
    const account = await accounts.get(idOf(req));
    if (account.organismId === target.id) throw new NotFound();
    await tellOutside(req, account.id);
    return account;
  }

  const tellOutside = (req: Request, id: number): Promise<void> =>
    services.outside.tell(actorOf(req), { how: 'attachment', organismId: targetOf(req).id, person: { id } });

  function conclude(req: Request, res: Response, notice: string, outcome: AccountOutcome): Promise<void> {
    const scope = scopeOf(req);
    const person = fullName(outcome.person);
    if (outcome.kind === 'refused') {
      const { fault, organisms } = outcome;
      leaveNotice(req, 'account-act-refused', { sentence: accountFaultSentence(fault, person, organisms) });
    } else {
      const href = hrefOf(req)(paths.accounts.show({ id: outcome.person.id }));
      const organism = scope.kind === 'organism' ? scope.organism.name : '';
      leaveNotice(req, notice, { person, href, organism });
      // The list of other organisms has them no more: their rights are there to be gone through (R63).
      if (notice === 'account-attached') return redirectTo(req, res, href);
    }
    return redirectTo(req, res, backOf(req));
  }

  const confirmation =
    (act: Act): RequestHandler =>
    (req, res) =>
      show(req, res, act);

  return {
    deactivate: {
      confirmation: confirmation('deactivate'),
      confirm: (async (req, res) => {
        assertSameOrganism(req);
        const form = parseForm(deactivationForm, req.body);
        if (!form.valid) return show(req, res.status(422), 'deactivate', form.errors);
        const order = { accountId: idOf(req), reason: form.values.motif };
        const outcome = await services.accounts.deactivate(actorOf(req), scopeOf(req), order);
        await conclude(req, res, 'account-deactivated', outcome);
      }) satisfies RequestHandler,
    },
    reactivate: {
      confirmation: confirmation('reactivate'),
      confirm: (async (req, res) => {
        assertSameOrganism(req);
        const form = parseForm(optionalReasonForm, req.body);
        if (!form.valid) return show(req, res.status(422), 'reactivate', form.errors);
        const order = { accountId: idOf(req), reason: form.values.motif };
        const outcome = await services.accounts.reactivate(actorOf(req), scopeOf(req), order);
        await conclude(req, res, 'account-reactivated', outcome);
      }) satisfies RequestHandler,
    },
    endSessions: {
      confirmation: confirmation('endSessions'),
      confirm: (async (req, res) => {
        assertSameOrganism(req);
        const form = parseForm(optionalReasonForm, req.body);
        if (!form.valid) return show(req, res.status(422), 'endSessions', form.errors);
        const order = { accountId: idOf(req), reason: form.values.motif };
        const outcome = await services.accounts.endSessions(actorOf(req), scopeOf(req), order);
        await conclude(req, res, 'account-sessions-ended', outcome);
      }) satisfies RequestHandler,
    },
    attach: {
      confirmation: confirmation('attach'),
      confirm: (async (req, res) => {
        assertSameOrganism(req);
        const target = targetOf(req);
        const { id } = await accounts.get(idOf(req));
        const outcome = await services.attaching.attach(actorOf(req), scopeOf(req), id);
        // Why not tells something of somebody elsewhere, as the page before does.
        if (outcome.kind === 'refused' && outcome.person.organismId !== target.id) await tellOutside(req, id);
        await conclude(req, res, 'account-attached', outcome);
      }) satisfies RequestHandler,
    },
  };
}

const VIEWS: Record<Act, string> = {
  deactivate: 'deactivate',
  reactivate: 'reactivate',
  endSessions: 'end-sessions',
  attach: 'attach',
};

const TITLES: Record<Act, string> = {
  deactivate: 'Désactiver le compte de',
  reactivate: 'Réactiver le compte de',
  endSessions: 'Fermer les sessions de',
  attach: 'Rattacher',
};

/** The organism that people are attached to. @throws Refused where the page covers them all. */
function targetOf(req: Request): OrganismName {
  const scope = scopeOf(req);
  if (scope.kind === 'organism') return scope.organism;
  throw new Refused('Choisissez d’abord l’organisme de rattachement.');
}

/** The list that the act was chosen on, as it was. */
export const backOf = (req: Request): string => backTo(req, paths.accounts.index);
