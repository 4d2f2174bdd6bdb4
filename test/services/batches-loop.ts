import { openDatabase } from '../../src/database/knex.ts';
import { dayInParis } from '../../src/domain/calendar.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { organismRepository } from '../../src/repositories/organisms.ts';
import { createServices } from '../../src/services/index.ts';

// Batches of every kind, one after the other, until somebody kills the process (batches-killed.test.ts). Arguments: the
// actor, the organism.
const [actorId = 0, organismId = 0] = process.argv.slice(2).map(Number);
const db = openDatabase(String(process.env.DATABASE_URL), { kind: 'batches' });
const services = createServices({ db, clock: systemClock });
const actor = await findActor(db, actorId, dayInParis(new Date()));
if (!actor) throw new Error('nobody acts');
const organism = await organismRepository(db).get(organismId);
const scope = { kind: 'organism', organism } as const;
const TERMS = { reason: 'Essai', endsOn: null };

/** So many people of the organism, any of them. */
const some = (count: number): Promise<number[]> =>
  db('accounts')
    .where({ organism_id: organismId })
    .whereNot({ id: actorId })
    .orderByRaw('random()')
    .limit(count)
    .pluck('id');

async function act(kind: 'grant' | 'remove' | 'deactivate' | 'reactivate', count: number): Promise<void> {
  const role = kind === 'grant' || kind === 'remove' ? 'energie-lecteur' : null;
  const id = await services.batches.draft(actor as never, scope, {
    kind,
    role,
    selection: { ids: await some(count) },
  });
  await services.batches.run(actor as never, scope, id, TERMS);
}

async function depart(): Promise<void> {
  const [accountId = 0] = await some(1);
  const order = { accountId, on: null, reason: 'Essai', rights: true, requests: true };
  await services.departing.depart(actor as never, scope, order);
}

async function undo(): Promise<void> {
  const [id] = await db('batches')
    .where({ organism_id: organismId, state: 'done' })
    .orderByRaw('random()')
    .limit(1)
    .pluck('id');
  if (id !== undefined) await services.undoingBatches.run(actor as never, scope, id, { reason: 'Essai' });
}

const ACTS = [
  () => act('grant', 40),
  () => act('remove', 40),
  () => act('deactivate', 10),
  () => act('reactivate', 40),
  depart,
  undo,
  undo,
];

await act('grant', 40);
process.stdout.write('ready\n');
for (;;) await ACTS[Math.floor(Math.random() * ACTS.length)]?.();
