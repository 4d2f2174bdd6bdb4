import type { Knex } from 'knex';

/**
 * The tail of an act in one statement: its events are placed, the trail's lock is taken, who acts is judged once more
 * by what they hold, the events are appended. Sent with its COMMIT, no process holds the lock while it thinks, nor
 * when it is frozen.
 */
export async function up(db: Knex): Promise<void> {
  // What the rule of an act looks at (security/acting.ts), as it stands now; null for who is not active any more.
  await db.raw(`
    CREATE FUNCTION acting_rights(account bigint, organism integer, today date) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN (
      SELECT jsonb_build_object(
        'national', CASE
          WHEN bool_or(r.code = 'administrateur-ucanss') THEN 'administrator'
          WHEN bool_or(r.code = 'auditeur') THEN 'auditor'
        END,
        'administers', coalesce(bool_or(s.role_kind = 'local_administrator' AND s.organism_id = organism), false)
      )
      FROM accounts a
      LEFT JOIN assignments s ON s.account_id = a.id AND s.role_kind <> 'ordinary' AND s.ended_at IS NULL
        AND (s.ends_on IS NULL OR s.ends_on >= today)
      LEFT JOIN roles r ON r.id = s.role_id
      WHERE a.id = account AND a.active
      GROUP BY a.id
    )
  `);
  // An event about a person that says nothing of an organism is of theirs, as it stands: their local administrators
  // read it in their journal, and still do once the person has left. Returns the seconds waited for the lock.
  await db.raw(`
    CREATE FUNCTION audit_append_as(events jsonb, acting jsonb) RETURNS double precision
    LANGUAGE plpgsql AS $$
    DECLARE
      placed jsonb;
      asked timestamptz;
      waited double precision;
    BEGIN
      SELECT jsonb_agg(
        CASE WHEN event -> 'organism_id' IS NOT NULL OR event -> 'subject_account_id' IS NULL THEN event
        ELSE event || jsonb_build_object('organism_id',
          (SELECT organism_id FROM accounts WHERE id = (event ->> 'subject_account_id')::bigint))
        END ORDER BY position)
      INTO placed
      FROM jsonb_array_elements(events) WITH ORDINALITY AS item(event, position);
      asked := clock_timestamp();
      PERFORM pg_advisory_xact_lock(hashtext('audit_events'));
      waited := extract(epoch FROM clock_timestamp() - asked);
      -- Whoever was before us in the trail is committed, and seen.
      IF acting IS NOT NULL AND acting_rights((acting ->> 'account')::bigint, (acting ->> 'organism')::integer,
        (acting ->> 'today')::date) IS DISTINCT FROM acting -> 'rights'
      THEN
        RAISE EXCEPTION 'the rights of who acts have changed' USING ERRCODE = 'PR001';
      END IF;
      PERFORM audit_append(placed);
      RETURN waited;
    END $$
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP FUNCTION audit_append_as(jsonb, jsonb)');
  await db.raw('DROP FUNCTION acting_rights(bigint, integer, date)');
}
