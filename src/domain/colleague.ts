import { isReserved, type Role } from './role.ts';
import { inOnePiece } from './search.ts';

/** Somebody whose roles another one may be given. */
export interface Colleague {
  id: number;
  firstName: string;
  lastName: string;
  email: string;
  functionTitle: string;
}

/** Whom a text names. */
type ColleagueChoice =
  | { kind: 'found'; colleague: Colleague }
  /** Several could be meant; `more` when others are left out. */
  | { kind: 'choices'; colleagues: Colleague[]; more: boolean }
  | { kind: 'unknown' };

/** Choices offered at most. */
const CHOICES = 12;

/**
 * The colleague that a text names, among the people whose name or address holds each of its words: the one picked among the
 * choices that the same text gave, the only one, or the only one who has exactly this name or this address.
 */
export function chooseColleague(text: string, picked: string, people: readonly Colleague[]): ColleagueChoice {
  const wanted = inOnePiece(text);
  const exact = people.filter(({ firstName, lastName, email }) =>
    [`${firstName}${lastName}`, `${lastName}${firstName}`, email].some((name) => inOnePiece(name) === wanted),
  );
  const meant = exact.length > 0 ? exact : people;
  const found = people.find(({ id }) => String(id) === picked) ?? (meant.length === 1 ? meant[0] : undefined);
  if (found) return { kind: 'found', colleague: found };
  if (meant.length === 0) return { kind: 'unknown' };
  return { kind: 'choices', colleagues: meant.slice(0, CHOICES), more: meant.length > CHOICES };
}

/** What becomes of a colleague's role that is copied: it comes to the second list, or need not, or cannot. */
export type CopyOutcome =
  | 'granted'
  | 'requested'
  | 'there'
  | 'asked'
  | 'closed'
  | 'free'
  | 'delegation'
  | 'national';

/** Who is given them: what they hold, what their second list has, what was asked for them; by whom. */
export interface CopiedTo {
  held: readonly number[];
  assigned: readonly number[];
  asked: readonly number[];
  actsForUcanss: boolean;
}

/** What copying this role comes to (R77): nothing is copied that the two lists do not give (P3b, P4). */
export function copyOutcome(role: Role, { held, assigned, asked, actsForUcanss }: CopiedTo): CopyOutcome {
  if (role.kind === 'local_administrator') return 'delegation';
  if (role.kind === 'national') return 'national';
  if (assigned.includes(role.id)) return 'there';
  if (role.validator === 'free') return 'free';
  if (role.closed) return 'closed';
  // What they hold and was about to be taken away is kept.
  if (!isReserved(role) || actsForUcanss || held.includes(role.id)) return 'granted';
  return asked.includes(role.id) ? 'asked' : 'requested';
}
