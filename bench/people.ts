import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../src/database/knex.ts';
import { onMeasure } from '../src/database/measures.ts';
import { dayInParis } from '../src/domain/calendar.ts';
import { systemClock } from '../src/domain/clock.ts';
import { NATIONAL } from '../src/domain/scope.ts';
import { demonstrationPassword } from '../src/presenters/demonstration.ts';
import { findActor } from '../src/repositories/actors.ts';
import { createSnapshot } from '../src/repositories/snapshot.ts';
import { nominationsIn } from '../src/schemas/nominations.ts';
import { createServices } from '../src/services/index.ts';
import type { BenchLine, Measured } from './line.ts';
import { describePopulation } from './list-population.ts';
import { loadWhile } from './load.ts';
import { startBenchedPortal } from './portal.ts';

const NOMINATIONS = 10_000;
const PEOPLE = 4_300;
const ROLE = 'energie-lecteur';
const GOALS = { verdicts: 3_000, applied: 10_000, undo: 3_000, memory: 150, p95: 50, events: 500, lock: 200 };
const HEADER = 'reference;acte;date_effet;civilite;nom;prenom;email;fonction;organisme';

interface Taken {
  milliseconds: number;
  /** Of a page asked for all the while. */
  p95: number;
  /** Megabytes above what was there before. */
  memory: number;
  /** The longest time that the lock of the trail was held, in milliseconds; and the events written. */
  lock: number;
  events: number;
}

/**
 * People who come and leave: a file of nominations compared and applied, half of newcomers and half of people of the
 * population, then undone; a role given to as many as the largest organism has, then undone. What others wait meanwhile.
 */
export async function benchPeople({
  db,
  batches: many,
  ...stage
}: Measured & { url: string; folder: string }) {
  const services = createServices({ db: many, clock: systemClock });
  const { id } = await db('accounts').first('id').where({ email: 'national@ucanss.fr' });
  const actor = await findActor(db, id, dayInParis(new Date()));
  if (!actor) throw new Error('the demonstration data are missing');
  const run = randomBytes(4).toString('hex');
  await forget(db);
  const path = join(stage.folder, 'nominations.csv');
  const text = await writeNominations(db, path, run);
  const portal = await startBenchedPortal(stage.url, stage.folder);
  const cookie = await portal.signIn('wtestportail@test.fr', demonstrationPassword);
  const take = <T>(work: () => Promise<T>) => taking({ url: `${portal.url}/gestion/etat`, cookie }, work);
  try {
    const file = { name: 'nominations.csv', sha256: createHash('sha256').update(text).digest('hex') };
    const compared = await take(() => services.nominations.compare(actor, file, nominationsIn(path)));
    const applied = await take(() =>
      services.nominations.apply(actor, compared.done, Number.POSITIVE_INFINITY),
    );
    const { batch_id: batchId } = await db('nomination_imports')
      .first('batch_id')
      .where({ id: compared.done });
    const counted = await db('batches').first('changed').where({ id: batchId });
    if (counted.changed !== NOMINATIONS) throw new Error(`${counted.changed} nominations were applied`);
    const unmade = await take(() =>
      services.undoingBatches.run(actor, NATIONAL, batchId, { reason: 'Mesure' }),
    );
    const granted = await grantToMany(db, services, actor);
    const undone = await take(() =>
      services.undoingBatches.run(actor, granted.scope, granted.id, { reason: 'Mesure' }),
    );
    return linesOf({ compared, applied, unmade, undone, people: granted.people });
  } finally {
    await portal.stop();
    await forget(db);
  }
}

type Services = ReturnType<typeof createServices>;

/** A role given to everyone of the largest organism who lacks it; returns the number of the batch. */
async function grantToMany(
  db: Database,
  services: Services,
  actor: Parameters<Services['batches']['draft']>[0],
) {
  const snapshot = await createSnapshot(db).current();
  const role = [...snapshot.roles.values()].find(({ code }) => code === ROLE);
  const organism = snapshot.organisms.get((await describePopulation(db)).largest.id);
  if (!role || !organism) throw new Error('the reference data are missing');
  const scope = { kind: 'organism', organism } as const;
  const everybody = { lastName: '', firstName: '', words: '', active: true, executives: true };
  const filter = { ...everybody, role: { id: role.id, held: false } };
  const order = { kind: 'grant' as const, role: ROLE, selection: { filter, snapshot } };
  const id = await services.batches.draft(actor, scope, order);
  await services.batches.run(actor, scope, id, { reason: 'Mesure', endsOn: null });
  const { changed } = await db('batches').first('changed').where({ id });
  return { id, scope, people: changed as number };
}

