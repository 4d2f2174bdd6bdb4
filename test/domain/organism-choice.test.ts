import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseOrganism } from '../../src/domain/organism-choice.ts';

describe('the organism that a text names', () => {
  const organisms = (count: number) =>
    Array.from({ length: count }, (_, rank) => ({
      ...{ id: rank, code: `X-${rank}`, name: `Caisse ${rank}`, city: 'Dole', department: '39' },
      mailDomain: null,
    }));

  for (const [count, offered, more] of [
    [11, 11, false],
    [12, 12, false],
    [13, 12, true],
  ] as const) {
    test(`of ${count} that it may be, ${offered} are offered, and it is ${more ? '' : 'not '}told that there are others`, () => {
      const choice = chooseOrganism('dole', '', organisms(count));
      assert.ok(choice.kind === 'choices');
      assert.deepEqual([choice.organisms.length, choice.more], [offered, more]);
    });
  }
});
