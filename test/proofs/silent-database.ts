import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../../src/paths.ts';
import { createLoad, gatherActors, type Load } from './house/acts.ts';
import { type Client, createClient, type Person, signIn } from './house/client.ts';
import type { House } from './house/house.ts';
import { readLedger } from './house/ledger.ts';
import { administratorEmail, agentEmail, nationalEmail, PASSWORD } from './house/people.ts';
import { trailFaults } from './house/trail.ts';
import { batchFaults, cutUnderWay } from './house/under-way.ts';
import type { Proof, ProofContext } from './proof.ts';

/** The promise, in milliseconds: when it is told, when it is told of a long act or file, and when all is as before. */
const TOLD_WITHIN = 3_000;
const LONG_TOLD_WITHIN = 12_000;
const BACK_WITHIN = 5_000;

interface Silence {
  what: string;
  begin(): void;
  end(): void;
}

/** One that asks, and is to be told that the database is away. */
interface Question {
  what: string;
  ask(): ReturnType<Client['get']>;
}

interface Seen {
  cases: number;
  failures: string[];
  /** Milliseconds, at most. */
  told: number;
  long: number;
  back: number;
}

export const silentDatabase: Proof = {
  name: 'silent-database',
  subject:
    'PostgreSQL silent, stopped or behind a frozen cable: 503 within 3 s on every path (12 s under way), back within 5 s',
  everyServer: true,
  async run(context) {
    const house = await context.openHouse({ cable: true });
    const seen: Seen = { cases: 0, failures: [], told: 0, long: 0, back: 0 };
    const load = createLoad(await gatherActors(house), house.portals);
    const national = await signIn(house.portals[0]?.url ?? '', nationalEmail(1));
    const questions = await questionsOf(house, national);
    for (const silence of silencesOf(house, context)) {
      await amongActs(silence, load, questions, seen);
      await underWay(house, silence, national, seen);
    }
    const ledger = await readLedger(house, load.acts);
    const failures = [
      ...seen.failures,
      ...ledger.failures,
      ...(await batchFaults(house)),
      ...(await trailFaults(house)),
    ];
    const note = `told within ${seen.told.toFixed(0)} ms at most, of what was under way ${seen.long.toFixed(0)} ms; back within ${seen.back.toFixed(0)} ms; ${ledger.unknown} acts without answer, ${ledger.doneUnseen} of them done`;
    return { cases: seen.cases, failures, note };
  },
};

function silencesOf({ server, cable }: House, { short }: ProofContext): Silence[] {
  const stopped = { what: 'PostgreSQL stopped', begin: () => server.freeze(), end: () => server.thaw() };
  const frozen = { what: 'cable frozen', begin: () => cable?.freeze(), end: () => cable?.repair() };
  return Array.from({ length: short ? 1 : 5 }, () => [stopped, frozen]).flat();
}

/** People act; then nothing answers: they, and whoever asks anything while it lasts, are told in time. */
async function amongActs(
  silence: Silence,
  load: Load,
  questions: readonly Question[],
  seen: Seen,
): Promise<void> {
  load.start();
  await sleep(1_500);
  const before = load.acts.length;
  silence.begin();
  const began = performance.now();
  // At once, where connections are still held for alive; and again, once they are known to be lost.
  for (let round = 1; round <= 2; round += 1) {
    for (const { what, status, took } of await askAll(questions)) {
      seen.cases += 1;
      seen.told = Math.max(seen.told, took);
      if (status !== 503) seen.failures.push(`${silence.what}: ${what} answered ${status || 'nothing'}`);
      if (took > TOLD_WITHIN) seen.failures.push(`${silence.what}: ${what} told after ${took.toFixed(0)} ms`);
    }
  }
  silence.end();
  const back = await untilBack(questions);
  seen.back = Math.max(seen.back, back);
  if (back > BACK_WITHIN) seen.failures.push(`${silence.what}: back only after ${back.toFixed(0)} ms`);
  await load.stop();
  for (const { kind, key, begun, answer } of load.acts.slice(before)) {
    // Of one that was under way, from the moment of the silence.
    const took = begun < began ? begun + answer.took - began : answer.took;
    seen.cases += 1;
    if (took > TOLD_WITHIN) {
      seen.failures.push(
        `${silence.what}: ${kind} « ${key} » ended ${took.toFixed(0)} ms after with ${answer.status}`,
      );
    }
  }
}

const askAll = (questions: readonly Question[]) =>
  Promise.all(questions.map(async ({ what, ask }) => ({ what, ...(await ask()) })));

/** Milliseconds until every question has its answer again. */
async function untilBack(questions: readonly Question[]): Promise<number> {
  const began = performance.now();
  for (;;) {
    const answers = await askAll(questions);
    const back = performance.now() - began;
    if (answers.every(({ status }) => status === 200 || status === 303) || back > 4 * BACK_WITHIN)
      return back;
    await sleep(100);
  }
}

/** An act on hundreds of people, and a file, in the middle of which nothing answers any more. */
async function underWay(house: House, silence: Silence, national: Person, seen: Seen): Promise<void> {
  const cut = await cutUnderWay(house, national, silence, LONG_TOLD_WITHIN);
  for (const [what, { after, fault }] of Object.entries(cut)) {
    seen.cases += 1;
    seen.long = Math.max(seen.long, after);
    if (after > LONG_TOLD_WITHIN) {
      seen.failures.push(`${silence.what}: the ${what} under way ended after ${after.toFixed(0)} ms`);
    }
    if (fault !== null) seen.failures.push(`${silence.what}: the ${what} under way: ${fault}`);
  }
}

/** One of each kind of path: pages, a search, acts, signing in, files, and what a balancer looks at. */
async function questionsOf({ portals, db }: House, national: Person): Promise<Question[]> {
  const url = portals[0]?.url ?? '';
  const client = createClient(url);
  const administrator = await signIn(url, administratorEmail('CAF-391', 3));
  const agent = await signIn(url, agentEmail('CAF-391', 50));
  const { id } = await db('accounts')
    .first('id')
    .where({ email: agentEmail('CAF-391', 50) });
  const page = (path: string, person?: Person): Question => ({
    what: `GET ${path}`,
    ask: () => client.get(path, person),
  });
  const act = (path: string, person: Person | undefined, form: Record<string, string>): Question => ({
    what: `POST ${path}`,
    ask: () => client.post(path, person, form),
  });
  return [
    page(paths.myInformation, agent),
    page(paths.entitlements.index, administrator),
    page(`${paths.accounts.index}?nom=mar`, administrator),
    page(`${paths.entitlements.index}?q=martin`, national),
    page(paths.events.index, national),
    page(paths.ready),
    // Without a population to write, so that it can be asked often.
    page(`${paths.entitlements.index}.csv?perimetre=CAF-391&q=preuves`, national),
    act(paths.signIn, undefined, { email: agentEmail('CAF-391', 50), password: PASSWORD }),
    act(paths.accounts.remove({ id }), administrator, {
      organisme: 'CAF-391',
      role: 'energie-lecteur',
      motif: '',
    }),
  ];
}
