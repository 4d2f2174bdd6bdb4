import type { Knex } from 'knex';
import { lastId } from '../identities.ts';
import { mailDomain, mailName, phonePrefix } from '../people/contact.ts';
import { EXECUTIVE_FUNCTIONS, FUNCTIONS } from '../people/functions.ts';
import { LAST_NAMES, MEN, WOMEN } from '../people/names.ts';
import { WITHOUT_ADMINISTRATOR } from '../people/organisms.ts';
import { createRandom, type Random, spread } from '../people/random.ts';
import { type SizedOrganism, sizesOf } from './sizes.ts';

/** How a population is laid out over the numbers of its accounts. */
export interface Plan {
  accounts: number;
  /** Account n, from 0, has the identifier base + 1 + n. */
  base: number;
  /** Account n has the place (n × stride) mod accounts: neighbours in the table live far apart. */
  stride: number;
  /** First place of each organism, in the order of population_organisms. */
  starts: readonly number[];
  largest: { organism: number; size: number };
}

/** Slots of a drawing table: a power of two, so that a slot is some bits of a hash. */
export const SLOTS = 4_096;
const SEED = 2_026;
// With a quarter of a former one each, 6 to 7 assignments an account.
const LIVE_ROLES = 6.3;
const MOST_ROLES = 15;

interface OrganismRow extends SizedOrganism {
  region: string;
  mail_domain: string | null;
}

interface RoleRow {
  id: number;
  kind: string;
  validator: string;
}

/**
 * Lays the population out, and puts what it is drawn from in temporary tables: organisms, names, functions, sets
 * of roles. The same for the same reference data and the same last account.
 */
export async function makePlan(trx: Knex.Transaction, accounts: number): Promise<Plan> {
  const organisms: OrganismRow[] = await trx('organisms')
    .select('id', 'code', 'acronym', 'department', 'region', 'mail_domain')
    .orderBy('id');
  if (organisms.length === 0) throw new Error('The reference data is missing: run `npm run db:seed` first.');
  const sizes = sizesOf(organisms, accounts);
  const size = Math.max(...sizes);
  const plan: Plan = {
    accounts,
    base: await lastId(trx, 'accounts'),
    stride: coprime(Math.round(accounts * 0.618), accounts),
    starts: runningSum(sizes),
    largest: { organism: organisms[sizes.indexOf(size)]?.id ?? 0, size },
  };
  await fill(
    trx,
    'population_organisms',
    'number int, id int, domain text, phone text, administrators bigint[]',
    organisms.map((organism, index) => ({
      number: index + 1,
      id: organism.id,
      domain: mailDomain(organism),
      phone: phonePrefix(organism.region),
      administrators: WITHOUT_ADMINISTRATOR.includes(organism.code)
        ? []
        : administratorsOf(plan, index, sizes[index] ?? 0),
    })),
  );
  await fillPeople(trx);
  await fillRoles(trx);
  return plan;
}

async function fillPeople(trx: Knex.Transaction): Promise<void> {
  const names = spread(LAST_NAMES, SLOTS, 20).map((name) => ({ name, mail: mailName(name) }));
  await fill(trx, 'population_last_names', 'slot int, name text, mail text', slotted(names));

  // Two women to one man, as in the organisms.
  const women = spread(WOMEN, Math.round((SLOTS * 2) / 3), 10).map((name) => ({
    name,
    mail: mailName(name),
    civility: 'Mme',
  }));
  const men = spread(MEN, SLOTS - women.length, 10).map((name) => ({
    name,
    mail: mailName(name),
    civility: 'M.',
  }));
  const firstNames = slotted([...women, ...men]);
  await fill(trx, 'population_first_names', 'slot int, name text, mail text, civility text', firstNames);

  // The executives' functions come after the slots that everybody else draws from.
  const functions = [...spread(FUNCTIONS, SLOTS, 8), ...EXECUTIVE_FUNCTIONS].map(([man, woman]) => ({
    man,
    woman,
  }));
  await fill(trx, 'population_functions', 'slot int, man text, woman text', slotted(functions));
}

async function fillRoles(trx: Knex.Transaction): Promise<void> {
  const roles: RoleRow[] = await trx('roles').select('id', 'kind', 'validator').orderBy('position');
  const ordinary = roles.filter(({ kind, validator }) => kind === 'ordinary' && validator !== 'free');
  const local = ordinary.filter(({ validator }) => validator === 'local_administrator');
  const reserved = ordinary.filter(({ validator }) => validator === 'ucanss');
  // The reserved ones come last, and are therefore the rarest.
  const slots = spread([...local, ...reserved], 1_000, 8).map(({ id }) => id);
  const random = createRandom(SEED);
  const sets = Array.from({ length: SLOTS }, () => ({ role_ids: drawSet(random, slots, ordinary.length) }));
  await fill(trx, 'population_role_sets', 'slot int, role_ids int[]', slotted(sets));
}

/** A set of roles, in order; most people have about as many, a few none or very many. */
function drawSet(random: Random, slots: readonly number[], roles: number): number[] {
  const bell = random.next() + random.next() + random.next() - 1.5;
  const wanted = Math.min(Math.max(Math.round(LIVE_ROLES + bell * 6), 0), MOST_ROLES, roles);
  const drawn = new Set<number>();
  while (drawn.size < wanted) drawn.add(random.pick(slots));
  return [...drawn].sort((one, other) => one - other);
}

/** Identifiers of an organism's one to three local administrators: its first places. */
function administratorsOf(plan: Plan, index: number, size: number): number[] {
  const count = Math.min(1 + (index % 3), size);
  const inverse = inverseOf(plan.stride, plan.accounts);
  return Array.from({ length: count }, (_, rank) => {
    const place = BigInt((plan.starts[index] ?? 0) + rank);
    return plan.base + 1 + Number((place * inverse) % BigInt(plan.accounts));
  });
}

async function fill(trx: Knex.Transaction, table: string, columns: string, rows: object[]): Promise<void> {
  await trx.raw(`CREATE TEMPORARY TABLE ${table} (${columns}) ON COMMIT DROP`);
  await trx.raw(`INSERT INTO ${table} SELECT * FROM json_to_recordset(?::json) AS line(${columns})`, [
    JSON.stringify(rows),
  ]);
  await trx.raw(`ANALYZE ${table}`);
}

function slotted<T extends object>(items: readonly T[]): (T & { slot: number })[] {
  return items.map((item, slot) => ({ slot, ...item }));
}

function runningSum(sizes: readonly number[]): number[] {
  let sum = 0;
  return sizes.map((size) => {
    sum += size;
    return sum - size;
  });
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}

/** The first number from `start` that shares no divisor with `modulus`. */
function coprime(start: number, modulus: number): number {
  let candidate = Math.max(start, 1);
  while (greatestDivisor(candidate, modulus) !== 1) candidate += 1;
  return candidate;
}

/** What undoes the multiplication by `value` modulo `modulus` (extended Euclid). */
function inverseOf(value: number, modulus: number): bigint {
  let [previous, current] = [BigInt(value), BigInt(modulus)];
  let [before, factor] = [1n, 0n];
  while (current !== 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [before, factor] = [factor, before - quotient * factor];
  }
  return ((before % BigInt(modulus)) + BigInt(modulus)) % BigInt(modulus);
}
