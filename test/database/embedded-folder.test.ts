import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { EmbeddedServerError } from '../../src/database/embedded/binaries.ts';
import { copyPackageWithoutLinks, createWorkbench, query, starterCode } from './embedded-workbench.ts';

const root = process.getuid?.() === 0;
const posix = process.platform !== 'win32';
const linux = process.platform === 'linux';
const { base, clear, clusterFile, home, start } = createWorkbench();
after(clear);

describe('embedded PostgreSQL: programs and folders', { skip: !posix }, () => {
  // As `npm ci --ignore-scripts` leaves it; the first test cannot repair it, the second one does.
  const binaries = join(base, 'package');
  before(() => linux && copyPackageWithoutLinks(binaries));

  it('copies programs that can be neither read nor repaired in place', { skip: !linux }, async () => {
    chmodSync(join(binaries, 'native/lib'), 0o555);
    if (root) chmodSync(binaries, 0o700);
    mkdirSync(join(home('copy'), 'binaries-17.0.0'), { recursive: true });
    for (const _ of ['first', 'next']) {
      const server = await start('copy', { binaries });
      await server.stop();
    }
    const { version } = JSON.parse(readFileSync(join(binaries, 'package.json'), 'utf8'));
    assert.deepEqual(readdirSync(home('copy')).sort(), [`binaries-${version}`, 'cluster']);
    chmodSync(join(binaries, 'native/lib'), 0o755);
    chmodSync(binaries, 0o755);
  });

  it('makes again the library links that --ignore-scripts skips', { skip: !linux }, async () => {
    const server = await start('copy', { binaries });
    await server.stop();
    assert.ok(lstatSync(join(binaries, 'native/lib/libicuuc.so.60')).isSymbolicLink());
  });

  it('as root, keeps its data elsewhere when the folder is closed, and finds it again', {
    skip: !root,
  }, async () => {
    mkdirSync(join(base, 'closed'), { mode: 0o700 });
    const server = await start('closed');
    await query(server.url, 'create table kept as select 42 as answer');
    await server.stop();
    const elsewhere = realpathSync(home('closed'));
    assert.match(elsewhere, /^\/var\/(lib|tmp)\/portail-postgresql-/);
    const again = await start('closed');
    assert.deepEqual(await query(again.url, 'select answer from kept'), [{ answer: 42 }]);
    await again.stop();
    rmSync(elsewhere, { recursive: true });
    unlinkSync(home('closed'));
  });
});

describe('embedded PostgreSQL: refusals in one sentence', () => {
  const pointsToWayOut = (pattern: RegExp) => (error: unknown) => {
    assert.ok(error instanceof EmbeddedServerError);
    assert.match(error.message, pattern);
    assert.match(
      error.message,
      /^The embedded PostgreSQL cannot run: [^\n]+; set DATABASE_URL to use another server\.$/,
    );
    return true;
  };

  it('says that its programs do not run', { skip: !posix }, async () => {
    const binaries = join(base, 'broken', 'package');
    mkdirSync(join(binaries, 'native', 'bin'), { recursive: true });
    writeFileSync(join(binaries, 'package.json'), '{"version":"1.0.0"}');
    writeFileSync(join(binaries, 'native', 'pg-symlinks.json'), '[]');
    writeFileSync(join(binaries, 'native', 'bin', 'postgres'), 'not a program');
    await assert.rejects(start('broken', { binaries }), pointsToWayOut(/do not run on this machine \(.+\)/));
  });

  it('says that a setting stopped it, in the words of its log', async () => {
    const wrong = { fsync: 'off', shared_buffers: 'many' };
    await assert.rejects(start('copy', { settings: wrong }), pointsToWayOut(/FATAL: .*shared_buffers/));
  });

  it('says that the password file is damaged', async () => {
    const file = clusterFile('copy', 'connection.json');
    const content = readFileSync(file, 'utf8');
    writeFileSync(file, '');
    await assert.rejects(start('copy'), pointsToWayOut(/connection\.json cannot be read/));
    writeFileSync(file, content);
  });

  it('says that the user has no entry in /etc/passwd', { skip: !root }, async () => {
    const dataDirectory = join(base, 'stranger');
    mkdirSync(dataDirectory, { mode: 0o777 });
    chmodSync(dataDirectory, 0o777);
    const options = { dataDirectory, binaries: join(base, 'package') };
    const code = starterCode(options, 'process.setgroups([]); process.setgid(54321); process.setuid(54321);');
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: '/' });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    await once(child, 'close');
    assert.match(output, /user id 54321 has no entry in \/etc\/passwd.*DATABASE_URL/);
  });
});
