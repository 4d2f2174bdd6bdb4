import type { Knex } from 'knex';

/**
 * Who can only add to the trail could still date what they add. `audit_append` takes from another role than its owner's
 * only what happened now; `audit_append_at`, for the owner alone, takes the past: seeds, populations, tests. Neither is
 * everybody's any more, nor is the making of partitions: the portal's role is given what it needs
 * (src/database/portal-rights.ts).
 */
export async function up(db: Knex): Promise<void> {
  await db.raw('ALTER FUNCTION audit_append(jsonb) RENAME TO audit_append_at');
  // Inside the function current_user is its owner. With one role for everything the two are one, and nothing is checked.
  await db.raw(`
    CREATE FUNCTION audit_append(events jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      wrong timestamptz;
    BEGIN
      IF NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
        SELECT instant INTO wrong
        FROM jsonb_array_elements(events) AS event,
          LATERAL (SELECT (jsonb_populate_record(NULL::audit_events, event)).occurred_at AS instant) AS given
        WHERE instant NOT BETWEEN clock_timestamp() - interval '10 minutes'
          AND clock_timestamp() + interval '10 minutes'
        LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'audit_append: % is more than ten minutes from the server''s clock', wrong
            USING ERRCODE = 'insufficient_privilege';
        END IF;
      END IF;
      RETURN audit_append_at(events);
    END $$
  `);
  await db.raw(`
    REVOKE ALL ON FUNCTION audit_append(jsonb), audit_append_at(jsonb), audit_ensure_partition(timestamptz) FROM PUBLIC
  `);
  // A portal of the version before may be running under a role of its own: it goes on, without waiting for its rights.
  const { rows } = await db.raw(`
    SELECT DISTINCT granted.grantee::regrole::text AS role
    FROM pg_class, LATERAL aclexplode(relacl) AS granted
    WHERE pg_class.oid = 'sessions'::regclass AND granted.privilege_type = 'INSERT'
      AND granted.grantee NOT IN (0, relowner)
  `);
  for (const { role } of rows) {
    await db.raw(
      `GRANT EXECUTE ON FUNCTION audit_append(jsonb), audit_ensure_partition(timestamptz) TO ${role}`,
    );
  }
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP FUNCTION audit_append(jsonb)');
  await db.raw('ALTER FUNCTION audit_append_at(jsonb) RENAME TO audit_append');
  await db.raw(
    'GRANT EXECUTE ON FUNCTION audit_append(jsonb), audit_ensure_partition(timestamptz) TO PUBLIC',
  );
}
