import type { Knex } from 'knex';

/**
 * The audit trail: append-only, hash-chained, partitioned by month. `audit_append` is its only way in: it is
 * SECURITY DEFINER, so that where migrations run under an owner of their own the portal's role needs no right on
 * the table beyond reading it.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE audit_events (
      id bigint NOT NULL,
      occurred_at timestamptz NOT NULL,
      actor_kind text NOT NULL CHECK (actor_kind IN ('account', 'anonymous', 'job')),
      actor_account_id bigint,
      actor_job text,
      action text NOT NULL,
      organism_id integer,
      subject_account_id bigint,
      role_id integer,
      request_id bigint,
      batch_id bigint,
      details jsonb NOT NULL,
      previous_hash text NOT NULL,
      hash text NOT NULL,
      PRIMARY KEY (id, occurred_at),
      CHECK ((actor_kind = 'account') = (actor_account_id IS NOT NULL)),
      CHECK ((actor_kind = 'job') = (actor_job IS NOT NULL))
    ) PARTITION BY RANGE (occurred_at)
  `);
  // « Historique du compte », « Journal » by organism, by actor, by act.
  await db.raw('CREATE INDEX audit_events_of_subject ON audit_events (subject_account_id, id DESC)');
  await db.raw('CREATE INDEX audit_events_of_organism ON audit_events (organism_id, id DESC)');
  await db.raw('CREATE INDEX audit_events_of_actor ON audit_events (actor_account_id, id DESC)');
  await db.raw('CREATE INDEX audit_events_of_action ON audit_events (action, id DESC)');

  // The last event, so that appending never searches the partitions. It proves nothing: the chain does.
  await db.raw(`
    CREATE TABLE audit_head (
      singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
      last_id bigint NOT NULL,
      last_hash text NOT NULL
    )
  `);
  await db.raw(`INSERT INTO audit_head (last_id, last_hash) VALUES (0, repeat('0', 64))`);

  await db.raw(`
    CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'audit_events is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
    END $$
  `);
  await db.raw(`
    CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()
  `);
  await db.raw(`
    CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()
  `);

  // A month's partition; statement-level triggers are not inherited, so each one gets its own.
  await db.raw(`
    CREATE FUNCTION audit_ensure_partition(instant timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      first_day timestamp := date_trunc('month', instant AT TIME ZONE 'UTC');
      name text := 'audit_events_' || to_char(first_day, 'YYYY_MM');
    BEGIN
      IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
      EXECUTE format('CREATE TABLE %I PARTITION OF audit_events FOR VALUES FROM (%L) TO (%L)', name,
        first_day AT TIME ZONE 'UTC', (first_day + interval '1 month') AT TIME ZONE 'UTC');
      EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT
        EXECUTE FUNCTION audit_refuse_change()', name || '_no_truncate', name);
    END $$
  `);

  // What a hash covers: every column, as one jsonb array printed by PostgreSQL, times in UTC microseconds.
  await db.raw(`
    CREATE FUNCTION audit_content(event audit_events) RETURNS text
    LANGUAGE sql STABLE
    RETURN jsonb_build_array(
      (event).id,
      to_char((event).occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      (event).actor_kind, (event).actor_account_id, (event).actor_job, (event).action, (event).organism_id,
      (event).subject_account_id, (event).role_id, (event).request_id, (event).batch_id, (event).details
    )::text
  `);
  await db.raw(`
    CREATE FUNCTION audit_chain(previous_hash text, content text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN encode(sha256(convert_to(previous_hash || content, 'UTF8')), 'hex')
  `);
  await db.raw(`
    CREATE FUNCTION audit_hash(event audit_events) RETURNS text
    LANGUAGE sql STABLE
    RETURN audit_chain((event).previous_hash, audit_content(event))
  `);

  // Appends events given as a jsonb array. The advisory lock orders the appenders; it is taken here, last thing
  // before COMMIT, and each statement of this function sees what the previous holder committed. Sets of events are
  // written by one INSERT: only the chain itself goes step by step.
  await db.raw(`
    CREATE FUNCTION audit_append(events jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      head audit_head;
      appended audit_events[];
      contents text[];
      content text;
      hashes text[] := '{}';
      chained_hash text;
      month timestamp;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('audit_events'));
      SELECT * INTO STRICT head FROM audit_head;
      SELECT array_agg(event ORDER BY event.id), array_agg(audit_content(event) ORDER BY event.id)
      INTO appended, contents
      FROM jsonb_array_elements(events) WITH ORDINALITY AS item(value, position)
      CROSS JOIN LATERAL jsonb_populate_record(NULL::audit_events, item.value || jsonb_build_object(
        'id', head.last_id + item.position,
        'details', coalesce(item.value -> 'details', '{}')
      )) AS event;
      IF appended IS NULL THEN RETURN head.last_id; END IF;
      chained_hash := head.last_hash;
      FOREACH content IN ARRAY contents LOOP
        chained_hash := audit_chain(chained_hash, content);
        hashes := hashes || chained_hash;
      END LOOP;
      FOR month IN SELECT DISTINCT date_trunc('month', e.occurred_at AT TIME ZONE 'UTC') FROM unnest(appended) AS e LOOP
        PERFORM audit_ensure_partition(month AT TIME ZONE 'UTC');
      END LOOP;
      INSERT INTO audit_events
      SELECT e.id, e.occurred_at, e.actor_kind, e.actor_account_id, e.actor_job, e.action, e.organism_id,
        e.subject_account_id, e.role_id, e.request_id, e.batch_id, e.details,
        lag(e.chained, 1, head.last_hash) OVER (ORDER BY e.id), e.chained
      FROM ROWS FROM (unnest(appended), unnest(hashes)) AS e(id, occurred_at, actor_kind, actor_account_id,
        actor_job, action, organism_id, subject_account_id, role_id, request_id, batch_id, details,
        previous_hash, hash, chained);
      UPDATE audit_head SET last_id = head.last_id + cardinality(contents), last_hash = chained_hash;
      RETURN head.last_id + cardinality(contents);
    END $$
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP FUNCTION audit_append(jsonb)');
  await db.raw('DROP FUNCTION audit_hash(audit_events)');
  await db.raw('DROP FUNCTION audit_chain(text, text)');
  await db.raw('DROP FUNCTION audit_content(audit_events)');
  await db.raw('DROP FUNCTION audit_ensure_partition(timestamptz)');
  await db.schema.dropTable('audit_events').dropTable('audit_head');
  await db.raw('DROP FUNCTION audit_refuse_change()');
}
