import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import {
  type EntitlementFilter,
  type EntitlementList,
  type EntitlementRow,
  entitlementList,
  type GrantedAssignment,
} from '../../src/repositories/lists/entitlements.ts';
import { createSnapshot, type Snapshot, type SnapshotSource } from '../../src/repositories/snapshot.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { runs, tellCases } from '../tools/sample.ts';
import { filters } from './entitlements-filters.ts';
import { drawPeople, expectedPeople, insertPeople, type Person, TODAY } from './entitlements-population.ts';

let tested: TestDatabase;
let snapshot: Snapshot;
let people: Person[];
let source: SnapshotSource;
let list: EntitlementList;

before(async () => {
  tested = await createTestDatabase({ template: 'reference' });
  source = createSnapshot(tested.db);
  snapshot = await source.current();
  people = drawPeople(snapshot, 2_600);
  await insertPeople(tested.db, people, snapshot);
  list = entitlementList(tested.db, source);
});
after(() => tested.drop());

const everyone: EntitlementFilter = { organismId: null, name: '', words: '', sort: 'nom', direction: 'asc' };
const someOrganism = () => people[0]?.organismId ?? 0;
const idsOf = (rows: { id: number }[]) => rows.map((row) => row.id);

async function assertPage(filter: EntitlementFilter, page: number, size: number): Promise<void> {
  const expected = expectedPeople(people, filter, snapshot);
  const capped = filter.organismId === null && expected.length > 1_000;
  const found = await list.page(filter, { page, size, today: TODAY });
  assert.deepEqual(idsOf(found.rows), idsOf(expected.slice((page - 1) * size, page * size)));
  assert.equal(found.total, capped ? 1_000 : expected.length);
  assert.equal(found.atLeast, capped);
}

test('any filter gives the same people, order and total as a naive reading', async (t) => {
  const drawn = runs(50, 500);
  const property = fc.asyncProperty(
    filters(people, snapshot),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom(10, 25, 50, 100),
    assertPage,
  );
  await fc.assert(property, drawn);
  await pretendMillions();
  await fc.assert(property, drawn);
  tellCases(t, 2 * drawn.numRuns);
});

// The statistics of a large table, so that searches over every organism go through the GIN indexes.
async function pretendMillions(): Promise<void> {
  await tested.db.raw(`UPDATE pg_class SET reltuples = 1500000 WHERE oid = 'accounts'::regclass`);
}

test('words without three letters in a row are found as they stand, not in pieces', async () => {
  await pretendMillions();
  for (const words of ["d'h", "l'a", "'a", 'c_c', '50', 'w', 'xu', '%', '\\d', "d'a w", 'é.']) {
    await assertPage({ ...everyone, words }, 1, 100);
  }
  // Some people have both pieces of « d'h », in « L’Hôte » and « d’accueil », but nobody has the word.
  assert.ok(expectedPeople(people, { ...everyone, words: "d' 'h" }, snapshot).length > 0);
  assert.equal(expectedPeople(people, { ...everyone, words: "d'h" }, snapshot).length, 0);
});

test('each sort is right, both ways, with and without a search', async () => {
  const held = people.find(({ assignments }) => assignments.some(({ ended }) => !ended))?.assignments[0];
  const label = snapshot.roles.get(held?.roleId ?? 0)?.label ?? '';
  for (const sort of ['nom', 'prenom', 'email', 'fonction', 'organisme', 'habilitations'] as const) {
    for (const direction of ['asc', 'desc'] as const) {
      for (const organismId of [null, someOrganism()]) {
        for (const words of ['', 'a', 'dupont', 'éric du', label, `${label} de`]) {
          await assertPage({ ...everyone, sort, direction, organismId, words }, 3, 25);
        }
      }
    }
  }
});

test('pages that follow each other show everyone once, homonyms included', async () => {
  const filter = { ...everyone, organismId: someOrganism(), words: 'dupont' };
  const seen: number[] = [];
  for (let page = 1; ; page++) {
    const { rows } = await list.page(filter, { page, size: 10, today: TODAY });
    if (rows.length === 0) break;
    seen.push(...idsOf(rows));
  }
  assert.deepEqual(seen, idsOf(expectedPeople(people, filter, snapshot)));
  assert.equal(new Set(seen).size, seen.length);
});

