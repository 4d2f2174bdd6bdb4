import { FAULTS } from './nomination-faults.ts';
import { searchable } from './search.ts';

/** What a line of a file of nominations asks for (R81). */
export type NominationAct = 'nomination' | 'mutation' | 'fin';

/** What becomes of a line: an account made, moved or changed, an end of function, later, already, not at all. */
export type NominationVerdict = 'create' | 'attach' | 'update' | 'end' | 'future' | 'done' | 'error';

/** Those that change somebody today, or will. */
export const TO_DO: readonly NominationVerdict[] = ['create', 'attach', 'update', 'end', 'future'];

/** How many lines they are, of so many of each verdict. */
export const toDoOf = (verdicts: Partial<Record<NominationVerdict, number>>): number =>
  TO_DO.reduce((sum, verdict) => sum + (verdicts[verdict] ?? 0), 0);

/** A line that could be read. What it does not tell is empty, and changes nothing. */
export interface NominationLine {
  reference: string;
  act: NominationAct;
  /** 'YYYY-MM-DD', in Paris. */
  effectiveOn: string;
  civility: 'M.' | 'Mme' | null;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  organismCode: string;
}

/** An account that a line may be about. */
export interface NominatedAccount {
  id: number;
  email: string;
  civility: 'M.' | 'Mme' | null;
  lastName: string;
  firstName: string;
  functionTitle: string;
  organismId: number;
  organismName: string;
  isExecutive: boolean;
  active: boolean;
}

/** What there is when a line is judged. */
export interface NominationFacts {
  today: string;
  /** Who has it done: null for a command, or for the portal by itself. */
  actorId: number | null;
  /** The organism of its code; null where there is none. */
  organism: { id: number; name: string; closed: boolean } | null;
  /** The account of its address. */
  account: NominatedAccount | null;
  /** The one that an act of the same reference was about. */
  referred: NominatedAccount | null;
  /** Whose the address may be that nobody has: of who left it a moment ago, or has this name in this organism (P11). */
  known: 'address' | 'name' | null;
  /** What this very act has come to, by a file before. */
  earlier: { state: 'applied' | 'planned'; same: boolean } | null;
  /** An act to come will make the account. */
  awaited: boolean;
  /** What another line of the file has as well; a name, where it would make two people of it. */
  doubled: 'reference' | 'person' | 'name' | null;
}

export interface JudgedNomination {
  verdict: NominationVerdict;
  /** Why not, as a sentence. */
  fault: string;
  /** Whom it is about, where they have an account. */
  account: NominatedAccount | null;
}

/** The one judge of a line, before anything is written and under lock (R55, R81, P11). */
export function judgeNomination(line: NominationLine, facts: NominationFacts): JudgedNomination {
  const account = accountOf(line, facts);
  const verdict = (what: NominationVerdict): JudgedNomination => ({ verdict: what, fault: '', account });
  if (facts.doubled === null && facts.earlier?.same) return verdict('done');
  const fault = faultOf(line, facts, account);
  if (fault !== null) return { verdict: 'error', fault, account };
  if (line.effectiveOn > facts.today) return verdict('future');
  if (line.act === 'fin') return verdict('end');
  if (account === null) return verdict('create');
  if (account.organismId !== facts.organism?.id) return verdict('attach');
  return verdict(changesOf(line, account) === null ? 'done' : 'update');
}

const accountOf = ({ email }: NominationLine, { account, referred }: NominationFacts) =>
  email === '' ? referred : account;

type Check = (
  line: NominationLine,
  facts: NominationFacts,
  account: NominatedAccount | null,
) => string | null;

const when = (holds: boolean, fault: string): string | null => (holds ? fault : null);
const isEnd = ({ act }: NominationLine): boolean => act === 'fin';
const isLater = ({ effectiveOn }: NominationLine, { today }: NominationFacts): boolean => effectiveOn > today;

