import type { Knex } from 'knex';
import type { AuditEvent } from '../domain/audit-event.ts';
import { preparedQuery } from './prepared.ts';

const KEEP = `
  INSERT INTO batch_effects (batch_id, action, done_at, account_id, role_id, request_id, assignment_id, ends_on, previous)
  SELECT batch_id, action, $2, account_id, role_id, request_id, assignment_id, ends_on, previous
  FROM jsonb_to_recordset($1::jsonb) AS effect (batch_id bigint, action text, account_id bigint, role_id integer,
    request_id bigint, assignment_id bigint, ends_on date, previous jsonb)`;

/** Keeps what a batch changes beside its events, which tell it and do not say which right it was (R83). */
export async function keepEffects(
  trx: Knex.Transaction,
  events: readonly AuditEvent[],
  at: Date,
): Promise<void> {
  const effects = events.flatMap((event) =>
    typeof event.batchId !== 'number' || event.effect === null
      ? []
      : {
          batch_id: event.batchId,
          action: event.action,
          account_id: event.subjectAccountId,
          role_id: event.roleId,
          request_id: event.requestId,
          assignment_id: event.effect?.assignmentId,
          ends_on: event.effect?.endsOn,
          previous: event.effect?.previous,
        },
  );
  if (effects.length > 0) await preparedQuery(trx, KEEP, [JSON.stringify(effects), at]);
}
