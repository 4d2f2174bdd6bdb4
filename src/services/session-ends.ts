import type { KeepSession } from '../database/session-store.ts';
import type { UnitOfWork } from '../database/transaction.ts';
import type { AuditEvent, EventDetails } from '../domain/audit-event.ts';
import { Forbidden } from '../domain/errors.ts';
import { sessionRepository } from '../repositories/sessions.ts';

/** The session that one changes something in, and what gives it another identifier as that is done. */
export interface OwnSession {
  /** What it is called. */
  ref: string;
  renew: KeepSession;
}

export type SessionEnd = EventDetails['session.ended']['cause'];

/** Each session that was ended has its event. */
export function recordEnded(
  unit: UnitOfWork,
  ended: number,
  { cause, ...about }: { cause: SessionEnd } & Pick<AuditEvent, 'organismId' | 'subjectAccountId'>,
): void {
  for (let session = 0; session < ended; session += 1)
    unit.record({ action: 'session.ended', details: { cause }, ...about });
}

/**
 * Every other session of the account ends, and the one that this is done in goes on under another identifier.
 * @throws Forbidden where that one has ended meanwhile
 */
export async function endOthers(
  unit: UnitOfWork,
  accountId: number,
  { ref, renew, cause }: OwnSession & { cause: SessionEnd },
): Promise<void> {
  const ended = await sessionRepository(unit.db).end(accountId, { allBut: ref });
  recordEnded(unit, ended, { cause, subjectAccountId: accountId });
  if (!(await renew(unit.db)))
    throw new Forbidden(
      'Votre session a été fermée pendant cette action\u00a0: rien n’a été fait. Connectez-vous de nouveau.',
    );
}
