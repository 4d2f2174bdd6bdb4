import { createRandom } from '../people/random.ts';
import { afterwards, latest, workingMoment } from './moments.ts';
import type { Stage } from './stage.ts';

// Of its own: who signs in does not change who the others are.
const SEED = 40;
// In seconds: nobody has stayed away for longer, and the cast not that long.
const TWO_MONTHS = 60 * 86_400;
const THREE_DAYS = 3 * 86_400;

/** The cast and nine in ten of the others have activated their account, and signed in lately or before they left. */
export function signEveryoneIn({ chronicle, calendar, isCast }: Stage): void {
  const random = createRandom(SEED);
  const yesterday = calendar.workday(1, 0);
  for (const account of chronicle.accounts) {
    if (account.id % 10 === 0 && !isCast(account)) continue;
    // Most of them these last days.
    const ago = isCast(account) ? random.below(THREE_DAYS) : TWO_MONTHS * random.next() ** 3;
    const until = account.deactivated_at ?? yesterday;
    const about = latest(afterwards(until, -ago), account.created_at);
    const at = workingMoment(random, about, about);
    const left = account.deactivated_at;
    chronicle.signIn(account, left === null || at < left ? at : afterwards(left, -3_600));
  }
}
