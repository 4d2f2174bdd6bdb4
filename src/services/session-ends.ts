import type { UnitOfWork } from '../database/transaction.ts';
import type { AuditEvent, EventDetails } from '../domain/audit-event.ts';

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
