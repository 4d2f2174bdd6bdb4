import type { Request } from 'express';
import type { z } from 'zod';
import { dayInParis } from '../domain/calendar.ts';
import type { DecisionAct } from '../domain/request.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { decisionConfirmation } from '../presenters/decisions.ts';
import { fullName } from '../presenters/format.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { refusalReasonRepository } from '../repositories/refusal-reasons.ts';
import type { StoredRequest } from '../repositories/requests.ts';
import { acceptanceForm, refusalForm } from '../schemas/requests.ts';
import type { Decided } from '../services/deciding.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { sentenceOf } from './decision-faults.ts';
import type { Told } from './declared-form.ts';
import { idOf } from './identifiers.ts';
import { pressedReason } from './refusal-reasons.ts';

/** « Accepter » and « Refuser » on a row (R22). */
export function decisionsController({ db, clock, services: { deciding }, snapshot }: AppContext) {
  const today = () => dayInParis(clock.now());

  const describe = (what: DecisionAct) => async (req: Request) => {
    const scope = scopeOf(req);
    const { request, role, fault } = await deciding.preview(actorOf(req), scope, what, idOf(req));
    // Its person took it to another organism: there is nothing of it to show here any more.
    if (fault === 'moved') return toldOf(req, what, { kind: 'refused', fault, request });
    return decisionConfirmation(
      what,
      { request, role },
      {
        organism: (await snapshot.current()).organisms.get(request.organismId)?.name ?? '',
        requester: await requesterOf(request),
        held: request.accountId === null ? [] : await heldBy(request.accountId),
        reasons: what === 'refuse' ? await refusalReasonRepository(db).all(organismIdOf(scope)) : [],
        refusal: fault && (await sentenceOf(db, { fault, request })),
        today: today(),
      },
    );
  };

  /** « Prénom NOM » of who asked for somebody else; null for one's own request. */
  async function requesterOf({ requestedBy, accountId }: StoredRequest): Promise<string | null> {
    if (requestedBy === null || requestedBy === accountId) return null;
    return fullName(await accountRepository(db).get(requestedBy));
  }

  /** The labels of what a person holds today, so that one decides knowing. */
  async function heldBy(accountId: number): Promise<string[]> {
    const held = await assignmentRepository(db).heldBy([accountId], today());
    return held.get(accountId) ?? [];
  }

  async function toldOf(req: Request, what: DecisionAct, decided: Decided): Promise<Told> {
    const { request } = decided;
    const person = fullName(request);
    if (decided.kind === 'refused')
      return { notice: 'refused', values: { sentence: await sentenceOf(db, decided) } };
    if (decided.kind === 'agreed')
      return { notice: 'address-agreed', values: { person, email: request.newEmail ?? '' } };
    const href = hrefOf(req)(paths.requests[what === 'accept' ? 'accepted' : 'refused']);
    if (what === 'refuse') return { notice: 'request-refused', values: { person, href } };
    const notice = request.kind === 'address' ? 'address-changed' : 'request-accepted';
    return { notice, values: { person, href } };
  }

  /** A ready-made reason was pressed. */
  const change = async (req: Request) => {
    const motif = await pressedReason(db, req);
    return motif === null ? undefined : { input: { motif } };
  };

  const act = <Form extends z.ZodType>(
    what: DecisionAct,
    form: (today: string) => Form,
    perform: (req: Request, values: z.output<Form>) => Promise<Decided>,
  ) =>
    confirmedAct({
      list: paths.requests.pending,
      describe: describe(what),
      form: () => form(today()),
      ...(what === 'refuse' ? { change } : {}),
      perform,
      tell: (req, decided) => toldOf(req, what, decided),
    });

  const accept = act('accept', acceptanceForm, (req, { fin: endsOn }) =>
    deciding.accept(actorOf(req), scopeOf(req), { requestId: idOf(req), endsOn }),
  );
  const refuse = act(
    'refuse',
    () => refusalForm,
    (req, { motif: reason }) => deciding.refuse(actorOf(req), scopeOf(req), { requestId: idOf(req), reason }),
  );
  return {
    accept,
    refuse,
  };
}