test('a page beyond the last is empty and tells the right total', async () => {
  for (const filter of [
    { ...everyone, organismId: someOrganism() },
    { ...everyone, words: 'wladimir dupont' },
  ]) {
    const total = expectedPeople(people, filter, snapshot).length;
    assert.ok(total > 0);
    assert.deepEqual(await list.page(filter, { page: 900, size: 10, today: TODAY }), {
      rows: [],
      total,
      atLeast: false,
    });
  }
  assert.deepEqual(await list.page(everyone, { page: 2_000, size: 100, today: TODAY }), {
    rows: [],
    total: 1_000,
    atLeast: true,
  });
});

test('over every organism, pages go on past the total that is told', async () => {
  await assertPage(everyone, 26, 100);
  await assertPage({ ...everyone, words: 'a' }, 25, 100);
});

test('the rights that hold today only are shown (P8), and exported with when and by whom', async () => {
  const seen = new Map<number, number>();
  const reading = { today: TODAY, signal: new AbortController().signal, batch: 100 };
  const check = async (batch: EntitlementRow<GrantedAssignment>[], page: number) => {
    const { rows } = await list.page(everyone, { page, size: 100, today: TODAY });
    const withoutGrant = ({ assignments, ...person }: EntitlementRow<GrantedAssignment>) => ({
      ...person,
      assignments: assignments.map(({ roleId, organismId, endsOn }) => ({ roleId, organismId, endsOn })),
    });
    assert.deepEqual(rows, batch.map(withoutGrant));
    for (const row of batch) {
      const person = people.find(({ id }) => id === row.id);
      assert.ok(person);
      const holding = person.assignments.filter((held) => !held.ended && (held.endsOn ?? TODAY) >= TODAY);
      const sorted = holding.toSorted(
        (one, other) =>
          (snapshot.roles.get(one.roleId)?.rank ?? 0) - (snapshot.roles.get(other.roleId)?.rank ?? 0) ||
          (one.organismId ?? 0) - (other.organismId ?? 0),
      );
      assert.deepEqual(row, {
        id: person.id,
        lastName: person.lastName,
        firstName: person.firstName,
        email: person.email,
        functionTitle: person.functionTitle,
        isExecutive: false,
        active: true,
        leavesOn: null,
        organismId: person.organismId,
        assignments: sorted.map(({ roleId, organismId, endsOn }) => ({
          roleId,
          organismId,
          endsOn,
          grantedAt: new Date('2026-01-05T09:30:00.123Z'),
          grantedBy:
            organismId === null ? `${people[0]?.firstName} ${people[0]?.lastName.toUpperCase()}` : null,
        })),
      });
      seen.set(row.id, holding.length);
    }
  };
  await tested.db.transaction(async (db) => {
    let page = 0;
    for await (const batch of entitlementList(db, source).streamGrants(everyone, reading)) {
      page += 1;
      await check(batch, page);
    }
  });
  assert.equal(seen.size, people.length);
  assert.ok([...seen.values()].includes(0));
});

test('a right shows until its last day, included', async () => {
  const person = people.find(({ assignments }) =>
    assignments.some((held) => held.endsOn === TODAY && !held.ended),
  );
  assert.ok(person);
  const filter = { ...everyone, words: person.email };
  const shownOn = async (today: string) => {
    const { rows } = await list.page(filter, { page: 1, size: 10, today });
    return rows[0]?.assignments.filter((held) => held.endsOn === TODAY).length;
  };
  assert.notEqual(await shownOn('2026-11-22'), 0);
  assert.equal(await shownOn('2026-11-23'), 0);
});

test('the stream gives the whole result in its order, and count says how many', async (t) => {
  const drawn = runs(15, 150);
  await fc.assert(
    fc.asyncProperty(filters(people, snapshot), fc.constantFrom(7, 200), async (filter, batch) => {
      const expected = expectedPeople(people, filter, snapshot);
      if (batch === 7 && expected.length > 200) return;
      const found: number[] = [];
      const reading = { today: TODAY, signal: AbortSignal.any([]), batch };
      await tested.db.transaction(async (db) => {
        for await (const rows of entitlementList(db, source).stream(filter, reading)) {
          assert.ok(rows.length > 0 && rows.length <= batch);
          found.push(...idsOf(rows));
        }
      });
      assert.deepEqual(found, idsOf(expected));
      assert.equal(await list.count(filter), expected.length);
    }),
    drawn,
  );
  tellCases(t, drawn.numRuns);
  assert.equal(tested.db.client.pool.numUsed(), 0);
});
