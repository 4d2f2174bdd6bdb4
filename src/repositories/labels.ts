import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { normalise } from '../domain/search.ts';

/** How long labels may be out of date, in milliseconds, where nobody called forget(). */
const FRESH_FOR = 5_000;

export interface RoleLabel {
  id: number;
  code: string;
  label: string;
  kind: 'ordinary' | 'local_administrator' | 'national';
  application: string;
  /** Order by application, then role: the one in which a person's roles are shown. */
  rank: number;
  /** The label, normalised for searches. */
  key: string;
}

export interface OrganismLabel {
  id: number;
  code: string;
  name: string;
  branch: string;
  /** Name and code, normalised for searches. */
  key: string;
}

export interface Labels {
  roles: ReadonlyMap<number, RoleLabel>;
  organisms: ReadonlyMap<number, OrganismLabel>;
}

export interface LabelSource {
  /** Labels at most five seconds old. Concurrent callers share one reading. */
  current(): Promise<Labels>;
  /** Reads anew at the next call: to be called by whoever changes the reference data. */
  forget(): void;
}

/**
 * Role and organism labels, kept in memory because every list shows and searches them: a few hundred strings that
 * almost never change. Closed ones are included: people may still hold them.
 */
export function createLabels(db: Database): LabelSource {
  let reading: Promise<Labels> | undefined;
  let readAt = 0;
  return {
    current() {
      if (reading === undefined || performance.now() - readAt > FRESH_FOR) {
        readAt = performance.now();
        const started = readLabels(db);
        reading = started;
        // A failed reading is not kept: the next caller tries again.
        started.catch(() => {
          if (reading === started) reading = undefined;
        });
      }
      return reading;
    },
    forget() {
      reading = undefined;
    },
  };
}

async function readLabels(db: Database): Promise<Labels> {
  // One after the other: in a transaction they have one connection.
  const roles = await preparedQuery<Omit<RoleLabel, 'rank' | 'key'>>(
    db,
    `SELECT roles.id, roles.code, label, kind, applications.name AS application
     FROM roles JOIN applications ON applications.id = application_id
     ORDER BY applications.position, applications.id, roles.position, roles.id`,
    [],
  );
  const organisms = await preparedQuery<Omit<OrganismLabel, 'key'>>(
    db,
    `SELECT organisms.id, code, organisms.name, branches.label AS branch
     FROM organisms JOIN branches ON branches.id = branch_id`,
    [],
  );
  return {
    roles: new Map(roles.map((role, rank) => [role.id, { ...role, rank, key: normalise(role.label) }])),
    organisms: new Map(
      organisms.map((organism) => [
        organism.id,
        { ...organism, key: normalise(`${organism.name} ${organism.code}`) },
      ]),
    ),
  };
}
