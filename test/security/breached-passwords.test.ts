import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, mock, test } from 'node:test';
import fc from 'fast-check';
import { onMeasure } from '../../src/database/measures.ts';
import { type BreachedPasswords, breachedPasswords } from '../../src/security/breached-passwords.ts';
import { judgePassword } from '../../src/security/password-strength.ts';
import { sha1, writeList } from '../tools/breached-list.ts';
import { runs } from '../tools/sample.ts';

const PASSWORD = 'trois cerises bleues volent';
const REFUSED = {
  accepted: false,
  message: 'Ce mot de passe figure dans des fuites de données publiées\u00a0: choisissez-en un autre.',
};
const FAULT = 'a password was judged without BREACHED_PASSWORDS_FILE: ';

let folder: string;
let file: string;
/** What every handle of a file has: the reads are counted there, and fail. */
let handles: FileHandle;
const faults: string[] = [];
const opened: BreachedPasswords[] = [];

onMeasure((taken) => {
  if (taken.kind === 'fault') faults.push(taken.fault);
});

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portail-breached-'));
  const one = await open(folder);
  handles = Object.getPrototypeOf(one);
  await one.close();
});
let number = 0;
beforeEach(() => {
  number += 1;
  file = join(folder, `${number}.txt`);
  faults.length = 0;
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  mock.restoreAll();
});
after(() => rmSync(folder, { recursive: true }));

function listed(): BreachedPasswords {
  const list = breachedPasswords(file);
  opened.push(list);
  return list;
}

const passwords = (count: number, of = 'passe') => Array.from({ length: count }, (_, at) => `${of} ${at}`);

describe('a list of breached passwords', () => {
  const style = fc.record({
    end: fc.constantFrom('\n', '\r\n'),
    lower: fc.boolean(),
    // No end of a line, or a line that the end of a download cut, with its digits or without its colon.
    last: fc.constantFrom(undefined, '', '\r\nFFFFFFFF', `\n${'F'.repeat(40)}`),
  });
  // One line, one read, several; from ninety lines on the ends of what is read fall anywhere.
  const count = fc.oneof(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 4, max: 400 }),
    fc.constant(3_000),
  );

  test('what it holds is found, from the first line to the last, and nothing else is', async () => {
    const property = fc.asyncProperty(style, count, fc.nat(), async ({ last, ...others }, size, salt) => {
      const written = passwords(size, `écrit ${salt}`);
      writeList(file, written.map(sha1), last === undefined ? others : { last, ...others });
      const breached = listed();
      const ends = written.toSorted((one, other) => (sha1(one) < sha1(other) ? -1 : 1));
      const looked = [...ends.slice(0, 2), ...ends.slice(-2), ...written.slice(0, 150)];
      for (const password of looked) assert.equal(await breached.has(password), true, password);
      for (const password of passwords(50, `autre ${salt}`))
        assert.equal(await breached.has(password), false);
    });
    await fc.assert(property, runs(20, 1_000));
    assert.deepEqual(faults, []);
  });

  test('where nearly all stand just after the one that is looked for, what is left is halved', async () => {
    const alike = passwords(20_000).map((other) => `${sha1(PASSWORD).slice(0, 13)}F${sha1(other).slice(14)}`);
    const breached = listed();
    const read = mock.method(handles, 'read');
    for (const stands of [true, false]) {
      writeList(file, stands ? [...alike, sha1(PASSWORD)] : alike);
      read.mock.resetCalls();
      assert.equal(await breached.has(PASSWORD), stands);
      assert.ok(read.mock.callCount() <= 20, `${read.mock.callCount()} reads`);
    }
  });

  test('300,000 lines: twenty reads at most, of 4 kB at most', async () => {
    const written = passwords(300_000);
    writeList(file, written.map(sha1));
    const breached = listed();
    const read = mock.method(handles, 'read');
    for (const password of [...written.filter((_, at) => at % 3_000 === 0), ...passwords(100, 'autre')]) {
      read.mock.resetCalls();
      assert.equal(await breached.has(password), password.startsWith('passe'));
      assert.ok(read.mock.callCount() <= 20, `${read.mock.callCount()} reads`);
      for (const { arguments: words } of read.mock.calls)
        assert.ok(((words as unknown[])[2] as number) <= 4_096);
    }
  });

  test('a billion lines: as few, and the file is opened once', async () => {
    const LINES = 1_000_000_000;
    const WIDTH = 45;
    // Even, but for what chance does to so many.
    const hashAt = (line: number) => {
      const moved = line + 20_000 * Math.sin((line / LINES) * 20);
      const share = Math.min(Math.max(moved / LINES, 0), 1 - Number.EPSILON);
      return Math.floor(share * 16 ** 13)
        .toString(16)
        .padStart(13, '0')
        .padEnd(40, '0')
        .toUpperCase();
    };
    const textOf = (line: number) => `${hashAt(line)}:12\r\n`;
    writeList(file, [sha1(PASSWORD)]);
    mock.method(handles, 'stat', async () => ({ size: LINES * WIDTH }));
    const read = mock.method(
      handles,
      'read',
      async (buffer: Buffer, _: number, length: number, from: number) => {
        const first = Math.floor(from / WIDTH);
        const count = Math.ceil((from + length) / WIDTH) - first;
        const text = Array.from({ length: count }, (_, at) => textOf(first + at)).join('');
        buffer.write(text.slice(from - first * WIDTH).slice(0, length), 'latin1');
        return { bytesRead: length, buffer };
      },
    );
    const breached = listed();
    for (const password of passwords(200)) await breached.has(password);
    assert.deepEqual(faults, []);
    assert.ok(read.mock.callCount() <= 200 * 8, `${read.mock.callCount() / 200} reads a look-up`);
    assert.equal(new Set(read.mock.calls.map((call) => call.this)).size, 1);
  });

  test('a hundred look-ups at once', async () => {
    const written = passwords(5_000);
    writeList(file, written.map(sha1));
    const breached = listed();
    const asked = [...written.slice(0, 50), ...passwords(50, 'autre')];
    assert.deepEqual(
      await Promise.all(asked.map(breached.has)),
      asked.map((_, at) => at < 50),
    );
  });

  test('composed or not, an accent is the same password', async () => {
    writeList(file, [sha1('éléphant vert trois'.normalize('NFC'))]);
    assert.equal(await listed().has('éléphant vert trois'.normalize('NFD')), true);
  });
});

