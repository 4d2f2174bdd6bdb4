import type { Database } from '../database/knex.ts';
import { formatDate, fullName } from '../presenters/format.ts';
import { faultSentence } from '../presenters/requests.ts';
import { accountRepository } from '../repositories/accounts.ts';
import type { StoredRequest } from '../repositories/requests.ts';
import type { DecisionFault } from '../services/deciding.ts';

/** Why a request is not decided, as a sentence; who decided it first is looked up. */
export async function sentenceOf(
  db: Database,
  { fault, request }: { fault: DecisionFault; request: StoredRequest },
): Promise<string> {
  return faultSentence(fault, { person: fullName(request), decided: await decidedSentence(db, request) });
}

/** « Cette demande a déjà été acceptée par … le … » */
async function decidedSentence(db: Database, request: StoredRequest): Promise<string> {
  if (request.decidedAt === null || request.decidedBy === null) return 'Cette demande a déjà été traitée.';
  const decider = await accountRepository(db).get(request.decidedBy);
  const done = request.status === 'accepted' ? 'acceptée' : 'refusée';
  return `Cette demande a déjà été ${done} par ${fullName(decider)} le ${formatDate(request.decidedAt)}.`;
}
