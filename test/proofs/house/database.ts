import { openDatabase } from '../../../src/database/knex.ts';
import { migrateUp } from '../../../src/database/migrate.ts';
import { textOf } from '../../tools/sources.ts';
import { fillHouse } from './people.ts';
import type { ProofServer } from './server.ts';

/** The addresses of one database: of the portal's own role, of the owner of the schema, of a superuser. */
export interface HouseUrls {
  portal: string;
  owner: string;
  admin: string;
}

// The role that owns the embedded server is « portail » already.
const PORTAL = 'portail_propre';
const OWNER = 'portail_owner';
const SECRET = 'phrase-des-preuves';

/** Servers whose roles and template are made. */
const prepared = new WeakMap<ProofServer, Promise<void>>();
let houses = 0;

/** A database of its own for a proof, with everyone in it and the two roles of production. */
export const createHouseDatabase = (server: ProofServer): Promise<HouseUrls> =>
  createDatabase(server, PORTAL);

/** One that nothing was ever done in, for the same roles. */
export const createBareHouseDatabase = (server: ProofServer): Promise<HouseUrls> =>
  createDatabase(server, 'template0');

async function createDatabase(server: ProofServer, template: string): Promise<HouseUrls> {
  let ready = prepared.get(server);
  if (!ready) {
    ready = prepareTemplate(server);
    prepared.set(server, ready);
  }
  await ready;
  houses += 1;
  const name = `proof_${houses}`;
  await asSuperuser(server, [
    `CREATE DATABASE ${name} OWNER ${OWNER} TEMPLATE ${template} STRATEGY file_copy`,
    ...accessTo(name),
  ]);
  return urlsOf(server, name);
}

export const dropHouseDatabase = (server: ProofServer, urls: HouseUrls): Promise<void> =>
  asSuperuser(server, [`DROP DATABASE IF EXISTS ${new URL(urls.admin).pathname.slice(1)} WITH (FORCE)`]);

async function prepareTemplate(server: ProofServer): Promise<void> {
  await asSuperuser(server, createRoles());
  const urls = urlsOf(server, PORTAL);
  await migrateUp(urls.owner, urls.portal);
  const db = openDatabase(urls.owner, { kind: 'commands' });
  try {
    await fillHouse(db);
  } finally {
    await db.destroy();
  }
}

/** What scripts/create-roles.sh does, which needs psql; under a name that the server has not given yet. */
function createRoles(): string[] {
  const sql = /<<'SQL'\n([\s\S]*?)\nSQL/.exec(textOf('scripts/create-roles.sh'))?.[1] ?? '';
  return sql
    .replace(/^\\.*\n/gm, '')
    .replace(/^SELECT (?:format\()?'([^']+)'[\s\S]*?\\gexec$/gm, '$1;')
    .replace(/%I|:"database"/g, 'portail')
    .replace(/:'\w+'/g, `'${SECRET}'`)
    .replace(/\bportail\b/g, PORTAL)
    .split(/;\s*/)
    .filter((statement) => statement !== '');
}

/** Who may connect is not copied with a template. */
const accessTo = (name: string): string[] => [
  `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
  `GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${PORTAL}`,
];

async function asSuperuser(server: ProofServer, statements: readonly string[]): Promise<void> {
  const admin = openDatabase(server.adminUrl, { kind: 'commands', connections: 1 });
  try {
    for (const statement of statements) await admin.raw(statement);
  } finally {
    await admin.destroy();
  }
}

function urlsOf(server: ProofServer, name: string): HouseUrls {
  const as = (role: Partial<URL>) =>
    Object.assign(new URL(server.adminUrl), { pathname: `/${name}`, ...role }).href;
  return {
    portal: as({ username: PORTAL, password: SECRET }),
    owner: as({ username: OWNER, password: SECRET }),
    admin: as({}),
  };
}
