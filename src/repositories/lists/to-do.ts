import type { Database } from '../../database/knex.ts';
import { addDays } from '../../domain/calendar.ts';
import { LONG_DAYS } from '../../domain/request.ts';
import { LATE_AFTER } from '../../domain/sending.ts';
import type { SnapshotSource } from '../snapshot.ts';
import { type AccountFilter, accountList } from './accounts.ts';
import type { Counted } from './counted.ts';
import { delegationList } from './delegations.ts';
import { directoryList } from './directory.ts';
import { type LongWaiting, longWaiting } from './long-waiting.ts';
import { messageList } from './messages.ts';
import { nationalRoleList } from './national-roles.ts';
import { plannedActList } from './planned-acts.ts';
import { type RequestReader, requestList } from './requests.ts';
import { roleList } from './roles.ts';

/** What waits in an organism, or in all of them. */
export interface Waiting {
  /** When the oldest that the reader can decide was submitted; null for none. How many there are, badges know. */
  oldest: Date | null;
  review: Counted;
  delegations: Counted;
  rights: Counted;
  neverSignedIn: Counted;
  planned: Counted;
}

/** What waits over the whole country alone. */
export interface NationalWaiting {
  late: LongWaiting;
  /** Organisms that nobody administers, and that one person alone does. */
  without: Counted;
  alone: Counted;
  /** Local administrators, and holders of a national profile, without second factor, where one is asked of them (R89). */
  bare: Counted | null;
  bareNational: Counted | null;
  messages: Counted;
  roles: Counted;
}

const ONE = { page: 1, size: 1 } as const;
const BY_NAME = { words: '', sort: 'nom', direction: 'asc' } as const;

/** What « À faire » counts (R75), each by the list that its line leads to. `today` is the day in Paris. */
export async function readWaiting(
  db: Database,
  snapshot: SnapshotSource,
  { organismId, reader, today }: { organismId: number | null; reader: RequestReader; today: string },
): Promise<Waiting> {
  const current = await snapshot.current();
  const everyone = { words: '', lastName: '', firstName: '', role: null, active: true, executives: true };
  const people = (which: Pick<AccountFilter, 'rights' | 'signedIn'>) =>
    accountList(db).count({ ...everyone, ...which, organismId }, today, current);
  const decider = { who: 'moi', reader, today } as const;
  const [oldest, review, delegations, rights, neverSignedIn, planned] = await Promise.all([
    reader.decides === 'nothing'
      ? null
      : requestList(db, snapshot).oldest({ ...BY_NAME, status: 'pending', organismId, decider }),
    people({ rights: 'a-revoir' }),
    delegationList(db).page({ ...BY_NAME, organismId, active: true, endingSoon: true }, { ...ONE, today }),
    people({ rights: 'fin-proche' }),
    people({ signedIn: 'jamais' }),
    plannedActList(db).count(organismId),
  ]);
  return { oldest, review, delegations, rights, neverSignedIn, planned };
}

/** What it counts over the whole country alone, in the same way. */
export async function readNationalWaiting(
  db: Database,
  { now, today, asksFactors }: { now: Date; today: string; asksFactors: boolean },
): Promise<NationalWaiting> {
  const lateBefore = new Date(now.getTime() - LATE_AFTER);
  const [late, { without, alone, bare }, messages, roles, bareNational] = await Promise.all([
    longWaiting(db, addDays(today, -LONG_DAYS)),
    directoryList(db).lacking(today),
    messageList(db).page({ selection: 'a-voir', words: '', lateBefore, direction: 'desc' }, ONE),
    roleList(db).page(
      { ...BY_NAME, validator: '', requestMode: '', state: 'ferme-detenu', sort: 'theme' },
      ONE,
    ),
    asksFactors ? nationalRoleList(db).page({ ...BY_NAME, factor: 'sans' }, { ...ONE, today }) : null,
  ]);
  return { late, without, alone, bare: asksFactors ? bare : null, bareNational, messages, roles };
}