describe('a list that fails while the portal runs', () => {
  test('not there: told each time, without the password, and read again once it is back', async () => {
    const breached = listed();
    assert.equal((await judgePassword(PASSWORD, [], breached)).accepted, true);
    assert.equal(
      (await judgePassword('aaaaaaaaaaaaaaaa', [], breached)).accepted,
      false,
      'other rules decide',
    );
    assert.equal(faults.length, 2);
    for (const fault of faults)
      assert.ok(fault.startsWith(`${FAULT}ENOENT`) && !fault.includes('cerises'), fault);
    writeList(file, [sha1(PASSWORD)]);
    assert.deepEqual(await judgePassword(PASSWORD, [], breached), REFUSED);
    assert.equal(faults.length, 2);
  });

  test('a disk that fails, then is another one: what is there by then is opened', async () => {
    writeList(file, [sha1('autre')]);
    const breached = listed();
    assert.equal(await breached.has(PASSWORD), false);
    mock.method(handles, 'read').mock.mockImplementationOnce(async () => {
      throw new Error('EIO: i/o error, read');
    });
    assert.equal(await breached.has(PASSWORD), false);
    assert.deepEqual(faults, [`${FAULT}EIO: i/o error, read`]);
    rmSync(file);
    writeList(file, [sha1(PASSWORD)]);
    assert.equal(await breached.has(PASSWORD), true);
  });

  test('a disk that hangs holds nobody up, however many look-ups wait', async () => {
    writeList(file, [sha1(PASSWORD)]);
    const breached = listed();
    const read = mock.method(handles, 'read', () => new Promise(() => {}));
    assert.deepEqual(await Promise.all([PASSWORD, PASSWORD, PASSWORD].map(breached.has)), [
      false,
      false,
      false,
    ]);
    assert.deepEqual(new Set(faults), new Set([`${FAULT}no answer in 3000 ms`]));
    assert.equal(read.mock.callCount(), 1, 'one thread hangs, not all');
  });

  test('removed or renamed once it is open, it is still the one that is read', async () => {
    writeList(file, [sha1(PASSWORD)]);
    const breached = listed();
    assert.equal(await breached.has(PASSWORD), true);
    renameSync(file, `${file}.old`);
    rmSync(`${file}.old`);
    assert.equal(await breached.has(PASSWORD), true);
    assert.deepEqual(faults, []);
  });

  test('emptied, or spoilt in its middle', async () => {
    const written = passwords(3_000);
    writeList(file, written.map(sha1));
    const breached = listed();
    truncateSync(file);
    assert.equal(await breached.has('passe 1'), false);
    writeFileSync(file, `${'0'.repeat(40)}:1\n${'\0'.repeat(100_000)}\n${'F'.repeat(40)}:1\n`);
    assert.equal(await breached.has('passe 1'), false);
    assert.deepEqual(faults, [`${FAULT}it is empty`, `${FAULT}it holds something else than hashes`]);
  });
});

describe('judging a password beside a list', () => {
  test('one that the list has is refused with its sentence, without it is accepted', async () => {
    writeList(file, [sha1(PASSWORD)]);
    assert.deepEqual(await judgePassword(PASSWORD, [], listed()), REFUSED);
    assert.equal((await judgePassword(PASSWORD, [], undefined)).accepted, true);
  });

  test('what is cheap comes first: too short, then own words, then the list, then the estimate', async () => {
    const looked: string[] = [];
    const breached = { has: async (password: string) => looked.push(password) > 0, close() {} };
    for (const [password, why] of [
      ['court', /il en manque 7/],
      ['motdepasse12345', /liés à vous ou au portail/],
      ['123456789012', /fuites de données/],
    ] as const) {
      assert.match((await judgePassword(password, [], breached)).message, why);
    }
    assert.deepEqual(looked, ['123456789012']);
  });
});
