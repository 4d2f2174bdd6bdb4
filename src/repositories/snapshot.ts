import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { type Article, rememberArticles } from '../domain/organism-name.ts';
import { searchable } from '../domain/search.ts';
import { ROLE, type RoleDetails } from './role-details.ts';

/**
 * Milliseconds: nothing is served that was read, and last known to stand, longer ago. A change made in this process
 * shows at once, one made elsewhere as soon as it is told; where nobody hears what is told, this is the bound.
 */
const FRESH_FOR = 5_000;

interface RoleLabel extends RoleDetails {
  application: string;
  /** Order by application, then role: the one in which a person's roles are shown. */
  rank: number;
  /** The label, as searches look for it. */
  key: string;
}

interface OrganismLabel {
  id: number;
  code: string;
  name: string;
  branch: string;
  article: Article | null;
  /** Name and code, as searches look for it. */
  key: string;
}

export interface ApplicationLabel {
  id: number;
  code: string;
  name: string;
  theme: string;
}

/** The reference data as pages show it. Closed ones are included: people may still hold them. */
export interface Snapshot {
  /** By application, then role, in the order of the reference data. */
  roles: ReadonlyMap<number, RoleLabel>;
  /** In alphabetical order. */
  organisms: ReadonlyMap<number, OrganismLabel>;
  /** By theme, both in alphabetical order. */
  applications: ReadonlyMap<number, ApplicationLabel>;
}

export interface SnapshotSource {
  /** One that stood less than five seconds ago. Concurrent callers share one reading. */
  current(): Promise<Snapshot>;
  /** Reads anew at the next call: the reference data has changed, or may have. */
  forget(): void;
}

interface HeedfulSource extends SnapshotSource {
  /** From now on changes are told by forget(): all of those before this instant (performance.now()) have been. */
  heed(heardUntil: () => number): void;
}

const sources = new WeakMap<Database, HeedfulSource>();

/** The one snapshot that is kept for these connections. In a transaction nothing is kept: it sees what it sees. */
export function snapshotOf(db: Database): HeedfulSource {
  if (db.isTransaction) return createSnapshot(db);
  const source = sources.get(db) ?? createSnapshot(db);
  sources.set(db, source);
  return source;
}

/**
 * Roles, organisms and applications, kept in memory because every page shows or searches them: a few hundred strings
 * that almost never change. What an act judges is never these, but what it reads itself.
 */
export function createSnapshot(db: Database, freshFor = FRESH_FOR): HeedfulSource {
  let reading: Promise<Snapshot> | undefined;
  let readAt = 0;
  let stoodAt = () => readAt;
  return {
    current() {
      if (reading === undefined || performance.now() - stoodAt() > freshFor) {
        readAt = performance.now();
        const started = readSnapshot(db);
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
    heed(heardUntil) {
      stoodAt = () => Math.max(readAt, heardUntil());
    },
  };
}

// An application without role has one line too.
const ROLES = `
  SELECT ${ROLE}, dense_rank() OVER (ORDER BY theme, applications.name, applications.id) AS place
  FROM applications LEFT JOIN roles ON roles.application_id = applications.id
  ORDER BY applications.position, applications.id, roles.position, roles.id`;

const ORGANISMS = `
  SELECT organisms.id, code, organisms.name, branches.label AS branch, article
  FROM organisms JOIN branches ON branches.id = branch_id ORDER BY name_key, organisms.id`;

type StoredRole = Omit<RoleDetails, 'id'> & { id: number | null; place: number };

async function readSnapshot(db: Database): Promise<Snapshot> {
  // One after the other: in a transaction they have one connection.
  const lines = await preparedQuery<StoredRole>(db, ROLES, []);
  const organisms = await preparedQuery<Omit<OrganismLabel, 'key'>>(db, ORGANISMS, []);
  rememberArticles(organisms);
  const roles = lines.filter((line): line is RoleDetails & StoredRole => line.id !== null);
  return {
    roles: byId(
      roles.map(({ place, ...role }, rank) => {
        return { ...role, rank, application: role.applicationName, key: searchable(role.label) };
      }),
    ),
    organisms: byId(
      organisms.map((organism) => ({
        ...organism,
        key: searchable(`${organism.name} ${organism.code}`),
      })),
    ),
    applications: byId(lines.toSorted((one, other) => one.place - other.place).map(toApplication)),
  };
}

const toApplication = ({
  applicationId: id,
  applicationCode: code,
  applicationName: name,
  theme,
}: StoredRole) => ({
  id,
  code,
  name,
  theme,
});

/** Shared by every page: what changed one of them by mistake would change it for all. */
const byId = <T extends { id: number }>(items: readonly T[]): ReadonlyMap<number, T> =>
  new Map(items.map((item) => [item.id, Object.freeze(item)]));
