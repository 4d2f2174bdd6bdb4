import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { gauges } from '../../src/middlewares/gauges.ts';
import { createFailedMessage } from '../factories/messages.ts';
import { createAgent } from '../tools/agent.ts';
import { createTestClock } from '../tools/clock.ts';
import { createTestDatabase } from '../tools/database.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { isAsItWas } from '../tools/snapshot.ts';

const TOKEN = 'un-jeton-de-collecte';

/** What the portal offers to who collects: its figures, and the classes of those that have some. */
function offered(text: string): string[] {
  const classes = text.split('\n').flatMap((line) => {
    const [, name, most] = /^(portail_\w+)_bucket\{le="([^"]+)"/.exec(line) ?? [];
    return name ? [`${name} up to ${most}`] : [];
  });
  return [...text.split('\n').filter((line) => /^# \w+ portail_/.test(line)), ...new Set(classes)];
}

describe('/metrics', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal({ environment: { METRICS_TOKEN: TOKEN } });
  });
  after(() => portal.stop());

  test('counts requests by the pattern of their route and their status, and tells nobody’s address', async () => {
    const agent = createAgent(portal);
    await agent.get('/connexion?email=secret@test.fr');
    await agent.get('/nulle-part/secret');
    await agent.get('/assets/css/tokens.css');
    const { text, status } = await agent.get('/metrics');
    assert.equal(status, 200);
    assert.match(text, /portail_requests_total\{method="GET",route="\/connexion",status="200"\} 1/);
    assert.match(text, /portail_requests_total\{method="GET",route="other",status="404"\} 1/);
    assert.match(text, /portail_requests_total\{method="GET",route="\/assets",status="200"\} 1/);
    assert.match(text, /process_cpu_seconds_total/);
    assert.doesNotMatch(text, /secret/);
    agent.close();
  });

  test('counts statements of the database, sign-ins, acts and jobs; its figures and classes are those of the alerts', async (t) => {
    const agent = createAgent(portal);
    const figures = async () => (await agent.get('/metrics')).text;
    const figureOf = (text: string, series: string): number =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.slice(series.length + 1) ?? 0,
      );
    const before = await figures();
    await agent.signIn('tmantel@caf39.caf.fr');
    const wrong = { email: 'tmantel@caf39.caf.fr', password: 'une-autre-phrase-de-passe' };
    const other = createAgent(portal);
    await other.submit(await other.get('/connexion'), 'Se connecter', wrong);
    await other.submit(await other.get('/mot-de-passe/oubli'), 'Recevoir le lien', { email: wrong.email });
    other.close();
    const grown = (text: string, series: string) => figureOf(text, series) - figureOf(before, series);
    const after = await figures();
    assert.equal(grown(after, 'portail_sign_ins_total{outcome="succeeded"}'), 1);
    assert.equal(grown(after, 'portail_sign_ins_total{outcome="refused"}'), 1);
    assert.equal(grown(after, 'portail_events_total{action="sign_in.succeeded"}'), 1);
    assert.ok(grown(after, 'portail_database_query_duration_seconds_count') > 5);
    assert.match(after, /portail_database_connections\{state="free"\} \d/);
    const job = 'portail_job_duration_seconds_count{job="mail",outcome="done"}';
    // The message leaves in its own time: the file's own limit is the only one.
    while (grown(await figures(), job) < 1) await pause(50);
    isAsItWas(t, offered(await figures()));
    agent.close();
  });

  test('is for this machine alone: what a proxy forwards does not see it', async () => {
    const agent = createAgent(portal, { address: '203.0.113.7' });
    assert.equal((await agent.get('/metrics')).status, 404);
    const near = createAgent(portal);
    for (const name of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via'])
      assert.equal((await near.get('/metrics', { [name]: '' })).status, 404, name);
    assert.equal((await near.get('/metrics', { Host: 'ailleurs.exemple' })).status, 200, 'under any name');
    near.close();
    for (const wrong of ['Bearer', `Bearer ${TOKEN}x`, TOKEN, `Basic ${TOKEN}`])
      assert.equal((await agent.get('/metrics', { Authorization: wrong })).status, 404, wrong);
    assert.equal((await agent.get('/metrics', { Authorization: `Bearer ${TOKEN}` })).status, 200);
    agent.close();
  });
});

test('of this moment: whether jobs are done, by how much the clocks differ, which messages wait and for how long', async () => {
  const database = await createTestDatabase({ template: 'reference' });
  const registry = new Registry();
  const clock = createTestClock();
  const status = { alive: false, downSince: null };
  const look = gauges(registry, {
    ...{ db: database.db, clock, worker: { status: () => status } },
    clockWatch: { difference: () => -2.5, isWrong: () => false },
  });
  const told = async () => {
    await look();
    const figures = await registry.getMetricsAsJSON();
    return figures.slice(1).map(({ name, values }) => `${name} ${values.map(({ value }) => value)}`);
  };
  const figures = (alive: number, waiting: number, oldest: number) => [
    `portail_runner_alive ${alive}`,
    'portail_clock_difference_seconds -2.5',
    `portail_messages_waiting ${waiting}`,
    `portail_messages_oldest_seconds ${oldest}`,
  ];
  try {
    assert.deepEqual(await told(), figures(0, 0, 0));
    status.alive = true;
    for (const seconds of [30, 90])
      await createFailedMessage(database.db, {
        status: 'queued',
        created_at: new Date(clock.now().getTime() - seconds * 1_000),
      });
    assert.deepEqual(await told(), figures(1, 2, 90));
  } finally {
    await database.drop();
  }
});

test('behind a declared proxy /metrics is for nobody without its token, even from this machine', async () => {
  const environment = { METRICS_TOKEN: TOKEN, TRUST_PROXY: '1' };
  const portal = await startTestPortal({ template: 'reference', environment });
  const agent = createAgent(portal);
  try {
    assert.equal((await agent.get('/metrics')).status, 404);
    assert.equal((await agent.get('/metrics', { Authorization: `Bearer ${TOKEN}` })).status, 200);
  } finally {
    agent.close();
    await portal.stop();
  }
});
