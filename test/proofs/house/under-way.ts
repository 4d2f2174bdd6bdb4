import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../../../src/routes/paths.ts';
import { fillForm, Page } from '../../tools/page.ts';
import { createClient, type Person } from './client.ts';
import type { House } from './house.ts';

/** What stops the database from answering, and lets it answer again. */
export interface Silenced {
  begin(): void;
  end(): void;
}

/** How what was under way ended: milliseconds after the silence began, and what was wrong with it. */
export interface Cut {
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

/** An act on everyone of the largest organism, by an administrateur Ucanss, silenced while it writes. */
export async function cutBatch(
  house: House,
  national: Person,
  silence: Silenced,
  limit: number,
): Promise<Cut> {
  const client = createClient(house.portals[0]?.url ?? '');
  try {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const { path, form } = await prepareBatch(client, national);
      const answer = client.post(path, national, form, limit + MORE);
      if (!(await untilWriting(house, answer))) continue;
      silence.begin();
      const began = performance.now();
      const { status, error } = await answer;
      const after = performance.now() - began;
      silence.end();
      await untilReady(client);
      const told = status === 503 || status === 303;
      return { after, fault: told ? null : `answered ${status || error}` };
    }
    return { after: 0, fault: `never caught while it wrote, in ${TRIES} tries` };
  } finally {
    client.close();
  }
}

/** The confirmation as a browser would send it; grants and removals in turn, so that there is always much to do. */
async function prepareBatch(client: ReturnType<typeof createClient>, national: Person) {
  batches += 1;
  const granting = batches % 2 === 1;
  const query = { acte: granting ? 'activer' : 'supprimer', ayant: granting ? 'non' : 'oui' };
  const search = new URLSearchParams({ ...query, tout: 'oui', role: ROLE, perimetre: LARGEST });
  const asked = `${paths.accounts.selection}?${search}`;
  const { status, body } = await client.get(asked, national);
  const { action, fields } = fillForm(new Page(asked, status, {}, Buffer.from(body)), 'Confirmer', {
    motif: `Lot n° ${batches}`,
  });
  return { path: action, form: Object.fromEntries(fields) };
}

/** True once it has written its batch and goes on; false where it is over already. */
async function untilWriting({ db, portals }: House, answer: Promise<unknown>): Promise<boolean> {
  let over = false;
  void answer.then(() => {
    over = true;
  });
  while (!over) {
    const { rows } = await db.raw(
      `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE relation = 'batches'::regclass AND mode = 'RowExclusiveLock' AND application_name = ?`,
      [portals[0]?.name ?? ''],
    );
    if (rows.length > 0) return !over;
  }
  return false;
}

/** A file of everyone, silenced once its first rows have come: it is cut, as nobody may take it for whole. */
export async function cutExport(
  house: House,
  national: Person,
  silence: Silenced,
  limit: number,
): Promise<Cut> {
  const client = createClient(house.portals[0]?.url ?? '');
  const { began, ended, whole, status } = await new Promise<{
    began: number;
    ended: number;
    whole: boolean;
    status: number;
  }>((resolve) => {
    let began = Number.NaN;
    const call = get(
      `${client.url}${paths.entitlements.csv}`,
      { headers: { Cookie: national.cookie }, agent: false, signal: AbortSignal.timeout(2 * MORE + limit) },
      (answer) => {
        const conclude = () =>
          resolve({
            began,
            ended: performance.now(),
            whole: answer.complete,
            status: answer.statusCode ?? 0,
          });
        answer.once('data', () => {
          silence.begin();
          began = performance.now();
        });
        answer
          .on('error', () => {})
          .on('close', conclude)
          .resume();
      },
    );
    call.on('error', () => resolve({ began, ended: performance.now(), whole: false, status: 0 }));
  });
  silence.end();
  await untilReady(client);
  client.close();
  const fault = status !== 200 ? `answered ${status}` : whole ? 'was whole before anything was silent' : null;
  return { after: Number.isNaN(began) ? 0 : ended - began, fault };
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
