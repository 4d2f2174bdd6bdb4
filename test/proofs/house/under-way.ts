import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../../../src/paths.ts';
import { fillForm, Page } from '../../tools/page.ts';
import { createClient, type Person } from './client.ts';
import type { House } from './house.ts';

/** What stops the database from answering, and lets it answer again. */
interface Silenced {
  begin(): void;
  end(): void;
}

/** How what was under way ended: milliseconds after the silence began, and what was wrong with it. */
interface Cut {
  after: number;
  fault: string | null;
}

/** The largest organism of the population: hundreds of people. */
const LARGEST = 'CNAV';
const ROLE = 'energie-lecteur';
const TRIES = 5;
/** Milliseconds beyond the limit that are waited for, so that how late it is can be told. */
const MORE = 30_000;

let batches = 0;

/**
 * An act on everyone of the largest organism, and a file of the whole country, silenced while the act writes and the
 * file leaves: what becomes of each.
 */
export async function cutUnderWay(
  house: House,
  national: Person,
  silence: Silenced,
  limit: number,
): Promise<Record<'act' | 'file', Cut>> {
  const client = createClient(house.portals[0]?.url ?? '');
  try {
    const file = await openFile(client.url, national, limit + MORE);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const { path, form } = await prepareBatch(client, national);
      const answer = client.post(path, national, form, limit + MORE);
      if (!(await untilWriting(house, answer))) continue;
      silence.begin();
      const began = performance.now();
      const [act, end] = await Promise.all([timed(answer), timed(file.readOn())]);
      silence.end();
      await untilReady(client);
      const told = act.value.status === 503 || act.value.status === 303;
      return {
        act: {
          after: act.at - began,
          fault: told ? null : `answered ${act.value.status || act.value.error}`,
        },
        file: { after: end.at - began, fault: end.value },
      };
    }
    throw new Error(`no act on many people was caught while it wrote, in ${TRIES} tries`);
  } finally {
    client.close();
  }
}

const timed = async <T>(answer: Promise<T>) => ({ value: await answer, at: performance.now() });

/** The confirmation as a browser would send it; grants and removals in turn, so that there is always much to do. */
async function prepareBatch(client: ReturnType<typeof createClient>, national: Person) {
  batches += 1;
  const granting = batches % 2 === 1;
  const open = async (path: string) => {
    const { status, body } = await client.get(path, national);
    return new Page(path, status, {}, Buffer.from(body));
  };
  const query = { role: ROLE, perimetre: LARGEST, ayant: granting ? 'non' : 'oui' };
  const list = await open(`${paths.accounts.index}?${new URLSearchParams(query)}`);
  const act = granting ? 'Activer des droits pour la sélection' : 'Supprimer des droits de la sélection';
  const selected = fillForm(list, act, { tout: 'oui' });
  const made = await client.post(selected.action, national, Object.fromEntries(selected.fields));
  const draft = await open(made.location);
  const { action, fields } = fillForm(draft, 'Confirmer', { motif: `Lot n° ${batches}` });
  return { path: action, form: Object.fromEntries(fields) };
}

/** True once it has begun to write and goes on; false where it is over already. */
async function untilWriting({ db, portals }: House, answer: Promise<unknown>): Promise<boolean> {
  let over = false;
  void answer.then(() => {
    over = true;
  });
  while (!over) {
    const { rows } = await db.raw(
      `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE relation = 'assignments'::regclass AND mode = 'RowExclusiveLock' AND application_name = ?`,
      [portals[0]?.name ?? ''],
    );
    if (rows.length > 0) return !over;
  }
  return false;
}

/** A file of everyone whose first rows have come; `readOn` takes the others, and tells what is wrong with its end. */
async function openFile(url: string, person: Person, patience: number) {
  const call = get(`${url}${paths.entitlements.index}.csv`, {
    headers: { Cookie: person.cookie },
    agent: false,
    signal: AbortSignal.timeout(patience),
  });
  call.on('error', () => {});
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`the file answered ${answer.statusCode}`);
  const closed = new Promise<void>((resolve) => answer.on('error', () => {}).once('close', () => resolve()));
  await once(answer, 'readable');
  return {
    async readOn(): Promise<string | null> {
      answer.resume();
      await closed;
      // Nobody may take half a file for the whole.
      return answer.complete ? 'it was whole before anything was silent' : null;
    },
  };
}

async function untilReady(client: ReturnType<typeof createClient>): Promise<void> {
  for (let rank = 0; rank < 200 && (await client.get(paths.ready)).status !== 200; rank += 1)
    await sleep(100);
}

/** Batches that are neither done whole nor not at all. */
export async function batchFaults({ db }: House): Promise<string[]> {
  const { rows } = await db.raw(`
    SELECT id, changed + requested + skipped AS people, changed,
      (SELECT count(*)::int FROM batch_lines WHERE batch_id = batches.id) AS lines,
      (SELECT count(*)::int FROM audit_events WHERE batch_id = batches.id) AS events,
      CASE kind WHEN 'grant' THEN changed ELSE 0 END AS due,
      (SELECT count(*)::int FROM messages WHERE data->>'reason' = batches.reason) AS messages
    FROM batches
  `);
  return (rows as Record<'id' | 'people' | 'changed' | 'lines' | 'events' | 'due' | 'messages', number>[])
    .filter(
      ({ people, changed, lines, events, due, messages }) =>
        people !== lines || changed !== events || due !== messages,
    )
    .map((batch) => `half a batch: ${JSON.stringify(batch)}`);
}
