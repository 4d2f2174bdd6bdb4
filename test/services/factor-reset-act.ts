import { openDatabase } from '../../src/database/knex.ts';
import { dayInParis } from '../../src/domain/calendar.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { createServices } from '../../src/services/index.ts';

// One act of a reset, in a process that somebody kills (factor-resets-killed.test.ts). Arguments: « ask », who asks, of whom;
// or « refuse », the link.
const [act, first = '', person] = process.argv.slice(2);
const db = openDatabase(String(process.env.DATABASE_URL), { kind: 'commands' });
const { factorResets, factorResetAnswers } = createServices({ db, clock: systemClock });
if (act === 'refuse') await factorResetAnswers.refuse(first);
else {
  const actor = await findActor(db, Number(first), dayInParis(new Date()));
  if (!actor) throw new Error('nobody asks');
  await factorResets.ask(actor, NATIONAL, { accountId: Number(person), reason: 'Téléphone perdu' });
}
await db.destroy();
