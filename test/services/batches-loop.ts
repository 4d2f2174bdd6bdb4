import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../src/database/knex.ts';
import { dayInParis } from '../../src/domain/calendar.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { organismRepository } from '../../src/repositories/organisms.ts';
import { createServices } from '../../src/services/index.ts';

// Batches of every kind, one after the other, until somebody kills the process (batches-killed.test.ts). Arguments: the
// actor, the organism, who acts for Ucanss.
const [actorId = 0, organismId = 0, nationalId = 0] = process.argv.slice(2).map(Number);
const db = openDatabase(String(process.env.DATABASE_URL), { kind: 'batches' });
const services = createServices({ db, clock: systemClock });
const TODAY = dayInParis(new Date());
const actor = await findActor(db, actorId, TODAY);
const national = await findActor(db, nationalId, TODAY);
if (!actor || !national) throw new Error('nobody acts');
const organism = await organismRepository(db).get(organismId);
const scope = { kind: 'organism', organism } as const;
const TERMS = { reason: 'Essai', endsOn: null };

/** So many people of the organism, any of them. */
const some = (count: number): Promise<number[]> =>
  db('accounts')
    .where({ organism_id: organismId })
    .whereNotIn('id', [actorId, nationalId])
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

async function undo(of: number | null): Promise<void> {
  const done = db('batches').where({ organism_id: of, state: 'done' });
  const [id] = await done.orderByRaw('random()').limit(1).pluck('id');
  if (id === undefined) return;
  const [by, where] = of === null ? [national, NATIONAL] : [actor, scope];
  await services.undoingBatches.run(by as never, where, id, { reason: 'Essai' });
}

/** A file of newcomers, of people who are there, and of acts to come; what was stopped before is gone on with. */
async function nominate(): Promise<void> {
  const stopped = await db('nomination_imports').where({ state: 'applying' }).pluck('id');
  for (const importId of stopped) await services.nominations.takeUp({ importId, accountId: nationalId });
  const run = randomUUID().slice(0, 8);
  const known = await db('accounts').whereIn('id', await some(10));
  const id = await services.nominations.compare(national as never, FILE, [
    [
      ...known.map((person, at) => ({ ...lineOf(`${run}-k${at}`, person), line: at + 1 })),
      ...Array.from({ length: 20 }, (_, at) => ({
        ...lineOf(`${run}-n${at}`, {
          last_name: run.toUpperCase(),
          first_name: `N${at}`,
          email: `${run}.${at}@test.fr`,
        }),
        line: 100 + at,
        effectiveOn: at < 5 ? '2099-01-01' : TODAY,
      })),
    ],
  ] as never);
  await services.nominations.apply(national as never, id);
}

const FILE = { name: 'essai.csv', sha256: 'a'.repeat(64) };
const lineOf = (reference: string, person: { last_name: string; first_name: string; email: string }) => ({
  ...{
    reference,
    act: 'nomination',
    effectiveOn: TODAY,
    civility: null,
    functionTitle: `Direction ${reference}`,
  },
  ...{ lastName: person.last_name, firstName: person.first_name, email: person.email },
  ...{ organismCode: organism.code, unreadable: null },
});

const ACTS = [
  () => act('grant', 40),
  () => act('remove', 40),
  () => act('deactivate', 10),
  () => act('reactivate', 40),
  depart,
  nominate,
  nominate,
  () => undo(organismId),
  () => undo(organismId),
  () => undo(null),
];

await act('grant', 40);
process.stdout.write('ready\n');
for (;;) await ACTS[Math.floor(Math.random() * ACTS.length)]?.();
