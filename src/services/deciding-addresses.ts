import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { DecisionAct } from '../domain/request.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { credentialRepository } from '../repositories/credentials.ts';
import { type EmailChange, emailChangeRepository } from '../repositories/email-changes.ts';
import type { StoredRequest } from '../repositories/requests.ts';
import { agree, stop } from './email-answers.ts';
import { type At, type EmailChangeFault, endChange, judgeChange, takeEffect } from './email-steps.ts';

/** Why a change of address is not decided: it waits for its mailbox alone, or cannot take effect any more. */
export type AddressFault = 'agreed_before' | `address_${EmailChangeFault}`;

async function changeOf({ db }: At, request: StoredRequest): Promise<EmailChange> {
  const changes = emailChangeRepository(db);
  const id = await changes.idOfRequest(request.id);
  if (id === undefined) throw new Error(`request ${request.id} has no change of address`);
  return changes.get(id);
}

async function faultOf(at: At, change: EmailChange): Promise<AddressFault | null> {
  const { fault } = await judgeChange(at, change);
  if (fault !== null) return `address_${fault}`;
  return change.agreedById === null ? null : 'agreed_before';
}

/** What Ucanss would meet in agreeing to a change of address; null for nothing. */
export const findAddressFault = async (at: At, request: StoredRequest): Promise<AddressFault | null> =>
  faultOf(at, await changeOf(at, request));

/** How many messages deciding a change of address would send: none where the agreement is only kept. */
export async function foreseeAddressMessages(
  at: At,
  request: StoredRequest,
  act: DecisionAct,
): Promise<number> {
  const { askedById, confirmedAt, email } = await changeOf(at, request);
  const told = (await accountRepository(at.db).get(askedById)).active ? 2 : 1;
  if (act === 'refuse') return told;
  if (confirmedAt === null) return 0;
  // Who could not have followed the link sent to a wrong address gets another.
  return (await credentialRepository(at.db).findRecoverable(email))?.hasPassword ? told : told + 1;
}

/** The change of a request, once its account is locked: taken first, as everywhere. */
async function lockChange(unit: UnitOfWork, request: StoredRequest): Promise<EmailChange> {
  const { accountId } = await changeOf(unit, request);
  await accountRepository(unit.db).lockOne(accountId, null);
  return changeOf(unit, request);
}

/** Ucanss agrees to an address (P11): it takes effect at once where its mailbox is confirmed. Why not, or null. */
export async function agreeToAddress(
  unit: UnitOfWork,
  actor: Actor,
  request: StoredRequest,
): Promise<AddressFault | 'already' | 'agreed' | null> {
  const change = await lockChange(unit, request);
  if (change.outcome !== null) return 'already';
  const fault = await faultOf(unit, change);
  if (fault === 'address_asker') await endChange(unit, change, 'cancelled', 'asker');
  if (fault !== null) return fault;
  await agree(unit, change, actor.id);
  return (await takeEffect(unit, change.id)) === 'changed' ? null : 'agreed';
}

/** Ucanss refuses an address, agreed to or not. Why not, or null. */
export async function refuseAddress(
  unit: UnitOfWork,
  actor: Actor,
  request: StoredRequest,
  reason: string,
): Promise<'already' | null> {
  const change = await lockChange(unit, request);
  if (change.outcome !== null) return 'already';
  await stop(unit, change, actor, reason);
  return null;
}