/** The file: newcomers, and people who have an account and are no executives. */
async function writeNominations(db: Database, path: string, run: string): Promise<string> {
  const today = dayInParis(new Date());
  const known = await db('accounts')
    .join('organisms', 'organisms.id', 'organism_id')
    .where({ active: true, is_executive: false, closed_at: null })
    .whereNot({ code: 'UCANSS' })
    .orderBy('accounts.id')
    .limit(NOMINATIONS / 2)
    .select('last_name', 'first_name', 'email', 'code');
  const lines = known.flatMap((person, rank) => [
    `${run}-a${rank};nomination;${today};Mme;Mesure${run}${rank};Neuve;mesure.${run}.${rank}@test.fr;Directrice;${person.code}`,
    `${run}-b${rank};nomination;${today};;${person.last_name};${person.first_name};${person.email};Directeur;${person.code}`,
  ]);
  const text = [HEADER, ...lines].join('\n');
  writeFileSync(path, text);
  return text;
}

/** Does some work while a page is asked for, as somebody who reads would, and watches what it takes. */
async function taking<T>(
  target: { url: string; cookie: string },
  work: () => Promise<T>,
): Promise<Taken & { done: T }> {
  let [lock, events, running] = [0, 0, true];
  const rest = process.memoryUsage.rss();
  let most = rest;
  onMeasure((measure) => {
    if (!running) return;
    if (measure.kind === 'trail-lock') lock = Math.max(lock, measure.held * 1_000);
    if (measure.kind === 'event') events += 1;
  });
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  const reading = loadWhile(target, 1, { more: () => running, rest: 20 });
  const start = performance.now();
  const done = await work();
  const milliseconds = performance.now() - start;
  running = false;
  clearInterval(watch);
  const { p95 } = await reading;
  return { done, milliseconds, p95, memory: (most - rest) / 2 ** 20, lock, events };
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(2)} s`;

function linesOf(
  taken: Record<'compared' | 'applied' | 'unmade' | 'undone', Taken> & { people: number },
): BenchLine[] {
  const { compared, applied, unmade, undone, people } = taken;
  const brought = (undone.milliseconds / people) * PEOPLE;
  const all = [compared, applied, unmade, undone];
  const most = (of: (each: Taken) => number): number => Math.max(...all.map(of));
  const rate = applied.events / (applied.milliseconds / 1_000);
  return [
    {
      subject: `${NOMINATIONS} nominations: a verdict for each line`,
      measured: `${seconds(compared.milliseconds)}, +${compared.memory.toFixed(0)} MB`,
      yardstick: `goal ≤ ${seconds(GOALS.verdicts)}, +${GOALS.memory} MB`,
      met: compared.milliseconds <= GOALS.verdicts && compared.memory <= GOALS.memory,
    },
    {
      subject: `${NOMINATIONS} nominations applied, half of them new accounts`,
      measured: `${seconds(applied.milliseconds)}, +${applied.memory.toFixed(0)} MB, ${rate.toFixed(0)} events/s`,
      yardstick: `goal ≤ ${seconds(GOALS.applied)}, +${GOALS.memory} MB, ≥ ${GOALS.events} events/s`,
      met: applied.milliseconds <= GOALS.applied && applied.memory <= GOALS.memory && rate >= GOALS.events,
    },
    {
      subject: `the same ${NOMINATIONS} undone`,
      measured: seconds(unmade.milliseconds),
      yardstick: 'no goal',
      met: null,
    },
    {
      subject: `undo of a role given to ${PEOPLE} people`,
      measured: `${seconds(brought)} (measured on ${people} people)`,
      yardstick: `goal ≤ ${seconds(GOALS.undo)}`,
      met: brought <= GOALS.undo,
    },
    {
      subject: 'a page of another person meanwhile, p95',
      measured: all.map(({ p95 }) => `${p95.toFixed(0)} ms`).join(', '),
      yardstick: `goal ≤ ${GOALS.p95} ms; verdicts, nominations, their undo, undo of the role`,
      met: most(({ p95 }) => p95) <= GOALS.p95,
    },
    {
      subject: 'the lock of the trail, held at most',
      measured: all.map(({ lock }) => `${lock.toFixed(0)} ms`).join(', '),
      yardstick: `goal ≤ ${GOALS.lock} ms, or docs/decisions says why; in the same order`,
      met: most(({ lock }) => lock) <= GOALS.lock,
    },
  ];
}

/** What runs made is taken away, so that the next one finds the same population: without a look at what names it. */
async function forget(db: Database): Promise<void> {
  const made = `SELECT id FROM accounts WHERE email LIKE 'mesure.%@test.fr'`;
  await db.transaction(async (trx) => {
    await trx.raw('SET LOCAL session_replication_role = replica');
    for (const [table, column] of [
      ['messages', 'account_id'],
      ['tokens', 'account_id'],
      ['batch_lines', 'account_id'],
      ['batch_effects', 'account_id'],
      ['nomination_lines', 'account_id'],
      ['account_texts', 'account_id'],
      ['accounts', 'id'],
    ] as const)
      await trx.raw(`DELETE FROM ?? WHERE ?? IN (${made})`, [table, column]);
  });
  for (const table of ['accounts', 'assignments', 'account_texts', 'batch_effects', 'messages'])
    await db.raw('VACUUM (ANALYZE) ??', [table]);
}
