import type { Knex } from 'knex';

/**
 * Devices that an account has signed in from: each has a counter of wrong passwords of its own, so that who guesses from
 * elsewhere locks nobody out. It is no proof of who somebody is, and lets nobody in.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE known_devices (
      account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
      -- Of the random value in the cookie: who reads this table cannot pass for the device.
      device_hash text NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (account_id, device_hash)
    )
  `);
  // A browser that several people use has one value: it is looked for by itself. The nightly job looks for ends.
  await db.raw('CREATE INDEX known_devices_by_hash ON known_devices (device_hash)');
  await db.raw('CREATE INDEX known_devices_expires_at ON known_devices (expires_at)');
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('known_devices');
}
