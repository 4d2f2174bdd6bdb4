import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { createNominationStage, type NominationStage } from './nomination-stage.ts';

const TODAY = '22/11/2026';

describe('R81: as many messages leave with a file as are announced', () => {
  let stage: NominationStage;
  let count = 0;
  before(async () => {
    stage = await createNominationStage();
  });
  after(() => stage.drop());

  const person = (organism: string, more: object = {}) =>
    createAccount(stage.db, { organism, is_executive: true, ...more });
  const administrator = async (of: string, who?: { id: number }) => {
    const account = who ?? (await person(of));
    await grant(stage.db, account, 'administrateur-local', { organism: of });
    return account as AccountRow;
  };
  const ref = () => {
    count += 1;
    return `M-${count}`;
  };
  const create = (name: string, organism: string) =>
    `${ref()};nomination;${TODAY};;${name};Ana;${name.toLowerCase()}@caf39.caf.fr;Directrice;${organism}`;
  const move = ({ last_name, first_name, email }: AccountRow, to: string) =>
    `${ref()};mutation;${TODAY};;${last_name};${first_name};${email};Directrice;${to}`;
  const end = ({ email }: AccountRow) => `${ref()};fin;${TODAY};;;;${email};;`;

  /** What is announced, and what left. */
  async function messages(...lines: string[]): Promise<[announced: number, sent: number]> {
    const id = await stage.compare(lines.join('\n'));
    const { messages: announced } = await stage.services.nominations.foresee(stage.actor, id);
    await stage.services.nominations.apply(stage.actor, id, Number.POSITIVE_INFINITY);
    const lasting = await stage.stored(id);
    assert.deepEqual([...new Set(lasting.map(({ state }) => state))], ['applied']);
    const { batchId } = await stage.services.nominations.get(id);
    return [announced, (await stage.db('messages').where({ batch_id: batchId })).length];
  }
  const told = async (expected: number, ...lines: string[]) =>
    assert.deepEqual(await messages(...lines), [expected, expected]);

  test('accounts that are made, moves and ends, with no administrator, one or two, of whom the person or who acts', async () => {
    const { db, actor } = stage;
    await db('assignments')
      .where({ role_kind: 'local_administrator' })
      .update({
        ...{ ended_at: stage.clock.now(), end_kind: 'removed' },
      });
    const [none, one, two] = ['CAF-701', 'CPAM-391', 'CAF-391'] as const;
    const self = await administrator(one);
    await administrator(two);
    await administrator(two, await accountOf(db, actor.email));
    await told(2, create('Neuve', none), create('Autre', two));
    await told(0, move(await person(none), two), end(await person(none)));
    await told(1, move(await person(one), none));
    await told(0, end(self));
    await told(2, move(await person(two), none), end(await person(two)));
    // Who administers it leaves: nobody is told of their move, nor of another in the same part of the file.
    await told(1, create('Derniere', one), move(self, none), end(await person(one)));
    // Nothing leaves for what changes a function alone.
    await told(0, move(await person(two, { is_executive: false }), two));
  });

  test('requests follow, and are told to who decides them there', async () => {
    const { db } = stage;
    const [from, to] = ['CAF-251', 'UCN'] as const;
    await administrator(to);
    await administrator(to);
    const mover = await person(from);
    await createRequest(db, { account: mover });
    await createRequest(db, { account: mover, role: 'referent-deontologue' });
    const [announced, sent] = await messages(move(mover, to), create('Suivie', to));
    assert.equal(announced, sent);
    assert.ok(sent >= 3);
  });

  test('who moves in one part of a file is told of nothing in those after', async () => {
    const leaving = await administrator('CPAM-251');
    await administrator('CPAM-251');
    const many = Array.from({ length: 705 }, (_, at) => create(`Nombre${at}`, 'CAF-391'));
    const lines = [move(leaving, 'CAF-391'), ...many, end(await person('CPAM-251'))];
    const [announced, sent] = await messages(...lines);
    assert.equal(announced, sent);
  });
});
