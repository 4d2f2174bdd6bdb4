import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../../src/domain/actor.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { nominationsIn } from '../../src/schemas/nominations.ts';
import type { Services } from '../../src/services/index.ts';
import { createServices } from '../../src/services/index.ts';
import { accountOf } from '../factories/accounts.ts';
import { createTestClock } from '../tools/clock.ts';
import { createTestDatabase } from '../tools/database.ts';

const TITLES = 'reference;acte;date_effet;civilite;nom;prenom;email;fonction;organisme\n';
const SHA = 'a'.repeat(64);

/** The demonstration, with who acts for Ucanss. */
export async function createNominationStage() {
  const database = await createTestDatabase({ template: 'demonstration' });
  const clock = createTestClock();
  const services: Services = createServices({ db: database.db, clock });
  const { db } = database;
  const { id } = await accountOf(db, 'national@ucanss.fr');
  const found = await findActor(db, id, '2026-11-22');
  if (!found) throw new Error('nobody acts for Ucanss');
  const actor = found;

  async function compare(text: string, by: Actor | null = actor): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), 'portail-nominations-'));
    const path = join(folder, 'essai.csv');
    writeFileSync(path, TITLES + text);
    try {
      return await services.nominations.compare(by, { name: 'essai.csv', sha256: SHA }, nominationsIn(path));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const stored = (importId: number) => db('nomination_lines').where({ import_id: importId }).orderBy('line');

  return {
    ...{ db, clock, services, actor, compare, stored },
    drop: database.drop,

    /** The verdict of each line, in the order of the file. */
    verdicts: async (text: string): Promise<string[]> =>
      (await stored(await compare(text))).map(({ verdict }) => verdict),

    /** The fault of the only line. */
    fault: async (text: string): Promise<string> => {
      const [line] = await stored(await compare(text));
      if (line.verdict !== 'error') throw new Error(`${text} is no error, but ${line.verdict}`);
      return line.fault;
    },

    /** Compares and applies; what each line has come to. */
    async apply(text: string): Promise<string[]> {
      const id = await compare(text);
      await services.nominations.apply(actor, id);
      return (await stored(id)).map(({ state }) => state);
    },

    person: (email: string) => db('accounts').where({ email }).first(),

    eventsOf: async (email: string): Promise<string[]> =>
      db('audit_events')
        .where({ subject_account_id: (await accountOf(db, email)).id })
        .whereNotNull('batch_id')
        .orderBy('id')
        .pluck('action'),
  };
}

export type NominationStage = Awaited<ReturnType<typeof createNominationStage>>;
