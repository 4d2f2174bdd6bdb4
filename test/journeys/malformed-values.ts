import { setTimeout as pause } from 'node:timers/promises';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createDoneBatch, createDraft } from '../factories/drafts.ts';
import { createFailedMessage } from '../factories/messages.ts';
import { createOrganism, type OrganismRow } from '../factories/organisms.ts';
import { createPlannedAct } from '../factories/planned-acts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import type { TestPortal } from '../tools/portal.ts';
import { stayProved } from '../tools/proved.ts';

/** Values as they stand in an address or a body: percent-encoded, rightly or wrongly. */
export const VALUES = [
  ...[
    '',
    '%00',
    'a%00b',
    '%',
    '%zz',
    '%u0041',
    '%ff',
    '%c3%28',
    '%c0%80',
    '%ed%a0%80',
    '%ed%b0%80',
    '%f0%9f%99%82',
  ],
  ...['%0d%0aSet-Cookie:%20a=b', '%0a', '%09', '%7f', '%c2%85', '%e2%80%ae', '%ef%bb%bf', '%ef%bf%bf'],
  ...[
    '0',
    '-1',
    '1.5',
    '1e309',
    '9'.repeat(400),
    '0x10',
    'NaN',
    'Infinity',
    '-0',
    '2147483648',
    '9223372036854775808',
  ],
  ...[
    "'",
    '"',
    "'%20OR%201=1--",
    "');DROP%20TABLE%20accounts;--",
    '$1',
    '?',
    '??',
    ':nom',
    '%25',
    '_',
    '%5c',
    '%5c%25',
  ],
  ...[
    '%3Cscript%3Ealert(1)%3C/script%3E',
    '%3C%25=%201%20%25%3E',
    '%7B%7B1%7D%7D',
    '$%7B1%7D',
    '=1%2B1',
    '../../etc/passwd',
  ],
  ...[
    'true',
    'null',
    'undefined',
    '[]',
    '%7B%7D',
    '[object%20Object]',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    '0000-00-00',
    '2026-02-30',
    '9999999-01-01',
    '2026-11-22T00:00:00Z',
    '-0001-01-01',
    '2026-11-22',
    'CAF-391',
  ],
  ...[
    'x'.repeat(300),
    'x'.repeat(200_000),
    '%F0%9F%99%82'.repeat(500),
    'a%20'.repeat(500),
    '%e1%ba%9b%cc%a3',
  ],
];

/** Shapes of a field that no form of the portal sends. */
const shapes = (name: string) => [
  `${name}`,
  `${name}[]=a`,
  `${name}[]=a&${name}[]=b`,
  `${name}[a]=b`,
  `${name}[__proto__][x]=1`,
  `${name}.a=b`,
  `${name}=a&${name}=b`,
  `${name}=%00&${name}=%00`,
  `${name}=1&${name}=1&${name}=1`,
];

/** Whole queries or bodies. */
export const WHOLES = [
  ...[
    '',
    '&',
    '=',
    '&&&===',
    '?',
    '%',
    '%00',
    '%00=%00',
    '=a',
    'a',
    '%ff=%ff',
    '__proto__=1',
    '__proto__[x]=1',
  ],
  ...[
    'constructor[prototype][x]=1',
    'hasOwnProperty=1',
    'toString=1',
    'inconnu=1',
    'a;b=c',
    'x'.repeat(20_000),
  ],
  `${'a=1&'.repeat(900)}`,
  `${'a[b]'.repeat(500)}=1`,
  `a${'[a]'.repeat(900)}=1`,
];

// Fields that no form has and some table does: to fill what is wanting to three hundred inputs.
const FOREIGN_FIELDS = ['id', 'active', 'is_executive', 'organism_id'];

/** Fields that each value is tried in: where there are more, they take turns. */
const TRIED_IN = 4;

/** How many of them `npm test` draws for what reads them by code of its own, and by code that it shares. */
export const FEW = 30;
export const FEW_SHARED = 12;

/** At least three hundred malformed inputs for something that reads these fields. */
export function inputsFor(names: readonly string[]): string[] {
  const all = names.length >= TRIED_IN ? names : [...names, ...FOREIGN_FIELDS].slice(0, TRIED_IN);
  const inTurn = (value: string, turn: number) =>
    Array.from({ length: TRIED_IN }, (_, step) => `${all[(turn + step) % all.length]}=${value}`);
  return [...VALUES.flatMap(inTurn), ...all.flatMap(shapes), ...WHOLES];
}

