import { HOLDS } from '../database/sql.ts';

/**
 * True of a correction about somebody whose rights, in force or dormant, go further than those of the organism's
 * administrators (P9): an expression. Whether one may act upon them is judged again when it is decided.
 */
export const beyondHere = (request: string): string => `(${request}.kind = 'correction' AND EXISTS (
  SELECT FROM assignments held WHERE held.account_id = ${request}.account_id AND held.ended_at IS NULL
    AND (held.role_kind = 'national'
      OR (held.role_kind = 'local_administrator' AND held.organism_id <> ${request}.organism_id))))`;

/** What Ucanss validates, a change of address, and the record of who is beyond: no local administrator decides it (P3, P9, P11). */
export const RESERVED = `(requests.kind = 'address' OR (requests.kind = 'role'
  AND requests.role_id = ANY (ARRAY(SELECT id FROM roles WHERE validator = 'ucanss')))
  OR ${beyondHere('requests')})`;

/** True of a request that this account made, or is about (P1): `account` is an expression. */
export const concerns = (account: string): string =>
  `coalesce(${account} IN (requests.account_id, requests.requested_by), false)`;

/** The active local administrators of the organism of a request, as `a`, that it does not concern (P1). */
export const localDeciders = (request: string, today: string): string => `
  FROM assignments s JOIN accounts a ON a.id = s.account_id
  WHERE s.role_kind = 'local_administrator' AND s.organism_id = ${request}.organism_id AND ${HOLDS('s', today)}
    AND a.active AND a.id IS DISTINCT FROM ${request}.account_id AND a.id IS DISTINCT FROM ${request}.requested_by`;

/** How many rows there are, as far as badges show it. */
export const upToShown = (rows: string): string =>
  `(SELECT count(*)::int FROM (SELECT FROM ${rows} LIMIT 1000) AS counted)`;

/** The active people of an organism with rights « à revoir » (R63), as what follows FROM. */
export const peopleToReview = (organism: string): string => `(
  SELECT DISTINCT s.account_id FROM assignments s JOIN accounts p ON p.id = s.account_id
  WHERE s.inherited_from IS NOT NULL AND s.ended_at IS NULL AND p.organism_id = ${organism} AND p.active
) AS people`;

/** True where no local administrator may decide it (P1). */
export const nobodyHere = (today: string): string =>
  `NOT EXISTS (SELECT ${localDeciders('requests', today)})`;

/** What Ucanss decides: what is reserved to it, and what nobody of the organism may. `today` is a placeholder. */
export const forUcanss = (today: string): string => `(${RESERVED} OR ${nobodyHere(today)})`;

const PENDING = `requests WHERE requests.status = 'pending'`;
const HERE = (organism: string): string => `${PENDING} AND requests.organism_id = ${organism}`;

/** The pending requests that badges count, as what follows FROM; each argument is an expression. */
export const pendingOf = {
  /** Those of an organism that this local administrator may decide (P1, P3). */
  local: (organism: string, account: string) =>
    `${HERE(organism)} AND NOT ${RESERVED} AND NOT ${concerns(account)}`,
  /** Those that Ucanss decides there, a first account being nobody's: what is reserved, and what concerns this one where nobody else may. */
  ofUcanss: (organism: string, account: string, today: string) =>
    `${HERE(organism)} AND requests.kind <> 'account' AND (${RESERVED} OR (${concerns(account)} AND ${nobodyHere(today)}))`,
  /** Those of every organism that this administrateur Ucanss may decide, and nobody of the organism. */
  ucanss: (account: string, today: string) => `(
    SELECT FROM ${PENDING} AND ${RESERVED} AND NOT ${concerns(account)}
    UNION ALL SELECT FROM ${PENDING} AND NOT ${RESERVED} AND ${nobodyHere(today)} AND NOT ${concerns(account)}
  ) AS decided`,
  localOfAll: (today: string) =>
    `${PENDING} AND NOT ${RESERVED} AND EXISTS (SELECT ${localDeciders('requests', today)})`,
  /** The same of one organism. */
  localOf: (organism: string, today: string) =>
    `${HERE(organism)} AND NOT ${RESERVED} AND EXISTS (SELECT ${localDeciders('requests', today)})`,
  ucanssOf: (organism: string, today: string, account: string) =>
    `${HERE(organism)} AND ${forUcanss(today)} AND NOT ${concerns(account)}`,
};
