import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { HOLDS } from '../database/sql.ts';
import { type AwaitedDeciders, type DecidedBy, type Decider, deciders } from '../domain/decider.ts';
import { pendingOf, upToShown } from './request-deciders.ts';

const PERSON = `a.id, a.first_name AS "firstName", a.last_name AS "lastName", a.email`;
const ACTIVE_HOLDER = `${HOLDS('s', '$1')} AND a.active`;

const LOCAL_ADMINISTRATORS = `
  SELECT s.organism_id AS "organismId", ${PERSON}
  FROM assignments s JOIN accounts a ON a.id = s.account_id
  WHERE s.role_kind = 'local_administrator' AND s.organism_id = ANY($2::int[]) AND ${ACTIVE_HOLDER}
  ORDER BY a.last_key, a.first_key, a.id
`;

const NATIONAL_ADMINISTRATORS = `
  SELECT ${PERSON} FROM assignments s JOIN accounts a ON a.id = s.account_id
  WHERE s.role_id = (SELECT id FROM roles WHERE code = 'administrateur-ucanss') AND ${ACTIVE_HOLDER}
  ORDER BY a.last_key, a.first_key, a.id
`;

const FOR_UCANSS = `SELECT ${upToShown(pendingOf.ucanss('0', '$1'))} AS waiting`;
const FOR_LOCAL = `SELECT ${upToShown(pendingOf.localOf('$2', '$1'))} AS waiting`;

/** A request, as far as who decides it depends on it. */
interface RequestToDecide {
  organismId: number;
  /** True for a role that Ucanss validates. */
  reserved: boolean;
  /** The requester and the beneficiary, who decide nothing of it (P1). */
  concerned: readonly (number | null)[];
}

/** Who can decide requests, by rights that hold on a day ('YYYY-MM-DD' in Paris). */
export function deciderRepository(db: Database, today: string) {
  return {
    /** The active local administrators of organisms, in alphabetical order; an organism without any is not there. */
    async localAdministrators(organismIds: readonly number[]): Promise<Map<number, Decider[]>> {
      if (organismIds.length === 0) return new Map();
      const rows = await preparedQuery<Decider & { organismId: number }>(db, LOCAL_ADMINISTRATORS, [
        today,
        organismIds,
      ]);
      return Map.groupBy(rows, ({ organismId }) => organismId);
    },

    /** The active administrateurs Ucanss, in alphabetical order. */
    nationalAdministrators: (): Promise<Decider[]> =>
      preparedQuery<Decider>(db, NATIONAL_ADMINISTRATORS, [today]),

    /** How many requests wait for Ucanss, or for the local administrators of this organism; at most 1,000. */
    async countWaiting(by: DecidedBy, organismId: number): Promise<number> {
      const [found] = await (by === 'ucanss'
        ? preparedQuery<{ waiting: number }>(db, FOR_UCANSS, [today])
        : preparedQuery<{ waiting: number }>(db, FOR_LOCAL, [today, organismId]));
      return found?.waiting ?? 0;
    },

    /** Whom a request waits for, and every person of them to be told (P1, P3). */
    async of({ organismId, reserved, concerned }: RequestToDecide): Promise<AwaitedDeciders> {
      const local = (await this.localAdministrators([organismId])).get(organismId) ?? [];
      const found = deciders(reserved, local, concerned);
      if (found.by === 'local_administrators') return found;
      const national = await this.nationalAdministrators();
      return { by: 'ucanss', people: national.filter(({ id }) => !concerned.includes(id)) };
    },
  };
}
