import { dayInParis } from '../src/domain/calendar.ts';
import { systemClock } from '../src/domain/clock.ts';
import { findActor } from '../src/repositories/actors.ts';
import { createSnapshot } from '../src/repositories/snapshot.ts';
import { batchService } from '../src/services/batches.ts';
import type { BenchLine, Measured } from './line.ts';
import { describePopulation } from './list-population.ts';

/** People to whom a role is given at once; more are there, so the time is brought to as many. */
const PEOPLE = 4_300;
const GOAL = 1_500;
const ROLE = 'energie-lecteur';
const ROUNDS = 3;

/**
 * « Tout » on the largest organism: a role granted to everyone who lacks it, in one transaction with its events,
 * messages and report; then removed, so that each round does the same.
 */
export async function benchBulk({ db, batches: many }: Measured): Promise<BenchLine[]> {
  const snapshot = await createSnapshot(db).current();
  const role = [...snapshot.roles.values()].find(({ code }) => code === ROLE);
  const { largest } = await describePopulation(db);
  const organism = snapshot.organisms.get(largest.id);
  const { id } = await db('accounts').first('id').where({ email: 'national@ucanss.fr' });
  const actor = await findActor(db, id, dayInParis(new Date()));
  if (!role || !organism || !actor) throw new Error('the demonstration data are missing');
  const batches = batchService({ db: many, clock: systemClock });
  const scope = { kind: 'organism', organism } as const;

  const run = async (kind: 'grant' | 'remove') => {
    const filter = {
      ...{ lastName: '', firstName: '', words: '', active: true, executives: true },
      role: { id: role.id, held: kind === 'remove' },
    };
    const order = { kind, role: ROLE, selection: { filter, snapshot } };
    const id = await batches.draft(actor, scope, order);
    const draft = await batches.find(actor, scope, id);
    const people = draft?.selectedIds.length ?? 0;
    const start = performance.now();
    await batches.run(actor, scope, id, { reason: 'Mesure', endsOn: null });
    const each = (performance.now() - start) / people;
    return { people, brought: each * PEOPLE };
  };

  await run('remove');
  const grants: Awaited<ReturnType<typeof run>>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    grants.push(await run('grant'));
    await run('remove');
  }
  for (const table of ['accounts', 'assignments', 'account_texts'])
    await db.raw('VACUUM (ANALYZE) ??', [table]);
  const best = Math.min(...grants.map(({ brought }) => brought));
  return [
    {
      subject: `bulk grant to ${PEOPLE} people, one transaction with events, messages and report`,
      measured: `${(best / 1000).toFixed(2)} s (measured on ${grants[0]?.people} people, best of ${ROUNDS})`,
      yardstick: `goal ≤ ${GOAL / 1000} s`,
      met: best <= GOAL,
    },
  ];
}
