import { createRandom } from '../people/random.ts';
import { afterwards, workingMoment } from './moments.ts';
import type { Stage } from './stage.ts';

// Of its own: who signs in does not change who the others are.
const SEED = 40;
const DAY = 86_400_000;
const MOST_DAYS = 60;

/** The cast and nine in ten of the others have activated their account, and signed in lately or before they left. */
export function signEveryoneIn({ chronicle, calendar, isCast }: Stage): void {
  const random = createRandom(SEED);
  const yesterday = calendar.workday(1, 0);
  for (const account of chronicle.accounts) {
    if (account.id % 10 === 0 && !isCast(account)) continue;
    // Most of them these last days.
    const ago = isCast(account) ? random.below(3) : MOST_DAYS * random.next() ** 3;
    const until = account.deactivated_at ?? yesterday;
    const about = new Date(Math.max(until.getTime() - ago * DAY, account.created_at.getTime()));
    const at = workingMoment(random, about, about);
    const left = account.deactivated_at;
    chronicle.signIn(account, left === null || at < left ? at : afterwards(left, -3_600));
  }
}
