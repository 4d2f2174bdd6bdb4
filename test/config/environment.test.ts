import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EnvironmentError, readEnvironment } from '../../src/config/environment.ts';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://portail@db/portail',
  SESSION_SECRET: 'a'.repeat(32),
  FACTOR_KEY: 'b'.repeat(32),
  SMTP_URL: 'smtp://mail.interne',
  BASE_URL: 'https://portail.exemple.fr/',
};

/** The faults of an environment; none is a failure of the test. */
function faultsOf(source: Record<string, string>): readonly string[] {
  try {
    readEnvironment(source);
  } catch (error) {
    assert.ok(error instanceof EnvironmentError);
    return error.faults;
  }
  return assert.fail('the environment was accepted');
}

describe('readEnvironment', () => {
  test('an empty environment has every default of the documentation', () => {
    assert.deepEqual(readEnvironment({}), {
      production: false,
      port: 3000,
      workerPort: null,
      host: '127.0.0.1',
      baseUrl: 'http://localhost:3000',
      databaseUrl: null,
      databaseOwnerUrl: null,
      dataDirectory: 'var',
      smtpUrl: null,
      mailFrom: 'Espace Organismes <habilitations@ucanss.fr>',
      breachedPasswordsFile: null,
      securityContact: null,
      accessibility: 'non',
      sessionSecret: null,
      sessionIdle: 30 * 60_000,
      sessionAbsolute: 12 * 3_600_000,
      secondFactor: { of: 'off', graceDays: 14 },
      factorKey: null,
      formerFactorKey: null,
      metricsToken: null,
      trustProxy: 0,
      logLevel: 'info',
    });
  });

  test('a secret is read from the file that NAME_FILE names, without the end of its line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'portail-secrets-'));
    try {
      const file = join(folder, 'secret');
      writeFileSync(file, `${'s'.repeat(40)}\n`);
      assert.equal(readEnvironment({ SESSION_SECRET_FILE: file }).sessionSecret, 's'.repeat(40));
      assert.deepEqual(faultsOf({ SESSION_SECRET_FILE: join(folder, 'none') }), [
        `SESSION_SECRET_FILE: ${join(folder, 'none')} cannot be read`,
      ]);
      assert.deepEqual(faultsOf({ SESSION_SECRET_FILE: file, SESSION_SECRET: 'a'.repeat(32) }), [
        'SESSION_SECRET_FILE: SESSION_SECRET is set too',
      ]);
      writeFileSync(file, 'short');
      assert.match(
        faultsOf({ SESSION_SECRET_FILE: file }).join(),
        /^SESSION_SECRET: must have 32 characters/,
      );
      // Or the portal would start on the embedded database.
      writeFileSync(file, '\n');
      assert.deepEqual(faultsOf({ DATABASE_URL_FILE: file }), [`DATABASE_URL_FILE: ${file} is empty`]);
      const url = { ...PRODUCTION, DATABASE_URL: '', DATABASE_URL_FILE: file };
      writeFileSync(file, PRODUCTION.DATABASE_URL);
      assert.equal(readEnvironment(url).databaseUrl, PRODUCTION.DATABASE_URL);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a list of breached passwords begins with a hash and its count, or is a fault', () => {
    const folder = mkdtempSync(join(tmpdir(), 'portail-breached-'));
    try {
      const file = join(folder, 'list.txt');
      const faults = () => faultsOf({ BREACHED_PASSWORDS_FILE: file });
      const told = (fault: string) => [`BREACHED_PASSWORDS_FILE: ${file} ${fault}`];
      assert.deepEqual(faults(), told('cannot be read'));
      const line = `${'0123456789ABCDEF'.repeat(3).slice(0, 40)}:12`;
      for (const text of [line, `${line}\r\n${line}`, `${line.toLowerCase()}\n`]) {
        writeFileSync(file, text);
        assert.equal(readEnvironment({ BREACHED_PASSWORDS_FILE: file }).breachedPasswordsFile, file);
      }
      writeFileSync(file, '');
      assert.deepEqual(faults(), told('is empty'));
      // Passwords themselves, hashes of NTLM or without counts, those of one range as the service gives them, a mark.
      for (const text of [
        'azerty\n',
        line.slice(8),
        line.slice(0, 40),
        `${line.slice(5)}\r\n`,
        `\ufeff${line}`,
      ]) {
        writeFileSync(file, text);
        assert.deepEqual(
          faults(),
          told('does not begin with a line HASH:COUNT, the hash being 40 hexadecimal digits'),
        );
      }
      assert.deepEqual(faultsOf({ BREACHED_PASSWORDS_FILE: folder }), [
        `BREACHED_PASSWORDS_FILE: ${folder} is not a file`,
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('an empty variable counts as absent', () => {
    assert.deepEqual(
      readEnvironment({ PORT: '', DATABASE_URL: '', SESSION_SECRET: '' }),
      readEnvironment({}),
    );
  });

  test('the address follows the port, and loses its last slash', () => {
    assert.equal(readEnvironment({ PORT: '8080' }).baseUrl, 'http://localhost:8080');
    assert.equal(
      readEnvironment({ BASE_URL: 'https://portail.exemple.fr//' }).baseUrl,
      'https://portail.exemple.fr',
    );
  });

  test('durations are given in minutes and hours, and kept in milliseconds', () => {
    const { sessionIdle, sessionAbsolute } = readEnvironment({
      SESSION_IDLE_MINUTES: '5',
      SESSION_ABSOLUTE_HOURS: '2',
    });
    assert.deepEqual([sessionIdle, sessionAbsolute], [300_000, 7_200_000]);
  });

  test('a complete production is accepted', () => {
    const { production, baseUrl } = readEnvironment(PRODUCTION);
    assert.deepEqual([production, baseUrl], [true, 'https://portail.exemple.fr']);
  });

  for (const name of ['DATABASE_URL', 'SESSION_SECRET', 'SMTP_URL', 'BASE_URL']) {
    test(`production without ${name} does not start`, () => {
      assert.deepEqual(faultsOf({ ...PRODUCTION, [name]: '' }), [
        `${name}: is required when NODE_ENV is production`,
      ]);
    });
  }

  test('production keeps second factors with a key of its own, unless none is asked', () => {
    const { secondFactor } = readEnvironment(PRODUCTION);
    assert.deepEqual(secondFactor, { of: 'administrators', graceDays: 14 });
    assert.deepEqual(faultsOf({ ...PRODUCTION, FACTOR_KEY: '' }), [
      'FACTOR_KEY: is required when NODE_ENV is production, unless SECOND_FACTOR is off',
    ]);
    const without = readEnvironment({ ...PRODUCTION, FACTOR_KEY: '', SECOND_FACTOR: 'off' });
    assert.equal(without.secondFactor.of, 'off');
    assert.deepEqual(faultsOf({ FACTOR_KEY_PREVIOUS: 'c'.repeat(32) }), [
      'FACTOR_KEY_PREVIOUS: goes with FACTOR_KEY',
    ]);
  });

  test('every missing variable of production has its line', () => {
    assert.equal(faultsOf({ NODE_ENV: 'production' }).length, 5);
    assert.equal(faultsOf({ NODE_ENV: 'production', PORT: 'x' }).length, 6, 'beside the wrong ones');
  });

  const WRONG: readonly [name: string, value: string][] = [
    ['NODE_ENV', 'prod'],
    ['PORT', 'abc'],
    ['PORT', '-1'],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['BASE_URL', 'portail.exemple.fr'],
    ['BASE_URL', 'ftp://portail.exemple.fr'],
    ['BASE_URL', 'javascript:alert(1)'],
    ['DATABASE_URL', 'mysql://db/portail'],
    ['DATABASE_URL', 'portail'],
    ['DATABASE_OWNER_URL', 'http://db'],
    ['SMTP_URL', 'mail.interne'],
    ['MAIL_FROM', 'a@b.fr\r\nBcc: c@d.fr'],
    ['MAIL_FROM', 'x'],
    ['SESSION_SECRET', 'a'.repeat(31)],
    ['SESSION_IDLE_MINUTES', '0'],
    ['SESSION_IDLE_MINUTES', '1441'],
    ['SESSION_ABSOLUTE_HOURS', '169'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '11'],
    ['LOG_LEVEL', 'verbose'],
  ];
  for (const [name, value] of WRONG) {
    test(`${name}=${JSON.stringify(value).slice(0, 40)} is one fault, which names it`, () => {
      const faults = faultsOf({ [name]: value });
      assert.equal(faults.length, 1);
      assert.match(faults[0] ?? '', new RegExp(`^${name}: must|^${name}: Invalid`));
      assert.doesNotMatch(faults[0] ?? '', /\n/);
    });
  }

  test('several wrong values give a line each', () => {
    const faults = faultsOf({ PORT: 'x', LOG_LEVEL: 'x', TRUST_PROXY: 'x' });
    assert.deepEqual(
      faults.map((fault) => fault.split(':')[0]),
      ['PORT', 'TRUST_PROXY', 'LOG_LEVEL'],
    );
  });

  test('an owner of no database is a fault: everything would be done in the embedded one', () => {
    const url = PRODUCTION.DATABASE_URL;
    assert.deepEqual(faultsOf({ DATABASE_OWNER_URL: url }), ['DATABASE_OWNER_URL: goes with DATABASE_URL']);
    assert.equal(readEnvironment({ DATABASE_URL: url, DATABASE_OWNER_URL: url }).databaseOwnerUrl, url);
  });

  test('a fault never repeats the value, which may be a secret', () => {
    const secret = 'phrase-secrete-courte';
    assert.ok(!faultsOf({ SESSION_SECRET: secret, DATABASE_URL: secret }).join('\n').includes(secret));
  });
});
