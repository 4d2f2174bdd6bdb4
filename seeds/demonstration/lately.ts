import { GRANTED, REMOVED } from '../people/reasons.ts';
import type { Organism } from './people.ts';
import type { AccountRow, AssignmentRow, Role } from './rows.ts';
import type { Stage } from './stage.ts';

/** What happened on the last working days, mostly in the CAF du Jura: what a journal shows on the day of the seeding. */
export function tellLately(stage: Stage): void {
  const { account, calendar, chronicle, role } = stage;
  const [jura, doubs] = ['CAF-391', 'CAF-251'].map((code) => organismOf(stage, code)) as [Organism, Organism];
  const [welcome, maud] = [account('wtestportail@test.fr'), account('suppleante@caf39.caf.fr')];
  const ines = account('intercaf@caf.fr');

  exchange(stage, { one: jura, other: doubs, by: { one: maud, other: ines } });

  const team = staffOf(stage, jura);
  const [egap, annuaire] = [role('egap-guides-d-administration-du-personnel'), role('annuaire-add-lecteur')];
  const holding = holdersOf(stage, egap);
  const without = team.filter(({ id }) => !holding.has(id)).slice(-6);
  const having = team.filter(({ id }) => holding.has(id)).slice(-2);
  const together = { at: calendar.workday(2, 95), by: welcome, reason: GRANTED[3] };
  chronicle.grantMany([...without, ...having], egap, together);

  const lent = team.find(({ id }) => !holdersOf(stage, annuaire).has(id));
  if (lent) {
    const act = { at: calendar.workday(2, 310), by: maud, reason: GRANTED[2] };
    chronicle.grant(lent, annuaire, { ...act, endsOn: calendar.dayAfter(12) });
  }
  const last = lastRight(stage, team, [egap, annuaire]);
  if (last) {
    const act = { at: calendar.workday(1, 40), by: welcome, reason: REMOVED[1] };
    chronicle.remove(last.holder, last.role, last.assignment, act);
  }
  endSoon(stage, doubs, ines);
}

/** Two people change places, so that as many live in each: what they hold is « à revoir » where they are now (R63). */
function exchange(
  stage: Stage,
  { one, other, by }: { one: Organism; other: Organism; by: { one: AccountRow; other: AccountRow } },
): void {
  const { calendar, chronicle } = stage;
  const [leaving, coming] = [staffOf(stage, one).at(-1), staffOf(stage, other).at(-1)];
  if (!leaving || !coming) throw new Error(`Nobody can move between ${one.code} and ${other.code}.`);
  chronicle.attach(leaving, one, other, { at: calendar.workday(4, 150), by: by.other });
  chronicle.attach(coming, other, one, { at: calendar.workday(3, 205), by: by.one });
}

/** The delegation of who administers an organism beside this person ends soon. */
function endSoon({ calendar, chronicle, role }: Stage, organism: Organism, by: AccountRow): void {
  const delegation = role('administrateur-local');
  const held = chronicle
    .held(delegation)
    .find((each) => each.organism_id === organism.id && each.account_id !== by.id);
  const holder = chronicle.accounts.find(({ id }) => id === held?.account_id);
  if (!held || !holder) throw new Error(`Nobody else administers ${organism.code}.`);
  const act = { at: calendar.workday(3, 62), by };
  chronicle.redate(holder, delegation, held, { ...act, organism, endsOn: calendar.dayAfter(21) });
}

/** Active agents of an organism who hold something and nothing but ordinary rights, and ask for nothing. */
function staffOf({ chronicle, requests, isCast }: Stage, { id }: Organism): AccountRow[] {
  const asking = new Set(requests.rows.map(({ account_id }) => account_id));
  const held = Map.groupBy(
    chronicle.assignments.filter(({ ended_at }) => ended_at === null),
    ({ account_id }) => account_id,
  );
  return chronicle.accounts.filter((account) => {
    const theirs = held.get(account.id) ?? [];
    const able = account.active && !account.is_executive && !isCast(account) && !asking.has(account.id);
    return account.organism_id === id && able && theirs.length > 1 && theirs.every(isOrdinary);
  });
}

const isOrdinary = ({ role_kind, organism_id }: AssignmentRow) =>
  role_kind === 'ordinary' && organism_id === null;

/** Everyone who holds this role. */
const holdersOf = ({ chronicle }: Stage, role: Role) =>
  new Set(chronicle.held(role).map(({ account_id }) => account_id));

/** A right of one of these people, of a role that a local administrator gives, but for those roles. */
function lastRight({ chronicle, localRoles }: Stage, people: readonly AccountRow[], but: readonly Role[]) {
  for (const holder of people) {
    for (const assignment of chronicle.assignments) {
      const role = localRoles.find(({ id }) => id === assignment.role_id);
      if (!role || but.includes(role)) continue;
      if (assignment.account_id === holder.id && assignment.ended_at === null)
        return { holder, role, assignment };
    }
  }
  return null;
}

function organismOf({ organisms }: Stage, code: string): Organism {
  const organism = organisms.find((each) => each.code === code);
  if (!organism) throw new Error(`The reference data lacks ${code}.`);
  return organism;
}
