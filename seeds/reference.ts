import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Database } from '../src/database/knex.ts';
import { transaction } from '../src/database/transaction.ts';
import { job } from '../src/domain/audit-event.ts';
import type { Clock } from '../src/domain/clock.ts';
import { lockReferenceData } from '../src/repositories/reference-data.ts';

/** What a load added to the reference data: nothing, most of the time. */
interface ReferenceLoad {
  organisms: number;
  roles: number;
  changed: boolean;
}

type Line = Record<string, string>;

const VALIDATORS: Line = { 'administrateur local': 'local_administrator', Ucanss: 'ucanss', libre: 'free' };

/**
 * Adds the organisms, branches, applications and roles of the CSV files that are missing, told by their code.
 * What is there stays as it is, since Ucanss edits it in the portal. Traced only when something was added.
 */
export async function loadReference(db: Database, { clock }: { clock: Clock }): Promise<ReferenceLoad> {
  const [organisms, roles] = await Promise.all([readLines('organismes.csv'), readLines('roles.csv')]);
  return transaction({ db, clock, actor: job('seed') }, async ({ db: trx, record }) => {
    // Two portals that start at once load one after the other, and after whoever edits in the portal.
    await lockReferenceData(trx);
    const add = async (statement: string, records: object[]): Promise<number> => {
      const placed = records.map((record, index) => ({ ...record, position: index + 1 }));
      const added = await trx.raw(statement, [JSON.stringify(placed)]);
      return added.rowCount ?? 0;
    };
    const added = {
      branches: await add(ADD_BRANCHES, distinct(organisms, 'branche', toBranch)),
      organisms: await add(ADD_ORGANISMS, distinct(organisms, 'code', toOrganism)),
      applications: await add(ADD_APPLICATIONS, distinct(roles, 'code_application', toApplication)),
      roles: await add(ADD_ROLES, distinct(roles, 'code', toRole)),
    };
    const changed = Object.values(added).some((count) => count > 0);
    const counts = { organisms: added.organisms, roles: added.roles };
    if (changed) record({ action: 'seed.loaded', details: { ...counts, demonstration: false } });
    return { ...counts, changed };
  });
}

async function readLines(file: string): Promise<Line[]> {
  const text = await readFile(new URL(file, import.meta.url), 'utf8');
  return parse<Line>(text, { columns: true, bom: true });
}

/** One record a value of `key`, as its first line tells it, in the order of the file. */
function distinct<T>(lines: Line[], key: string, describe: (line: Line) => T): T[] {
  const firsts = new Map<string | undefined, Line>();
  for (const line of lines) {
    if (!firsts.has(line[key])) firsts.set(line[key], line);
  }
  return [...firsts.values()].map(describe);
}

function toBranch({ branche: name }: Line) {
  return { name, label: name === 'Interbranche' || name === 'État' ? name : `Branche ${name}` };
}

function toOrganism(line: Line) {
  return {
    code: line.code,
    name: line.nom,
    acronym: line.sigle,
    branch: line.branche,
    department: line.departement,
    region: line.region,
    city: line.ville,
    mail_domain: line.domaine_mail || null,
  };
}

function toApplication(line: Line) {
  return { code: line.code_application, name: line.application, theme: line.theme };
}

function toRole(line: Line) {
  return {
    application: line.code_application,
    code: line.code,
    label: line.role,
    kind: line.kind,
    validator: VALIDATORS[line.validateur ?? ''],
    request_mode: line.demande === 'en ligne' ? 'online' : line.procedure ? 'procedure' : 'none',
    procedure: line.procedure || null,
    description: line.description,
    audience: line.public_cible,
  };
}

// Anti-joins rather than ON CONFLICT: a refused row would still use up a number of the identity at each start.
const ADD_BRANCHES = `
  INSERT INTO branches (name, label)
  SELECT line.name, line.label FROM json_to_recordset(?::json) AS line(name text, label text, position smallint)
  WHERE NOT EXISTS (SELECT FROM branches WHERE branches.name = line.name)
  ORDER BY line.position`;

const ADD_ORGANISMS = `
  INSERT INTO organisms (code, name, acronym, branch_id, department, region, city, mail_domain)
  SELECT line.code, line.name, acronym, branches.id, department, region, city, mail_domain
  FROM json_to_recordset(?::json)
    AS line(code text, name text, acronym text, branch text, department text, region text, city text,
            mail_domain text, position smallint)
  JOIN branches ON branches.name = line.branch
  WHERE NOT EXISTS (SELECT FROM organisms WHERE organisms.code = line.code)
  ORDER BY line.position`;

const ADD_APPLICATIONS = `
  INSERT INTO applications (code, name, theme, position)
  SELECT line.code, line.name, line.theme, line.position
  FROM json_to_recordset(?::json) AS line(code text, name text, theme text, position smallint)
  WHERE NOT EXISTS (SELECT FROM applications WHERE applications.code = line.code)
  ORDER BY line.position`;

const ADD_ROLES = `
  INSERT INTO roles
    (application_id, code, label, kind, validator, request_mode, procedure, description, audience, position)
  SELECT applications.id, line.code, line.label, line.kind, validator, request_mode, procedure, description,
         audience, line.position
  FROM json_to_recordset(?::json)
    AS line(application text, code text, label text, kind text, validator text, request_mode text,
            procedure text, description text, audience text, position smallint)
  JOIN applications ON applications.code = line.application
  WHERE NOT EXISTS (SELECT FROM roles WHERE roles.code = line.code)
  ORDER BY line.position`;
