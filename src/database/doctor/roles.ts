import type { Knex } from 'knex';
import type { Database } from '../knex.ts';
import { ownsTrail, refuseTooMuch, rightsFaults } from '../portal-rights.ts';
import { InstallationError } from '../schema.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { some } from './some.ts';

/**
 * The portal's own role: what it may do to the trail, and whether it may do its work.
 * @param isAlone true where the database is the portal's own, and one role is all there is
 */
export async function portalRoleFindings(
  db: Database,
  { isAlone }: { isAlone: boolean },
): Promise<Finding[]> {
  const role = await roleOf(db);
  if (await ownsTrail(db)) {
    const told = `${role} owns the trail: triggers alone protect it`;
    if (isAlone) return [ok('role', told)];
    return [warn('role', told, 'make two roles (scripts/create-roles.sh), and set DATABASE_OWNER_URL')];
  }
  const { wide, narrow } = await rightsFaults(db);
  const remedy = 'run npm run db:migrate with DATABASE_OWNER_URL: it gives the rights of this version';
  return [
    ...(wide.length > 0 ? [fail('role', `${role} may do too much: ${some(wide)}`, remedy)] : []),
    ...(narrow.length > 0 ? [fail('role', `${role} may not do enough: ${some(narrow)}`, remedy)] : []),
    ...(wide.length + narrow.length > 0 ? [] : [ok('role', `${role} can only add to the trail`)]),
  ];
}

/** The owner, where it has an address of its own, and what it refuses of the portal's role as a start with both does. */
export async function ownerRoleFindings(owner: Database, db: Database): Promise<Finding[]> {
  const [role, portal] = [await roleOf(owner), await roleOf(db)];
  return [...(await ownFindings(owner, role)), ...(portal === role ? [] : await tooMuch(owner, portal))];
}

async function tooMuch(owner: Database, portal: string): Promise<Finding[]> {
  try {
    await refuseTooMuch(owner, portal);
    return [];
  } catch (error) {
    if (!(error instanceof InstallationError)) throw error;
    const told = error.message.replace(/^DATABASE_URL: /, '');
    const remedy =
      'as a superuser: ALTER ROLE … NOSUPERUSER, REVOKE the owner’s role, give the owner what is its own';
    return [fail('role beside the owner', told, remedy)];
  }
}

async function ownFindings(owner: Database, role: string): Promise<Finding[]> {
  const { rows } = await owner.raw(`
    SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = current_user
  `);
  if (!(await ownsTrail(owner))) {
    const remedy = 'set DATABASE_OWNER_URL to the role that owns the database and its tables';
    return [fail('owner', `${role} does not own the tables: migrations cannot change them`, remedy)];
  }
  if (rows[0].superuser)
    return [warn('owner', `${role} is a superuser`, 'an ordinary role that owns the database is enough')];
  return [ok('owner', `${role} owns the tables`)];
}

async function roleOf(db: Knex): Promise<string> {
  const { rows } = await db.raw('SELECT current_user AS role');
  return rows[0].role;
}
