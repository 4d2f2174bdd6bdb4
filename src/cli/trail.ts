import { auditKeyFile, findAuditKey } from '../config/audit-key.ts';
import type { Environment } from '../config/environment.ts';
import type { Database } from '../database/knex.ts';
import { type Checkpoint, fingerprintOf, signatureFault } from '../security/checkpoint.ts';

/**
 * Believes a checkpoint signed by the key of DATA_DIR, or by the one whose fingerprint was given: never by the
 * key that it carries itself.
 * @throws Error that says why it is not to be believed
 */
export function believe(
  checkpoint: Checkpoint,
  { environment, key }: { environment: Environment; key: string | undefined },
): void {
  const trusted = key ?? fingerprintAt(environment);
  const fault = signatureFault(checkpoint, trusted);
  if (fault !== null) throw new Error(fault);
}

/** @throws Error where migrations never ran */
export async function requireTrail(db: Database): Promise<void> {
  if (await db.schema.hasTable('audit_events')) return;
  throw new Error('This database holds no audit trail: start the portal on it, or run npm run db:migrate.');
}

function fingerprintAt(environment: Environment): string {
  const own = findAuditKey(environment);
  if (own) return fingerprintOf(own);
  throw new Error(
    `${auditKeyFile(environment)} does not exist: give the fingerprint of the expected key, --key SHA256:…`,
  );
}
