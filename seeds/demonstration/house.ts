import {
  ACCOUNT_ASKED,
  ASKED,
  GRANTED,
  LEFT,
  NAMED,
  NAMED_FIRST,
  REFUSED,
  REMOVED,
} from '../people/reasons.ts';
import { CAST } from './cast.ts';
import { afterwards, latest, workingMoment } from './moments.ts';
import type { Organism, Person } from './people.ts';
import type { AccountRow, AssignmentRow, Role } from './rows.ts';
import type { Stage } from './stage.ts';

const DAY = 86_400;
// Kept free before the last instant, for a decision to be taken in.
const MARGIN = 8 * DAY;

interface Timing {
  /** Through a request that someone accepts some days later. */
  asked?: boolean;
  /** Will leave: all of it happens before that. */
  leaver?: boolean;
}

/** An organism as its people live in it: who administers it, who arrives, what they receive and ask for. */
export class House {
  readonly organism: Organism;
  /** Who has an account here, with the ordinary roles they have or had. */
  readonly members = new Map<AccountRow, Set<Role>>();
  readonly #stage: Stage;
  readonly #administrators: { account: AccountRow; since: Date }[] = [];
  readonly #opening: Date;

  constructor(stage: Stage, organism: Organism) {
    this.#stage = stage;
    this.organism = organism;
    const { beginning } = stage.calendar;
    this.#opening = workingMoment(stage.random, afterwards(beginning, DAY), afterwards(beginning, 50 * DAY));
  }

