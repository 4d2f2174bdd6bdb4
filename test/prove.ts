import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { readArgumentsAndWords, refuse, wholeNumber } from '../src/cli/arguments.ts';
import { type House, openHouse } from './proofs/house/house.ts';
import { type Flavour, flavours, type ProofServer, startProofServer } from './proofs/house/server.ts';
import { PROOFS } from './proofs/index.ts';
import type { Proof, ProofResult } from './proofs/proof.ts';

// `npm run prove`: everything, on every PostgreSQL of this machine. `-- NAME,NAME`: some. `-- short`: what fits in three
// minutes. `-- --seed N`: what a failure told, to see it again.
const SHORT = 'short';
const TOLD = 12;

interface Line extends ProofResult {
  subject: string;
  seconds: number;
}

const { values, positionals } = readArgumentsAndWords({ seed: { type: 'string' } });
const words = positionals.flatMap((word) => word.split(',')).filter((word) => word !== '');
const short = words.includes(SHORT);
const names = words.filter((word) => word !== SHORT);
const unknown = names.find((name) => !PROOFS.some((proof) => proof.name === name));
if (unknown !== undefined) {
  refuse(
    `There is no proof « ${unknown} ». The proofs are ${PROOFS.map(({ name }) => name).join(', ')}; « ${SHORT} » runs what fits in three minutes.`,
  );
}
const seed =
  values.seed === undefined ? Math.floor(Math.random() * 1e6) : wholeNumber('seed', values.seed, [0, 1e9]);
const chosen = PROOFS.filter(({ name, short: isShort }) =>
  names.length > 0 ? names.includes(name) : !short || isShort,
);

const say = (text: string) => process.stdout.write(`${text}\n`);
const found = flavours();
const [embedded] = found;
const folder = mkdtempSync(join(tmpdir(), 'portail-preuves-'));
// Open to the database's user, where this process is root.
chmodSync(folder, 0o755);
const servers = new Map<Flavour, Promise<ProofServer>>();
const houses = new Set<House>();
const lines: Line[] = [];

function serverOf(flavour: Flavour): Promise<ProofServer> {
  let server = servers.get(flavour);
  if (!server) {
    server = startProofServer(flavour, join(folder, String(servers.size)));
    servers.set(flavour, server);
  }
  return server;
}

async function closeHouses(): Promise<void> {
  for (const house of houses)
    await house.close().catch((error: unknown) => say(`  not closed: ${inspect(error)}`));
  houses.clear();
}

async function closeAll(): Promise<void> {
  await closeHouses();
  for (const server of servers.values()) await server.then((each) => each.stop()).catch(() => {});
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

async function prove(proof: Proof, flavour: Flavour): Promise<void> {
  const began = performance.now();
  const server = () => serverOf(flavour);
  const context = {
    ...{ short, seed, server },
    async openHouse(options?: Parameters<typeof openHouse>[1]) {
      const house = await openHouse(await server(), options);
      houses.add(house);
      return house;
    },
  };
  const result = await proof
    .run(context)
    .catch((error: unknown): ProofResult => ({ cases: 0, failures: [inspect(error)] }));
  await closeHouses();
  const subject = `${proof.name}: ${proof.subject}${proof.everyServer ? ` (${flavour.name})` : ''}`;
  const line = { subject, ...result, seconds: (performance.now() - began) / 1000 };
  lines.push(line);
  tell(line);
}

function tell({ subject, cases, failures, seconds, note }: Line): void {
  say(
    `${failures.length > 0 ? '✖' : '✔'} ${subject}: ${cases} cases, ${failures.length} failures, ${seconds.toFixed(0)} s`,
  );
  if (note) say(`  ${note}`);
  const alike = [...Map.groupBy(failures, (failure) => failure)];
  for (const [failure, { length }] of alike.slice(0, TOLD)) {
    say(`  ✖ ${failure}${length > 1 ? ` (${length} times)` : ''}`);
  }
  if (alike.length > TOLD) say(`  ✖ and ${alike.length - TOLD} others`);
  if (failures.length > 0) say(`  again: npm run prove -- ${names.join(',')} --seed ${seed}`);
}

function tellTable(): void {
  say('\n| subject | cases | failures | seconds |\n|---|---|---|---|');
  for (const { subject, cases, failures, seconds } of lines) {
    say(`| ${subject} | ${cases} | ${failures.length} | ${seconds.toFixed(0)} |`);
  }
  if (found.length === 1) say('| Debian’s PostgreSQL is not installed here: nothing ran on it | | | |');
  const failed = lines.filter(({ failures }) => failures.length > 0).length;
  say(`\n${lines.length - failed} passed, ${failed} failed`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void closeAll().finally(() => process.exit(1)));
}
try {
  for (const proof of chosen) {
    for (const flavour of proof.everyServer && !short ? found : [embedded as Flavour])
      await prove(proof, flavour);
  }
} finally {
  await closeAll();
}
tellTable();
process.exit(lines.some(({ failures }) => failures.length > 0) ? 1 : 0);
