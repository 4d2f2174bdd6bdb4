import { inspect } from 'node:util';
import { readArguments, refuse, wholeNumber } from '../src/cli/arguments.ts';
import { type Flavour, flavours } from './proofs/house/server.ts';
import { PROOFS } from './proofs/index.ts';
import type { Proof, ProofContext, ProofResult } from './proofs/proof.ts';
import { createResources } from './proofs/resources.ts';

// `npm run prove`: everything, on every PostgreSQL of this machine. `-- NAME,NAME`: some. `-- short`: what fits in three
// minutes. `-- --seed N`: what a failure told, to see it again.
const SHORT = 'short';
const TOLD = 12;

interface Line extends ProofResult {
  name: string;
  subject: string;
  seconds: number;
}

const { words: asked, ...values } = readArguments({
  name: 'npm run prove',
  about: `The long proofs: ${PROOFS.map(({ name }) => name).join(', ')}.`,
  words: `[NAME,NAME] [${SHORT}]`,
  options: { seed: { type: 'string', value: 'N', about: 'what a failure told, to see it again' } },
});
const words = asked.flatMap((word) => word.split(',')).filter((word) => word !== '');
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
const resources = createResources();
const lines: Line[] = [];

async function prove(proof: Proof, flavour: Flavour): Promise<void> {
  const began = performance.now();
  const context: ProofContext = {
    ...{ short, seed, testServer: resources.testServer },
    server: () => resources.serverOf(flavour),
    openHouse: (options) => resources.openHouse(flavour, options),
  };
  const result = await proof
    .run(context)
    .catch((error: unknown): ProofResult => ({ cases: 0, failures: [inspect(error)] }));
  await resources.closeHouses();
  const subject = `${proof.name}: ${proof.subject}${proof.everyServer ? ` (${flavour.name})` : ''}`;
  const line = { name: proof.name, subject, ...result, seconds: (performance.now() - began) / 1000 };
  lines.push(line);
  tell(line);
}

function tell({ name, subject, cases, failures, seconds, note }: Line): void {
  say(
    `${failures.length > 0 ? '✖' : '✔'} ${subject}: ${cases} cases, ${failures.length} failures, ${seconds.toFixed(0)} s`,
  );
  if (note) say(`  ${note}`);
  const alike = [...Map.groupBy(failures, (failure) => failure)];
  for (const [failure, { length }] of alike.slice(0, TOLD)) {
    say(`  ✖ ${failure}${length > 1 ? ` (${length} times)` : ''}`);
  }
  if (alike.length > TOLD) say(`  ✖ and ${alike.length - TOLD} others`);
  if (failures.length > 0) say(`  again: npm run prove -- ${name}${short ? ` ${SHORT}` : ''} --seed ${seed}`);
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
  process.once(signal, () => void resources.closeAll().finally(() => process.exit(1)));
}
try {
  for (const proof of chosen) {
    for (const flavour of proof.everyServer && !short ? found : [embedded as Flavour])
      await prove(proof, flavour);
  }
} finally {
  await resources.closeAll();
}
tellTable();
process.exit(lines.some(({ failures }) => failures.length > 0) ? 1 : 0);
