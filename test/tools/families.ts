/** Cases by the hundreds or thousands: a sample of them in `npm test`, drawn by a seed, and all in `npm run prove`. */
export interface Family {
  /** As `npm run prove -- NAME` asks for it. */
  name: string;
  /** What is tried, for people. */
  subject: string;
  /** The test files that try it, and say how many cases they tried (`tellCases`). */
  files: readonly string[];
  /** Fewer, where all are tried, is a failure. */
  atLeast: number;
}

export const FAMILIES: readonly Family[] = [
  {
    name: 'malformed-forms',
    subject: 'malformed bodies of every form: never a 500',
    files: ['test/journeys/malformed-forms.test.ts'],
    atLeast: 10_000,
  },
  {
    name: 'malformed-queries',
    subject: 'malformed queries, paths, headers and cookies: never a 500',
    files: ['test/journeys/malformed-queries.test.ts'],
    atLeast: 10_000,
  },
  {
    name: 'access',
    subject: 'every route × every profile × own, other, none: no leak',
    files: ['test/journeys/access-matrix.test.ts'],
    atLeast: 1_500,
  },
  {
    name: 'guesses',
    subject: 'guesses at a password on two portals: at most 20 evaluated',
    files: ['test/journeys/sign-in-limits.test.ts'],
    atLeast: 10_000,
  },
  {
    name: 'stops',
    subject: 'stops of a portal under load: no request cut',
    files: ['test/journeys/process.test.ts'],
    atLeast: 100,
  },
  {
    name: 'pairs',
    subject: 'accept and refuse at once: one decision, one event, one message',
    files: ['test/services/deciding.test.ts'],
    atLeast: 1_000,
  },
  {
    name: 'tampering',
    subject: 'tamperings with the trail: all detected',
    files: ['test/services/audit-trail-tampering.test.ts'],
    atLeast: 1_000,
  },
  {
    name: 'acts',
    subject: 'acts of several administrators at once: P1 to P8 hold, rights and trail agree',
    files: ['test/services/account-acts-property.test.ts', 'test/services/delegations-races.test.ts'],
    atLeast: 200,
  },
  {
    name: 'batches',
    subject: 'kills during batches, departures and undos: each done whole or not at all',
    files: ['test/services/batches-killed.test.ts'],
    atLeast: 100,
  },
  {
    name: 'lists',
    subject: 'filters, orders and pages against a naive reading',
    files: ['test/repositories/entitlements.test.ts'],
    atLeast: 1_000,
  },
  {
    name: 'factors',
    subject:
      'codes guessed for a day or sent at once, passkeys replayed or swapped, half signed in, an old proof: nothing is open; resets killed at each statement: whole or not at all',
    files: [
      'test/services/factor-guesses.test.ts',
      'test/journeys/half-signed-in.test.ts',
      'test/journeys/identity-matrix.test.ts',
      'test/services/passkeys-refused.test.ts',
      'test/services/factor-resets-killed.test.ts',
    ],
    atLeast: 2_900,
  },
  {
    name: 'accessibility',
    subject: 'every page in its states, light, dark, at 320, 640 and 1280 px: axe finds nothing',
    files: ['test/browser/every-state.test.ts'],
    atLeast: 700,
  },
  {
    name: 'text',
    subject:
      'all of Unicode in every field and search: stored as it should be, found, in SQL as in TypeScript',
    files: [
      'test/schemas/unicode.test.ts',
      'test/schemas/fields.test.ts',
      'test/repositories/search-text.test.ts',
    ],
    atLeast: 15_000_000,
  },
];
