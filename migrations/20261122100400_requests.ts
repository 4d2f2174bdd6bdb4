import type { Knex } from 'knex';

/** Requests for a first account or for a role (R15-R26, F1-F8). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE requests (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('account', 'role')),
      status text NOT NULL CHECK (status IN ('unconfirmed', 'pending', 'accepted', 'refused', 'cancelled')),
      organism_id integer NOT NULL REFERENCES organisms,
      -- The beneficiary: of an account request only once it is accepted.
      account_id bigint REFERENCES accounts,
      requested_by bigint REFERENCES accounts,
      role_id integer REFERENCES roles,
      reason text NOT NULL DEFAULT '',
      -- The person as the lists show and search them, for account and role requests alike.
      last_name text NOT NULL CHECK (length(last_name) BETWEEN 1 AND 80),
      first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 80),
      email text NOT NULL CHECK (email = lower(email) AND length(email) <= 254),
      function_title text NOT NULL DEFAULT '' CHECK (length(function_title) <= 150),
      phone text NOT NULL DEFAULT '' CHECK (length(phone) <= 30),
      outside_mail_domain boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL,
      submitted_at timestamptz,  -- when an administrator may see it: the « Date de la demande »
      decided_at timestamptz,
      decided_by bigint REFERENCES accounts,
      decision_reason text,
      cancelled_at timestamptz,

      last_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalised(last_name)) STORED,
      first_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalised(first_name)) STORED,
      function_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalised(function_title)) STORED,
      search_text text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        normalised(last_name || ' ' || first_name || ' ' || email || ' ' || function_title)
      ) STORED,

      CHECK ((kind = 'role') = (role_id IS NOT NULL)),
      CHECK (kind = 'account' OR account_id IS NOT NULL),
      CHECK (kind = 'account' OR status <> 'unconfirmed'),
      CHECK ((status = 'unconfirmed') = (submitted_at IS NULL)),
      CHECK ((status IN ('accepted', 'refused')) = (decided_at IS NOT NULL)),
      CHECK ((decided_by IS NOT NULL) = (decided_at IS NOT NULL)),
      CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
      -- A refusal says why (DOMAIN.md, « Refusing needs a reason »).
      CHECK (status <> 'refused' OR decision_reason <> '')
    )
  `);
  // No second pending request for the same person and role.
  await db.raw(
    `CREATE UNIQUE INDEX requests_one_pending_role ON requests (account_id, role_id)
     WHERE status = 'pending' AND kind = 'role'`,
  );
  await db.raw(
    `CREATE UNIQUE INDEX requests_one_pending_account ON requests (email)
     WHERE status = 'pending' AND kind = 'account'`,
  );
  // « En cours », « Accepté », « Refus » of an organism, newest first, and the number pending in the menu.
  await db.raw(
    'CREATE INDEX requests_of_organism ON requests (organism_id, status, submitted_at DESC, id DESC)',
  );
  await db.raw('CREATE INDEX requests_of_status ON requests (status, submitted_at DESC, id DESC)');
  await db.raw(
    'CREATE INDEX requests_search ON requests USING gin (organism_id, status, search_text gin_trgm_ops)',
  );
  // « Historique de vos demandes ».
  await db.raw('CREATE INDEX requests_of_account ON requests (account_id, created_at DESC)');
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('requests');
}