/** In the order in which it is told. */
const CHECKS: readonly Check[] = [
  (_line, { doubled }) => doubled && FAULTS.doubled[doubled],
  (_line, { earlier }) => when(earlier?.state === 'applied', FAULTS.doneOtherwise),
  ({ organismCode: code }, { organism }) =>
    when(code !== '' && organism === null, FAULTS.unknownOrganism(code)),
  (line, { organism }) =>
    when(!isEnd(line) && organism?.closed === true, FAULTS.closed(organism?.name ?? '')),
  // P11: by its reference or its name, it is somebody whose account has another address.
  ({ email }, { referred }) =>
    when(email !== '' && referred !== null && referred.email !== email, FAULTS.address),
  (line, { known }, account) =>
    when(
      line.email !== '' && account === null && known !== null,
      known === 'name' && !isEnd(line) ? FAULTS.namesake : FAULTS.address,
    ),
  ({ email }, _facts, account) => when(email === '' && account === null, FAULTS.unknownReference),
  (_line, { actorId }, account) => when(account !== null && account.id === actorId, FAULTS.oneself),
  (line, _facts, account) => when(!isEnd(line) && account?.active === false, FAULTS.inactive),
  (line, { awaited, organism }, account) =>
    when(isEnd(line) && account === null && !(awaited && organism), FAULTS.unknownPerson),
  (line, facts, account) =>
    when(
      isEnd(line) &&
        !isLater(line, facts) &&
        facts.organism !== null &&
        account?.organismId !== facts.organism.id,
      FAULTS.elsewhere(account?.organismName ?? ''),
    ),
  (line, facts, account) =>
    when(isEnd(line) && !isLater(line, facts) && account?.isExecutive !== true, FAULTS.notExecutive),
];

function faultOf(
  line: NominationLine,
  facts: NominationFacts,
  account: NominatedAccount | null,
): string | null {
  for (const check of CHECKS) {
    const fault = check(line, facts, account);
    if (fault !== null) return fault;
  }
  return null;
}

/** What a nomination changes of an account that stays where it is: null where nothing; names and addresses never. */
export function changesOf(
  { civility, functionTitle }: Pick<NominationLine, 'civility' | 'functionTitle'>,
  account: Pick<NominatedAccount, 'civility' | 'functionTitle' | 'isExecutive'>,
): { civility: 'M.' | 'Mme' | null; functionTitle: string } | null {
  const next = {
    civility: civility ?? account.civility,
    functionTitle: functionTitle === '' ? account.functionTitle : functionTitle,
  };
  const same = next.civility === account.civility && next.functionTitle === account.functionTitle;
  return same && account.isExecutive ? null : next;
}

/** What there is to know beside a verdict. */
interface Circumstances {
  /** Organisms that the move leaves without administrator (P2). */
  left: readonly string[];
  /** True for an address outside the mail domain of the organism. */
  outside: boolean;
  /** Days of the acts to come, of the same reference, whose place the line takes. */
  replaces: readonly string[];
}

/** What to know of a line that is possible: what it takes the place of, that the account has another name… */
export function remarkOf(
  line: Pick<NominationLine, 'lastName' | 'firstName'>,
  { verdict, account }: JudgedNomination,
  { left, outside, replaces }: Circumstances,
): string {
  if (verdict === 'error' || verdict === 'done') return '';
  const named = `${line.firstName} ${line.lastName}`;
  const known = account === null ? named : `${account.firstName} ${account.lastName}`;
  const isSame = named.trim() === '' || searchable(named) === searchable(known);
  return [
    ...replaces.map((day) => `Remplace l’acte prévu le ${day.split('-').reverse().join('/')}.`),
    ...(account === null && outside ? ['Adresse extérieure au domaine de messagerie de l’organisme.'] : []),
    ...(isSame ? [] : [`Le compte est au nom de ${known}\u00a0: le nom ne change pas.`]),
    ...(verdict === 'attach' ? left : []).map(
      (name) => `${name} n’aura plus d’administrateur local\u00a0: désignez-en un autre.`,
    ),
  ].join(' ');
}
