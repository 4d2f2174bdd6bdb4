import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../src/database/knex.ts';
import { paths } from '../../../src/paths.ts';
import { type Answer, createClient, type Person, signIn } from './client.ts';
import type { House } from './house.ts';
import { administratorEmail, agentEmail, cast, ORGANISMS } from './people.ts';
import type { Unit } from './unit.ts';

export type ActKind = 'grant' | 'remove' | 'ask' | 'accept' | 'refuse';

/** Something that somebody did on a portal, as they saw it. */
export interface Act {
  kind: ActKind;
  /** In the act's reason, which nothing else has; of an acceptance, in that of the request. */
  key: string;
  /** How many messages it causes. */
  tells: number;
  portal: string;
  /** performance.now() when it was sent. */
  begun: number;
  answer: Answer;
}

/** Somebody was told that it is done. */
export const isAcknowledged = ({ answer: { status, location } }: Act): boolean =>
  status === 303 && !location.startsWith(paths.signIn);

/** No answer came, or one that says that the portal is not there for now: it may be done or not. */
export const isUnknown = ({ answer: { status } }: Act): boolean => status === 0 || status === 503;

/** Milliseconds between the end of an act and the next; nobody insists at once where it was not done. */
const REST = 40;
const REST_AFTER_FAILURE = 400;
/** An agent may ask 60 times an hour. */
const MOST_ASKED = 55;

interface Order extends Pick<Act, 'kind' | 'key' | 'tells'> {
  person: Person;
  path: string;
  form: Record<string, string>;
  /** What follows where it was done. */
  done?: () => void;
}

export interface Load {
  /** All acts so far. */
  acts: Act[];
  start(): void;
  /** Waits for those under way. */
  stop(): Promise<void>;
}

interface Actor {
  next(): Promise<Order>;
}

/** Everyone who acts, signed in: each administrator has an agent of the same organism, and people of their own. */
export async function gatherActors(house: House): Promise<Actor[]> {
  const { db, portals } = house;
  const url = portals[0]?.url ?? '';
  const roles = await grantableRoles(db);
  const gathered = ORGANISMS.map(async (organism) => {
    const deciders = await decidersOf(db, organism);
    const agents: { id: number; email: string }[] = await db('accounts')
      .whereIn(
        'email',
        ranks(cast.agents, (rank) => agentEmail(organism, rank)),
      )
      .orderBy('id')
      .select('id', 'email');
    const each = ranks(cast.administrators, async (rank) => {
      const [asker, ...others] = agents.filter((_, index) => index % cast.administrators === rank - 1);
      return createActor({
        ...{ db, organism, roles, deciders },
        administrator: await signIn(url, administratorEmail(organism, rank)),
        agent: await signIn(url, asker?.email ?? ''),
        // Each pair is theirs alone: nobody else's act explains what became of it.
        pairs: others.flatMap(({ id }) => roles.map(({ role }) => ({ id, role }))),
      });
    });
    return Promise.all(each);
  });
  return (await Promise.all(gathered)).flat();
}

/** Everyone acts without end, shared out over these portals, until they are stopped. */
export function createLoad(actors: readonly Actor[], portals: readonly Unit[]): Load {
  const acts: Act[] = [];
  let acting = false;
  let running: Promise<unknown> = Promise.resolve();

  async function goOn(actor: Actor, { name, url }: Unit): Promise<void> {
    const client = createClient(url);
    while (acting) {
      const { done, person, path, form, ...order } = await actor.next();
      const begun = performance.now();
      const act = { ...order, portal: name, begun, answer: await client.post(path, person, form) };
      acts.push(act);
      if (isAcknowledged(act)) done?.();
      await sleep(isAcknowledged(act) ? REST : REST_AFTER_FAILURE);
    }
    client.close();
  }

  return {
    acts,
    start() {
      acting = true;
      running = Promise.all(
        actors.map((actor, index) => goOn(actor, portals[index % portals.length] as Unit)),
      );
      // Told by stop().
      running.catch(() => {});
    },
    async stop() {
      acting = false;
      await running;
    },
  };
}

