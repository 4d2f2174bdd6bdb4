import type { Database } from '../database/knex.ts';
import { dayInParis } from '../domain/calendar.ts';
import { isOutsideMailDomain } from '../domain/mail-domain.ts';
import {
  type JudgedNomination,
  judgeNomination,
  type NominatedAccount,
  type NominationFacts,
  type NominationLine,
  remarkOf,
} from '../domain/nomination.ts';
import {
  type EarlierNomination,
  type NominationOrganism,
  nominationFactRepository,
} from '../repositories/nomination-facts.ts';
import type { KeptNomination, NominationOutcome } from '../repositories/nominations.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { findLast } from '../security/delegation-guard.ts';

/** Where and when lines are judged, and by whom they are done. */
interface Judging {
  db: Database;
  now: Date;
  actorId: number | null;
}

/** A line that can be read, with what becomes of it. */
export interface JudgedLine extends JudgedNomination {
  kept: KeptNomination;
  line: NominationLine;
  organism: NominationOrganism | null;
  /** Days of the acts to come, of the same reference, whose place it takes. */
  replaces: string[];
}

const FIELDS = [
  ...(['effectiveOn', 'civility', 'lastName', 'firstName'] as const),
  ...(['email', 'functionTitle', 'organismCode'] as const),
];

/** What is known of the people, the organisms and the references of lines: some queries, whatever their number. */
async function readFacts({ db, now, actorId }: Judging, lines: readonly KeptNomination[]) {
  const facts = nominationFactRepository(db);
  const [importId = 0] = lines.map((line) => line.importId);
  const emails = [...new Set(lines.map(({ email }) => email).filter((email) => email !== ''))];
  const earlier = await facts.earlier(lines.map(({ reference }) => reference));
  const referred = new Map(
    earlier.flatMap(({ reference, accountId }) => (accountId === null ? [] : [[reference, accountId]])),
  );
  const accounts = await facts.accounts(emails, [...referred.values()]);
  const byEmail = new Map(accounts.map((account) => [account.email, account]));
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const nobodys = lines.filter(({ email }) => email !== '' && !byEmail.has(email));
  const known = await facts.known(nobodys, now);
  const organisms = await facts.organisms([...new Set(lines.map(({ organismCode }) => organismCode))]);
  const byCode = new Map(organisms.map((organism) => [organism.code, organism]));
  const doubled = await facts.doubled(importId, lines, nobodys);
  const awaited = await facts.awaited(emails);
  const today = dayInParis(now);
  const byReference = Map.groupBy(earlier, ({ reference }) => reference);
  const others = ({ id, reference }: KeptNomination) =>
    (byReference.get(reference) ?? []).filter((act) => act.id !== id);
  const doubledOf = ({ reference, email }: NominationLine): NominationFacts['doubled'] => {
    if (doubled.references.has(reference)) return 'reference';
    if (doubled.emails.has(email)) return 'person';
    return doubled.names.has(email) ? 'name' : null;
  };
  return {
    organismOf: (code: string) => byCode.get(code) ?? null,
    replacedBy: (kept: KeptNomination) =>
      others(kept).flatMap(({ state, effectiveOn }) => (state === 'planned' && effectiveOn) || []),
    of(kept: KeptNomination, line: NominationLine): NominationFacts {
      const { reference, email } = line;
      const person = referred.get(reference);
      return {
        today,
        actorId,
        organism: byCode.get(line.organismCode) ?? null,
        account: byEmail.get(email) ?? null,
        referred: (person !== undefined && byId.get(person)) || null,
        known: known.get(email) ?? null,
        earlier: earlierOf(others(kept), line),
        awaited: awaited.has(email),
        doubled: doubledOf(line),
      };
    },
  };
}

/** What this act has come to: once it is done, whatever is to come. */
function earlierOf(others: readonly EarlierNomination[], line: NominationLine): NominationFacts['earlier'] {
  const acts = others.filter(({ act }) => act === line.act);
  const found = acts.find(({ state }) => state === 'applied') ?? acts[0];
  return found ? { state: found.state, same: FIELDS.every((field) => found[field] === line[field]) } : null;
}

const readable = (kept: KeptNomination): NominationLine | null => {
  const { act, effectiveOn, unreadable } = kept;
  return act === null || effectiveOn === null || unreadable !== null ? null : { ...kept, act, effectiveOn };
};

/** Judges lines of one file, as things stand where they are read. Those that cannot be read are left out. */
export async function judgeLines(judging: Judging, lines: readonly KeptNomination[]): Promise<JudgedLine[]> {
  const facts = await readFacts(judging, lines);
  return lines.flatMap((kept) => {
    const line = readable(kept);
    if (line === null) return [];
    const judged = judgeNomination(line, facts.of(kept, line));
    const organism = facts.organismOf(line.organismCode);
    return [{ ...judged, kept, line, organism, replaces: facts.replacedBy(kept) }];
  });
}

/** The numbers of the accounts that lines may be about: to be locked before they are judged. */
export async function accountsOf(db: Database, lines: readonly KeptNomination[]): Promise<number[]> {
  const facts = nominationFactRepository(db);
  const earlier = await facts.earlier(lines.map(({ reference }) => reference));
  const accounts = await facts.accounts(
    lines.map(({ email }) => email),
    earlier.flatMap(({ accountId }) => accountId ?? []),
  );
  return accounts.map(({ id }) => id);
}

/** The verdicts of lines, with what there is to know of each: what an organism is left without (P2). */
export async function verdictsOf(
  judging: Judging,
  lines: readonly KeptNomination[],
): Promise<NominationOutcome[]> {
  const judged = await judgeLines(judging, lines);
  const leaving = judged
    .filter(({ verdict }) => verdict === 'attach')
    .flatMap(({ account }) => account?.id ?? []);
  const left = await organismsLeft(judging, leaving);
  return judged.map((each) => ({
    id: each.kept.id,
    verdict: each.verdict,
    fault: each.fault,
    remark: remarkOf(each.line, each, {
      left: left(each.account),
      outside: isOutsideMailDomain(each.line.email, each.organism?.mailDomain ?? null),
      replaces: each.replaces,
    }),
    accountId: each.account?.id ?? null,
  }));
}

/** The names of the organisms that somebody's move leaves without administrator: their own alone, others go on (P6). */
async function organismsLeft({ db, now }: Judging, accountIds: readonly number[]) {
  const last = await findLast(db, accountIds, dayInParis(now));
  const ids = new Set([...last.values()].flat());
  const names = new Map<number, string>();
  for (const id of ids) names.set(id, (await organismRepository(db).get(id)).name);
  return (account: NominatedAccount | null): string[] =>
    account === null
      ? []
      : (last.get(account.id) ?? [])
          .filter((id) => id === account.organismId)
          .flatMap((id) => names.get(id) ?? []);
}