  /** Names local administrators, the cast's first. The first one comes from the administrateur Ucanss. */
  appoint(count: number): void {
    const { chronicle, random, people, national, role, enter } = this.#stage;
    const known = CAST.filter((member) => member.organism === this.organism.code && member.administers);
    for (let rank = 0; rank < count; rank += 1) {
      const by = this.#administrators[0]?.account ?? national;
      const at =
        rank === 0
          ? this.#opening
          : workingMoment(random, this.#opening, afterwards(this.#opening, 90 * DAY));
      const member = known[rank];
      const account = member
        ? enter(member, { at, by })
        : chronicle.createAccount(people.invent(this.organism), { at, by });
      const since = afterwards(at, 95);
      const reason = rank === 0 ? NAMED_FIRST : NAMED;
      chronicle.delegate(account, role('administrateur-local'), this.organism, { at: since, by, reason });
      this.#administrators.push({ account, since });
      this.members.set(account, new Set());
    }
  }

  /** The rest of the cast arrives, and all of it receives the roles that the documentation tells. */
  receiveCast(): void {
    const { random, national, role, enter, calendar } = this.#stage;
    for (const member of CAST.filter(({ organism }) => organism === this.organism.code)) {
      let account = [...this.members.keys(), national].find(({ email }) => email === member.email);
      if (!account) {
        const at = workingMoment(random, this.#opening, calendar.lastMonths);
        account = enter(member, { at, by: member.executive ? national : this.#actor(null, at) });
      }
      if (!this.members.has(account)) this.members.set(account, new Set());
      if (account === national) continue;
      for (const code of member.roles ?? []) this.give(account, role(code), { lasting: true });
      if (member.inactive) this.dismiss(account);
    }
  }

  /** Someone arrives; executives by their nomination (R55). */
  hire(person: Person, { asked = false, leaver = false }: Timing = {}): AccountRow {
    const { chronicle, random, national } = this.#stage;
    const at = workingMoment(random, this.#opening, this.#until(leaver));
    const account = asked
      ? this.#admit(person, at)
      : chronicle.createAccount(person, { at, by: person.executive ? national : this.#actor(null, at) });
    this.members.set(account, new Set());
    return account;
  }

  /** Gives so many ordinary roles of those the person does not have; the usual ones, unless others are named. */
  equip(account: AccountRow, count: number, timing: Timing = {}, roles = this.#stage.localRoles): void {
    for (let given = 0; given < count; given += 1) this.give(account, this.#newRole(account, roles), timing);
  }

  /** Gives a role that is taken back later (P7). */
  lend(account: AccountRow): void {
    const { chronicle, random, localRoles, calendar } = this.#stage;
    const role = this.#newRole(account, localRoles);
    const assignment = this.give(account, role, { lasting: true });
    const at = workingMoment(random, assignment.granted_at, calendar.latest);
    const by = this.#actor(account, at);
    chronicle.remove(account, role, assignment, { at, by, reason: random.pick(REMOVED) });
  }

  give(account: AccountRow, role: Role, timing: Timing & { lasting?: boolean } = {}): AssignmentRow {
    const { chronicle, requests, random, calendar } = this.#stage;
    const { asked = false, leaver = false, lasting = false } = timing;
    this.members.get(account)?.add(role);
    const at = workingMoment(random, account.created_at, this.#until(leaver));
    const endsOn = !lasting && random.chance(0.06) ? random.pick(calendar.endDates) : null;
    if (!asked) {
      return chronicle.grant(account, role, {
        at,
        by: this.#decider(account, role, at),
        reason: random.pick(GRANTED),
        endsOn,
      });
    }
    const request = requests.askForRole(account, role, { at, reason: random.pick(ASKED) });
    const decided = afterwards(at, DAY + random.below(4 * DAY));
    const act = { at: decided, by: this.#decider(account, role, decided) };
    requests.accept(request, act);
    return chronicle.grant(account, role, { ...act, reason: request.reason, request, endsOn });
  }

  /** Someone leaves (A1). */
  dismiss(account: AccountRow): void {
    const { chronicle, random, calendar } = this.#stage;
    const at = workingMoment(random, calendar.lastMonths, calendar.latest);
    chronicle.deactivate(account, { at, by: this.#actor(account, at), reason: random.pick(LEFT) });
  }

  /** A request of these last weeks for one of the roles that the person does not have: it waits for a decision. */
  ask(account: AccountRow, roles = this.#stage.localRoles): void {
    const { requests, random, calendar } = this.#stage;
    const role = this.#newRole(account, roles, { online: true });
    this.members.get(account)?.add(role);
    const at = workingMoment(random, latest(account.created_at, calendar.lastWeeks), calendar.latest);
    requests.askForRole(account, role, { at, reason: random.pick(ASKED) });
  }

  /** A request that was refused. */
  askInVain(account: AccountRow, roles = this.#stage.localRoles): void {
    const { requests, random } = this.#stage;
    const role = this.#newRole(account, roles, { online: true });
    const at = workingMoment(random, account.created_at, this.#until(false));
    const request = requests.askForRole(account, role, { at, reason: random.pick(ASKED) });
    const decided = afterwards(at, DAY + random.below(4 * DAY));
    const by = this.#decider(account, role, decided);
    requests.refuse(request, { at: decided, by, reason: random.pick(REFUSED) });
  }

  /** A first request for an account, which waits for a decision. */
  knock(person: Person): void {
    const { requests, random, calendar } = this.#stage;
    const at = workingMoment(random, calendar.lastWeeks, calendar.latest);
    requests.askForAccount(person, { at, reason: random.pick(ACCOUNT_ASKED) });
  }

  /** Until when something may happen to who stays, or to who will have left. */
  #until(leaver: boolean): Date {
    const { lastMonths, latest } = this.#stage.calendar;
    return afterwards(leaver ? lastMonths : latest, -MARGIN);
  }

  #admit(person: Person, at: Date): AccountRow {
    const { chronicle, requests, random } = this.#stage;
    const request = requests.askForAccount(person, { at, reason: random.pick(ACCOUNT_ASKED) });
    const decided = afterwards(at, DAY + random.below(4 * DAY));
    const act = { at: decided, by: this.#actor(null, decided) };
    const account = chronicle.createAccount(person, act, request);
    requests.accept(request, act);
    return account;
  }

  /** Who acts on an account at that time: a local administrator other than the person, or else Ucanss (P1). */
  #actor(subject: AccountRow | null, at: Date): AccountRow {
    const able = this.#administrators.filter(({ account, since }) => account !== subject && since < at);
    return able.length > 0 ? this.#stage.random.pick(able).account : this.#stage.national;
  }

  #decider(account: AccountRow, role: Role, at: Date): AccountRow {
    return role.validator === 'ucanss' ? this.#stage.national : this.#actor(account, at);
  }

  #newRole(account: AccountRow, roles: readonly Role[], { online = false } = {}): Role {
    const known = this.members.get(account);
    const suits = ({ code, request_mode }: Role) =>
      (!online || request_mode === 'online') &&
      (code !== 'accords-locaux-ugecam' || this.organism.code.startsWith('UGECAM'));
    return this.#stage.random.pick(roles.filter((role) => suits(role) && !known?.has(role)));
  }
}
