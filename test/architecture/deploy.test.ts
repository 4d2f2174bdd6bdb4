import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisedConnections } from '../proofs/house/connections.ts';
import { readAsSystemd } from '../proofs/operating/settings.ts';
import { files, root, textOf } from '../tools/sources.ts';

const UNITS = files('deploy/systemd/*.service');
const CLOSED = '# Closed to all but what it needs.';

/** The values of a setting in a unit. */
const valuesOf = (unit: string, setting: string) =>
  [...textOf(unit).matchAll(new RegExp(`^${setting}=(.*)$`, 'gm'))].map(([, value = '']) => value);

describe('deploy/systemd', () => {
  test('every unit is closed in the same way, which lets V8 compile', () => {
    assert.equal(UNITS.length, 4);
    const ways = UNITS.map((unit) => textOf(unit).split(CLOSED)[1]?.split('\n[Install]')[0]?.trim());
    assert.equal(new Set(ways).size, 1);
    assert.match(ways[0] ?? '', /^NoNewPrivileges=yes$/m);
    assert.match(ways[0] ?? '', /^ProtectSystem=strict$/m);
    for (const unit of UNITS) {
      assert.deepEqual(valuesOf(unit, 'MemoryDenyWriteExecute'), [], unit);
      assert.deepEqual(valuesOf(unit, 'User'), ['portail'], unit);
      assert.equal(valuesOf(unit, 'MemoryMax').length, 1, unit);
    }
  });

  test('what serves is left the time to end, and started again but for wrong settings', () => {
    for (const unit of ['deploy/systemd/portail@.service', 'deploy/systemd/portail-worker.service']) {
      assert.deepEqual(valuesOf(unit, 'TimeoutStopSec'), ['40'], unit);
      assert.deepEqual(valuesOf(unit, 'Restart'), ['on-failure'], unit);
      assert.deepEqual(valuesOf(unit, 'RestartPreventExitStatus'), ['2'], unit);
    }
  });

  test('what is written outside the state stands in a folder that the unit opens', () => {
    for (const unit of UNITS) {
      const writes = valuesOf(unit, 'ExecStart').some((line) => line.includes('/safe/'));
      assert.deepEqual(valuesOf(unit, 'ReadWritePaths'), writes ? ['/safe'] : [], unit);
    }
  });
});

test('the examples of settings hold variables that are read, each quoted as both readers want it', () => {
  const read = new Set(
    textOf('src/config/environment.ts')
      .match(/^ {2}[A-Z][A-Z_]+(?=: )/gm)
      ?.map((name) => name.trim()),
  );
  const portal = readAsSystemd(join(root, 'deploy/portail.env.example'));
  assert.deepEqual(
    Object.keys(portal).filter((name) => !read.has(name)),
    [],
  );
  // The units give each its own; the owner's stands in a file of its own.
  for (const name of ['PORT', 'WORKER_PORT', 'DATABASE_OWNER_URL']) assert.ok(!(name in portal), name);
  assert.equal(portal.MAIL_FROM, 'Espace Organismes <habilitations@ucanss.fr>');
  assert.ok('DATABASE_OWNER_URL' in readAsSystemd(join(root, 'deploy/portail-owner.env.example')));
});

test('there is room for the connections of two portals, a worker, a command and a migration', () => {
  const script = textOf('scripts/create-roles.sh');
  const limitOf = (role: string) =>
    Number(new RegExp(`^ALTER ROLE ${role} LOGIN CONNECTION LIMIT (\\d+)`, 'm').exec(script)?.[1]);
  const most = Number(/^max_connections = (\d+)$/m.exec(textOf('deploy/postgresql.conf'))?.[1]);
  const command = 10;
  const needed = 2 * promisedConnections('portal') + promisedConnections('worker') + command;
  assert.ok(limitOf('portail') >= needed, `${limitOf('portail')} < ${needed}`);
  const reserved = 3;
  assert.ok(most >= limitOf('portail') + limitOf('portail_owner') + reserved, `${most}`);
});

test('nginx leads to the two portals that docs/operating.md starts', () => {
  const started = /systemctl enable --now (.*)$/m.exec(textOf('docs/operating.md'))?.[1] ?? '';
  const ports = [...started.matchAll(/portail@(\d+)/g)].map(([, port]) => port);
  const led = [...textOf('deploy/nginx/portail.conf').matchAll(/server 127\.0\.0\.1:(\d+)/g)].map(
    ([, port]) => port,
  );
  assert.equal(ports.length, 2);
  assert.deepEqual(led, ports);
});

test('nginx listens by both families of addresses', () => {
  const listened = [...textOf('deploy/nginx/portail.conf').matchAll(/^ *listen (.*);$/gm)].map(
    ([, place = '']) => place,
  );
  const without = listened.filter((place) => !place.startsWith('[::]:'));
  assert.ok(without.length > 0);
  for (const place of without) assert.ok(listened.includes(`[::]:${place}`), place);
});

test('by cron as by systemd, backups are removed only after one that is whole, and drafts with them', () => {
  const removals = ['deploy/portail.cron', 'deploy/systemd/portail-backup.service'].flatMap((file) =>
    textOf(file)
      .split('\n')
      .filter((line) => line.includes('-delete')),
  );
  const [cron = '', unit = '', ...others] = removals;
  assert.deepEqual(others, []);
  assert.match(cron, /npm run -s backup -- .* && find /);
  assert.match(unit, /^ExecStartPost=find /);
  const asked = removals.map((line) => line.replaceAll('\\', '').match(/find \/safe .* -delete/)?.[0]);
  assert.equal(asked[0], asked[1]);
  assert.match(asked[0] ?? '', /'portail-\*\.backup\.\*\.new'/);
});