/** Some of them, for what is read by the same code as something that gets them all. */
export function fewInputsFor(names: readonly string[]): string[] {
  const [name = 'inconnu'] = names;
  return [...VALUES.map((value) => `${name}=${value}`), ...shapes(name), ...WHOLES];
}

const MOST_ASKED = 10;

/** Asks for everything, eight at once, and returns what was answered with a failure of the server. */
export async function failuresOf(
  inputs: readonly string[],
  ask: (input: string) => Promise<Page>,
): Promise<string[]> {
  const failed: string[] = [];
  const left = [...inputs];
  const worker = async () => {
    for (let input = left.pop(); input !== undefined; input = left.pop()) {
      const page = await insist(() => ask(input)).catch((error: Error) => error);
      if (page instanceof Error) failed.push(`${page.message}: ${input.slice(0, 120)}`);
      else if (page.status >= 500) failed.push(`${page.status}: ${input.slice(0, 120)}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return failed;
}

/** Asks again what a busy machine had no time for: the portal waits for its database for 2.5 seconds, then says so. */
async function insist(ask: () => Promise<Page>): Promise<Page> {
  for (let asked = 1; ; asked += 1) {
    const page = await ask();
    if (page.status !== 503 || asked === MOST_ASKED) return page;
    await pause(1_000);
  }
}

const PASSWORD = 'une-phrase-de-passe-longue';

export interface SmallWorld {
  organism: OrganismRow;
  agent: Agent;
  /** An administrateur Ucanss, of another organism. */
  ucanss: Agent;
  nationalId: number;
  colleague: AccountRow;
  /** The number of what stands for `:name` on this path. */
  numberFor(path: string): number;
}

/** An organism of three people: what is tried is how a request is read, not how long a list is. */
export async function makeSmallWorld(portal: TestPortal): Promise<SmallWorld> {
  const { db } = portal;
  const organism = await createOrganism(db);
  const administrator = await createAccount(db, { organism: organism.id, password: PASSWORD });
  const colleague = await createAccount(db, { organism: organism.id });
  const other = await createAccount(db, { organism: organism.id });
  await grant(db, administrator, 'administrateur-local', { organism: organism.code });
  const right = await grant(db, colleague, 'sda-consultation');
  const request = await createRequest(db, { account: other, role: 'energie-lecteur' });
  const own = await createRequest(db, { account: administrator, role: 'annuaire-add-lecteur' });
  const agent = createAgent(portal);
  await agent.signIn(administrator.email, PASSWORD);
  const national = await createAccount(db, { password: PASSWORD });
  await grant(db, national, 'administrateur-ucanss');
  const ucanss = createAgent(portal);
  await ucanss.signIn(national.email, PASSWORD);
  await stayProved(db);
  const audit = await grant(db, other, 'auditeur');
  const message = await createFailedMessage(db);
  const draft = await createDraft(db, {
    ...{ createdBy: administrator.id, organismId: organism.id, selectedIds: [other.id] },
  });
  const planned = await createPlannedAct(db, other);
  const done = await createDoneBatch(db, {
    createdBy: administrator.id,
    person: await createAccount(db, { organism: organism.id }),
  });
  const batchFor = (path: string): number => (path.endsWith('/annulation') ? done : draft);
  const role = await db('roles').first('id', 'application_id').where({ code: 'energie-lecteur' });
  return {
    organism,
    agent,
    ucanss,
    nationalId: national.id,
    colleague,
    numberFor(path) {
      if (path.startsWith('/mes-informations')) return own;
      if (path.startsWith('/gestion/demandes')) return request;
      if (path.startsWith('/gestion/actes-prevus')) return planned;
      if (path.startsWith('/gestion/lots')) return batchFor(path);
      if (path.startsWith('/gestion/applications-et-roles/applications')) return role.application_id;
      if (path.startsWith('/gestion/applications-et-roles')) return role.id;
      if (path.startsWith('/gestion/organismes')) return organism.id;
      if (path.startsWith('/gestion/messages')) return message;
      if (/profils-nationaux.*(retrait|date-de-fin)/.test(path)) return audit;
      return path.includes(':assignment') ? right : colleague.id;
    },
  };
}
