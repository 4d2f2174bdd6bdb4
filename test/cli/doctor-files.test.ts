import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { dataFindings, listFindings, secretFindings } from '../../src/cli/doctor-files.ts';
import { keptFindings } from '../../src/cli/doctor-kept.ts';
import { auditKey } from '../../src/config/audit-key.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { root } from '../tools/sources.ts';

const isRoot = process.getuid?.() === 0;
/** Whose files are not ours where the tests run as root. */
const STRANGER = 65_534;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'portail-doctor-files-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));
let number = 0;
let data: string;
beforeEach(() => {
  number += 1;
  data = join(folder, `data-${number}`);
  mkdirSync(data, { mode: 0o700 });
});

const settings = (dataDirectory: string, production = false) => ({
  ...readEnvironment({ DATA_DIR: dataDirectory, SESSION_SECRET: 'x'.repeat(32) }),
  production,
});

/** « LEVEL what is told → what to do », a line each. */
const told = (findings: ReturnType<typeof dataFindings>) =>
  findings.map(({ level, told: sentence, remedy = '' }) => `${level} ${sentence} → ${remedy}`).join('\n');

/** What somebody sees whose files these are not, where the tests run as root; elsewhere what their own user sees. */
function asStranger(name: string, environment: object): ReturnType<typeof dataFindings> {
  chmodSync(folder, 0o755);
  // The sources are read first: they may be root’s alone.
  const become = `process.setgroups([]); process.setgid(${STRANGER}); process.setuid(${STRANGER});`;
  const script = `import * as files from './src/cli/doctor-files.ts'; ${isRoot ? become : ''}
    console.log(JSON.stringify(files.${name}(${JSON.stringify(environment)}, new Map())))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    ...{ cwd: root, encoding: 'utf8', env: {} },
  });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}

describe('DATA_DIR', () => {
  test('there, to be made, or not there in production, where it may be mistyped', () => {
    assert.match(told(dataFindings(settings(data, true))), /^OK .* can be written/);
    assert.match(told(dataFindings(settings(join(data, 'a/b')))), /^OK .* is made when it is needed/);
    const mistyped = told(dataFindings(settings(join(data, 'a/b'), true)));
    assert.match(
      mistyped,
      /^WARN .*a\/b is not there: .* → correct DATA_DIR .*install -d -o \S+ -m 700 \S+a\/b/,
    );
  });

  test('a file, or under a file', () => {
    writeFileSync(join(data, 'file'), '');
    assert.match(told(dataFindings(settings(join(data, 'file')))), /^FAIL .*file is not a folder/);
    assert.match(told(dataFindings(settings(join(data, 'file/b')))), /^FAIL .*file is not a folder/);
  });

  test('a folder that its user cannot write, and one that cannot be made there', () => {
    chmodSync(data, 0o500);
    const at = (place: string) => told(asStranger('dataFindings', settings(place, true)));
    assert.match(at(data), /^FAIL .* cannot be written \(EACCES\) → as root: install -d -o \S+ -m 700 /);
    chmodSync(data, 0o555);
    assert.match(
      at(join(data, 'a/b')),
      /^FAIL .*a\/b is not there, and cannot be made in .* \(EACCES\) → as root: install -d -o /,
    );
  });
});

describe('the files of secrets', () => {
  const none = new Map<string, string>();

  test('a key that cannot be read is not one that was lost: it says whose it is, and whose it should be', () => {
    auditKey({ dataDirectory: data });
    chmodSync(data, 0o755);
    // Where these are not root’s, their own user’s.
    chmodSync(join(data, 'audit-key.pem'), isRoot ? 0o600 : 0);
    assert.match(
      told(asStranger('secretFindings', settings(data))),
      /^FAIL cannot be read \(EACCES\): it belongs to \S+ → as root: chown \S+ \S+audit-key\.pem; chmod 600 /,
    );
  });

  test('a key whose owner is not that of its folder', () => {
    auditKey({ dataDirectory: data });
    const seen = () => told(secretFindings(settings(data), none));
    assert.match(seen(), /^OK mode 600/);
    // Only root gives a folder away.
    if (!isRoot) return;
    chownSync(data, STRANGER, STRANGER);
    assert.match(seen(), /^FAIL it belongs to root, and DATA_DIR to 65534 → as root: chown 65534 /);
  });

  test('a key that is no key is to be put back', () => {
    writeFileSync(join(data, 'audit-key.pem'), 'x', { mode: 0o600 });
    assert.match(told(secretFindings(settings(data), none)), /^FAIL .*Ed25519.* → put back the file/);
  });

  /** What is said of a secret in a folder of its own. */
  function ofMode(mode: number, inFolder = 0o755): string {
    const file = join(data, 'secret');
    writeFileSync(file, 'x');
    chmodSync(file, mode);
    chmodSync(data, inFolder);
    chmodSync(folder, 0o755);
    const findings = secretFindings(settings(data), new Map([['SMTP_URL', file]]));
    assert.equal(findings.at(-1)?.subject, 'secret SMTP_URL_FILE');
    return told(findings.slice(-1));
  }

  test('NAME_FILE: open to others fails, but in a folder that is closed to them', () => {
    assert.match(ofMode(0o600), /^OK /);
    assert.match(ofMode(0o640), /^OK /);
    assert.match(ofMode(0o644), /^FAIL .*mode 644: others may read it → chmod 640 /);
    assert.match(ofMode(0o666), /^FAIL .*mode 666: others may change it → chmod 640 /);
    assert.match(ofMode(0o660), /^FAIL .*mode 660: others may change it/);
    assert.match(ofMode(0o444, 0o700), /^OK .*in a folder that is closed to others/);
  });
});

test('the list of breached passwords: its age, and nothing where there is none', () => {
  const list = join(data, 'list.txt');
  writeFileSync(list, '');
  // A hole: it takes no room.
  truncateSync(list, 41.2e9);
  utimesSync(list, new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z'));
  const seen = (day: string, file: string | null = list) =>
    told(listFindings({ ...settings(data), breachedPasswordsFile: file }, new Date(day)));
  assert.match(seen('2027-02-01'), /^OK .*list\.txt, 41\.2 GB, 396 days old/);
  assert.match(seen('2027-02-10'), /^WARN .* 405 days old → download it anew, then start the portals again/);
  assert.equal(seen('2027-02-10', null), '');
});

describe('what each night makes', () => {
  const now = new Date('2026-11-29T12:00:00Z');
  const place = (name: string) => join(data, name);
  const make = (name: string, hours: number, text = 'x') => {
    writeFileSync(place(name), text);
    const at = new Date(now.getTime() - hours * 3_600_000);
    utimesSync(place(name), at, at);
  };
  const backup = (where?: string) =>
    told(keptFindings({ checkpoint: undefined, backup: where }, now).slice(1));
  const checkpoint = (where: string) =>
    told(keptFindings({ checkpoint: where, backup: undefined }, now).slice(0, 1));

  test('the backup: the file, or the newest of a folder, and what is no backup does not count', () => {
    make('portail-2026-11-28.backup', 34);
    make('portail-2026-11-29.backup', 10);
    make('portail-2026-11-30.backup.77.new', 1);
    make('portail.dump', 1);
    assert.match(backup(data), /^OK .*portail-2026-11-29\.backup, 0\.0 MB, 10 hours old/);
    assert.match(backup(place('portail-2026-11-28.backup')), /^OK .* 34 hours old/);
    assert.match(backup(), /^OK not looked at: --backup/);
  });

  test('the backup: too old, empty, or none', () => {
    assert.match(backup(data), /^WARN .* holds no portail-\*\.backup → look at what runs/);
    assert.match(backup(place('none')), /^WARN .* does not exist → look at what runs/);
    make('portail-2026-11-27.backup', 37);
    assert.match(backup(data), /^WARN .* 37 hours old → look at what runs/);
    make('portail-2026-11-28.backup', 1, '');
    assert.match(backup(data), /^FAIL .* is empty/);
  });

  test('the checkpoint: a folder or something else is a line among the others', () => {
    assert.match(checkpoint(data), /^FAIL .* cannot be read: it is a folder/);
    make('other', 1);
    assert.match(checkpoint(place('other')), /^FAIL .* is not a checkpoint of the trail → /);
    assert.match(checkpoint(place('none')), /^FAIL .* does not exist → look at what runs/);
  });
});
