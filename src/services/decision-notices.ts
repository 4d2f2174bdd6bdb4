import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import type { DecisionAct } from '../domain/request.ts';
import type { Person } from '../domain/security-message.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { enqueueMessages, type Message } from '../repositories/outbox.ts';
import type { StoredRequest } from '../repositories/requests.ts';
import type { At } from './email-steps.ts';

/** What was decided of a request. */
type Decision =
  | { kind: 'accepted'; endsOn: string | null }
  /** With why: never empty. */
  | { kind: 'refused'; reason: string };

/** A decision, with what its message says of it. */
interface ToldDecision {
  request: StoredRequest;
  roleLabel: string;
  decision: Decision;
}

/** Someone who is told of a decision: see MessageValues['request-accepted']. */
interface Recipient extends Person {
  email: string;
  requester: string | null;
  beneficiary: string | null;
}

const nameOf = ({ firstName, lastName }: Person): string => `${firstName} ${lastName}`;

/** Tells a decision to the person it is about, and to who asked where that was somebody else (R24, R25, P3). */
export async function tellDecision(unit: UnitOfWork, actor: Actor, told: ToldDecision): Promise<void> {
  const { request, decision } = told;
  const recipients = await recipientsOf(unit, request, decision.kind === 'accepted' ? 'accept' : 'refuse');
  const organism = await organismRepository(unit.db).get(request.organismId);
  await enqueueMessages(
    unit,
    recipients.map((recipient) => messageOf(told, nameOf(actor), organism, recipient)),
  );
}

/** How many would be told of a decision. */
export const countTold = async (at: At, request: StoredRequest, act: DecisionAct): Promise<number> =>
  (await recipientsOf(at, request, act)).length;

/** Who is told of a decision: the person, and who asked for them; a refusal, to active people alone. */
export async function recipientsOf(at: At, request: StoredRequest, act: DecisionAct): Promise<Recipient[]> {
  const { requestedBy, accountId, firstName, lastName, email } = request;
  const forOther = requestedBy !== null && requestedBy !== accountId;
  const asker = forOther ? await accountRepository(at.db).get(requestedBy) : null;
  const person = { firstName, lastName, email };
  const recipients: Recipient[] = [];
  if (act === 'accept' || !(await isDeactivated(at, request)))
    recipients.push({ ...person, requester: asker && nameOf(asker), beneficiary: null });
  if (asker?.active) recipients.push({ ...asker, requester: null, beneficiary: nameOf(person) });
  return recipients;
}

/** Who was deactivated is told nothing of a refusal: they could make nothing of it. */
async function isDeactivated({ db }: At, { accountId, email }: StoredRequest): Promise<boolean> {
  const accounts = accountRepository(db);
  // A request for a first account has none: its address may have got one since, that was closed again.
  const account = accountId === null ? await accounts.findByEmail(email) : await accounts.get(accountId);
  return account !== undefined && !account.active;
}

function messageOf(
  { request, roleLabel, decision }: ToldDecision,
  decidedBy: string,
  { name: organismName, code: organismCode }: OrganismName,
  recipient: Recipient,
): Message {
  const { firstName, lastName, email, requester, beneficiary } = recipient;
  const about = {
    to: email,
    requestId: request.id,
    ...(request.accountId === null ? {} : { accountId: request.accountId }),
  };
  const values = { firstName, lastName, requester, beneficiary, roleLabel, organismName, decidedBy };
  const corrected = request.changes ? { changes: request.changes } : {};
  const { reason } = decision.kind === 'refused' ? decision : request;
  return decision.kind === 'refused'
    ? { template: 'request-refused', ...about, values: { ...values, reason } }
    : {
        template: 'request-accepted',
        ...about,
        values: { ...values, organismCode, reason, endsOn: decision.endsOn, ...corrected },
      };
}
