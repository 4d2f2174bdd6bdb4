import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { isMigrated } from '../database/migrate.ts';
import { systemClock } from '../domain/clock.ts';
import { Refused } from '../domain/errors.ts';
import { VERDICTS, verdictCounts } from '../presenters/nominations.ts';
import { type NominationLineRow, nominationLineList } from '../repositories/lists/nomination-lines.ts';
import { nominationsIn } from '../schemas/nominations.ts';
import { createServices } from '../services/index.ts';
import { readArguments, refuse } from './arguments.ts';
import { unreadable } from './file-faults.ts';
import { type CommandContext, withDatabase } from './with-database.ts';

const LINES_AT_ONCE = 1_000;

const { words, apply } = readArguments({
  name: 'npm run nominations',
  about: 'Says what becomes of each line of a file of nominations (CSV or xlsx), and changes nothing.',
  words: 'FILE',
  options: {
    apply: { type: 'boolean', default: false, about: 'does every line that is not in error' },
  },
});
const [path = ''] = words;
const sha256 = await digestOf(path);

await withDatabase(async ({ db }) => {
  if (!(await isMigrated(db))) throw new Error('The schema is not up to date: run npm run db:migrate first.');
  const { nominations } = createServices({ db, clock: systemClock });
  const id = await nominations
    .compare(null, { name: basename(path).slice(0, 120), sha256 }, nominationsIn(path))
    .catch((error: unknown) => {
      // The sentence of the page: it says what to do.
      throw error instanceof Refused ? new Error(`${path}: ${error.message}`) : error;
    });
  const { verdicts } = await nominations.get(id);
  if (apply) await finish(nominations, id);
  for await (const line of linesOf(db, id)) console.log(told(line));
  console.log(`${apply ? 'Applied' : 'Compared'} as number ${id}: ${verdictCounts(verdicts) || 'no line'}.`);
  if ((verdicts.error ?? 0) > 0) process.exitCode = 1;
});

type Nominations = ReturnType<typeof createServices>['nominations'];

/** All that can be done, however long it takes; a file of which nothing can be is no failure. */
async function finish(nominations: Nominations, id: number): Promise<void> {
  const { toDo } = await nominations.foresee(null, id);
  if (toDo > 0) await nominations.apply(null, id, Number.POSITIVE_INFINITY);
}

/** In the order of the file. */
async function* linesOf(db: CommandContext['db'], importId: number): AsyncGenerator<NominationLineRow> {
  const filter = { importId, words: '', verdict: null, sort: 'ligne', direction: 'asc' } as const;
  for (let page = 1; ; page += 1) {
    const { rows } = await nominationLineList(db).page(filter, { page, size: LINES_AT_ONCE });
    yield* rows;
    if (rows.length < LINES_AT_ONCE) return;
  }
}

function told({
  line,
  reference,
  verdict,
  firstName,
  lastName,
  email,
  fault,
  remark,
}: NominationLineRow): string {
  const person = `${firstName} ${lastName}`.trim();
  const who = [person, email].filter((part) => part !== '').join(' ');
  return [`${line}`, VERDICTS[verdict], reference, who, `${fault} ${remark}`.trim()]
    .filter((part) => part !== '')
    .join('\t');
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  } catch (error) {
    const missing = (error as { code?: unknown }).code === 'ENOENT';
    refuse(missing ? `${file} does not exist.` : unreadable(file, error).message);
  }
  return hash.digest('hex');
}
