import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bareEnvironment } from '../tools/process.ts';
import { files, textOf } from '../tools/sources.ts';

const root = join(import.meta.dirname, '../..');

/** Each npm script that runs a file of ours, by its name. */
const scripts = Object.entries(
  (JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }).scripts,
).flatMap(([name, line]) => {
  const file = /^node scripts\/require-node\.mjs (\S+\.ts)$/.exec(line)?.[1];
  return file === undefined ? [] : [{ name, file }];
});

interface Ended {
  code: number | string | undefined;
  out: string;
  err: string;
}

const run = (file: string, ...options: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...bareEnvironment(), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };
    execFile(process.execPath, [file, ...options], { cwd: root, env }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });

describe('every command', { concurrency: 4 }, () => {
  test('each file of src/cli that is a command has its npm script', () => {
    const commands = files('src/cli/*.ts').filter((file) => /\breadArguments\(\{/.test(textOf(file)));
    const named = new Set(scripts.map(({ file }) => file));
    assert.deepEqual(
      commands.filter((file) => !named.has(file)),
      [],
    );
  });

  for (const { name, file } of scripts) {
    test(`npm run ${name}: --help says its usage and its options, and does nothing`, async () => {
      const { code, out, err } = await run(file, '--help');
      assert.equal(code, 0, err);
      assert.match(out, new RegExp(`^Usage: npm (run )?${name}\\b`));
      assert.ok(out.trim().split('\n').length >= 2);
    });

    test(`npm run ${name}: an unknown option stops it with exit code 2, and what it has`, async () => {
      const { code, out, err } = await run(file, '--inconnue');
      assert.equal(code, 2);
      assert.match(err, /--inconnue/);
      assert.match(err, /\nUsage: npm /);
      assert.equal(out, '');
    });
  }

  test('populate has to be told how many accounts', async () => {
    const { code, err } = await run('src/cli/populate.ts');
    assert.equal(code, 2);
    assert.match(err, /^--accounts must be a whole number from/);
  });

  test('the demonstration is never reset in a database that DATABASE_URL names', async () => {
    const { code, err } = await run('src/cli/reset-demonstration.ts');
    assert.equal(code, 2);
    assert.match(err, /^The demonstration is in the embedded database/);
  });
});