const ranks = <T>(count: number, of: (rank: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index + 1));

interface AskableRole {
  role: string;
  application: string;
}

async function grantableRoles(db: Database): Promise<AskableRole[]> {
  return db('roles')
    .join('applications', 'applications.id', 'application_id')
    .where({ kind: 'ordinary', validator: 'local_administrator', request_mode: 'online' })
    .orderBy('roles.id')
    .select({ role: 'roles.code', application: 'applications.code' });
}

/** Local administrators, those of the population included. */
async function decidersOf(db: Database, organism: string): Promise<number> {
  const people = await db('assignments')
    .join('organisms', 'organisms.id', 'assignments.organism_id')
    .join('accounts', 'accounts.id', 'account_id')
    .where({ 'organisms.code': organism, role_kind: 'local_administrator', active: true })
    .whereNull('ended_at')
    .whereRaw('(ends_on IS NULL OR ends_on >= current_date)')
    .pluck('accounts.id');
  return people.length;
}

interface ActorOptions {
  db: Database;
  organism: string;
  /** How many people are told of a request. */
  deciders: number;
  administrator: Person;
  agent: Person;
  pairs: { id: number; role: string }[];
  roles: AskableRole[];
}

let keys = 0;
const nextKey = () => {
  keys += 1;
  return `Preuve n° ${keys}`;
};

/** Grants, removes, asks and decides in turn; what became of an act without answer is never touched again. */
function createActor({ db, organism, deciders, administrator, agent, pairs, roles }: ActorOptions): Actor {
  const held: typeof pairs = [];
  const askable = [...roles];
  const asked: { key: string; role: AskableRole }[] = [];
  let asks = 0;
  let turn = 0;

  function grant(): Order | undefined {
    const pair = pairs.shift();
    if (!pair) return undefined;
    const key = nextKey();
    return {
      ...{ kind: 'grant', key, tells: 1, person: administrator },
      path: paths.accounts.grant({ id: pair.id }),
      form: { organisme: organism, role: pair.role, motif: key, fin: '' },
      done: () => held.push(pair),
    };
  }

  function remove(): Order | undefined {
    const pair = held.shift();
    if (!pair) return undefined;
    const key = nextKey();
    return {
      ...{ kind: 'remove', key, tells: 0, person: administrator },
      path: paths.accounts.remove({ id: pair.id }),
      form: { organisme: organism, role: pair.role, motif: key },
      done: () => pairs.push(pair),
    };
  }

  function ask(): Order | undefined {
    const role = asks < MOST_ASKED ? askable.shift() : undefined;
    if (!role) return undefined;
    asks += 1;
    const key = nextKey();
    return {
      ...{ kind: 'ask', key, tells: deciders, person: agent },
      path: paths.catalogue.show({ code: role.application }),
      form: { role: role.role, motif: key },
      done: () => asked.push({ key, role }),
    };
  }

  async function decide(): Promise<Order | undefined> {
    const request = asked.shift();
    if (!request) return undefined;
    // Whom it is shown to reads it on a page; here it is looked up, where the database is there.
    const found = await db('requests')
      .first('id')
      .where({ reason: request.key })
      .catch(() => undefined);
    if (!found) return undefined;
    if (asks % 3 === 0) {
      return {
        ...{ kind: 'accept', key: request.key, tells: 1, person: administrator },
        path: paths.requests.accept({ id: found.id }),
        form: { organisme: organism, fin: '' },
      };
    }
    const key = nextKey();
    return {
      ...{ kind: 'refuse', key, tells: 1, person: administrator },
      path: paths.requests.refuse({ id: found.id }),
      form: { organisme: organism, motif: key },
      done: () => askable.push(request.role),
    };
  }

  const turns = [grant, remove, grant, remove, ask, decide];
  return {
    async next() {
      turn += 1;
      // What is given is taken back first: a long proof would otherwise run out of people.
      const order = (await turns[turn % turns.length]?.()) ?? remove() ?? grant();
      if (!order) throw new Error('nobody is left to grant a role to');
      return order;
    },
  };
}
