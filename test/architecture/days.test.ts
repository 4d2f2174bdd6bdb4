import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, textOf } from '../tools/sources.ts';

const CALENDAR = 'src/domain/calendar.ts';
const DURATION = 'src/domain/duration.ts';

/** A day in milliseconds or seconds, however it is written. */
const LENGTH_OF_A_DAY =
  /\b86_?400(_?000)?\b|\b24\s*\*\s*(60|HOUR|3_?600)|(60|HOUR|3_?600(_?000)?)\s*\*\s*24\b/;

// What counts in days of 24 hours without being about days: why.
const OTHERS: Readonly<Record<string, string>> = {
  [CALENDAR]: 'in UTC, where every day is as long',
  [DURATION]: 'a duration',
  'src/exports/sheet-rows.ts': 'the number of a day in a sheet, in UTC',
  'seeds/demonstration/house.ts': 'a past that is made up',
  'seeds/demonstration/moments.ts': 'a past that is made up',
  'seeds/demonstration/sign-ins.ts': 'a past that is made up',
  'seeds/demonstration/story.ts': 'a past that is made up',
};

/** The durations of whole days, by what lasts so long: an instant and so long after it, on a clock. */
const DURATIONS: Readonly<Record<string, string>> = {
  'src/cli/doctor-files.ts': 'a file is old',
  'src/domain/batch.ts': 'a draft may be confirmed',
  'src/domain/email-change.ts': 'an address asked for lapses, or may be put back',
  'src/domain/factor-reset.ts': 'a reset of a second factor may be undone',
  'src/domain/link.ts': 'the life of a link',
  'src/domain/second-factor.ts': 'a second factor may wait',
  'src/jobs/tasks.ts': 'how far back a nightly job is made up for',
  'src/middlewares/security-contact.ts': 'the address to write to is believed',
  'src/services/delegations.ts': 'an account is young',
  'src/services/known-devices.ts': 'a device is known',
  'src/services/retention.ts': 'what is kept',
};

const sources = files('src/**/*.ts', 'seeds/**/*.ts');

test('only the calendar leads from one day to another: no arithmetic on the length of a day elsewhere', () => {
  assert.deepEqual(
    sources.filter((file) => LENGTH_OF_A_DAY.test(textOf(file)) && !(file in OTHERS)),
    [],
  );
});

test('a day of 24 hours is taken for the durations that are named here', () => {
  const users = sources.filter((file) =>
    /import \{[^}]*\bDAY\b[^}]*\} from '[^']*duration\.ts'/.test(textOf(file)),
  );
  assert.deepEqual(users, Object.keys(DURATIONS));
});

test('no day is made of an instant but by the calendar', () => {
  const made =
    /\.(get|set)(UTC)?(Date|Day|Month|FullYear)\(|toISOString\(\)\s*\.\s*(slice|substring|split)|dayInParis\(\s*new Date\(/;
  // Reads « JJ/MM/AAAA » for sheets and files.
  const reader = 'src/presenters/table.ts';
  assert.deepEqual(
    files('src/**/*.ts').filter((file) => file !== reader && made.test(textOf(file)) && file !== CALENDAR),
    [],
  );
});
