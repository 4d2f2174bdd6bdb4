import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  changesOf,
  judgeNomination,
  type NominatedAccount,
  type NominationFacts,
  type NominationLine,
  remarkOf,
} from '../../src/domain/nomination.ts';

const TODAY = '2026-11-22';
const HERE = { id: 1, name: 'CAF du Jura', closed: false };
const LINE: NominationLine = {
  ...{ reference: 'N-1', act: 'nomination', effectiveOn: TODAY, civility: null, lastName: 'DUPONT' },
  ...{ firstName: 'Anne', email: 'anne@test.fr', functionTitle: 'Directrice', organismCode: 'CAF-391' },
};
const ACCOUNT: NominatedAccount = {
  ...{ id: 7, email: 'anne@test.fr', civility: 'Mme', lastName: 'DUPONT', firstName: 'Anne' },
  ...{
    functionTitle: 'Agente',
    organismId: 1,
    organismName: 'CAF du Jura',
    isExecutive: false,
    active: true,
  },
};
const FACTS: NominationFacts = {
  ...{ today: TODAY, actorId: 1, organism: HERE, account: null, referred: null, known: null },
  ...{ earlier: null, awaited: false, doubled: null },
};

const judge = (line: Partial<NominationLine>, facts: Partial<NominationFacts> = {}) =>
  judgeNomination({ ...LINE, ...line }, { ...FACTS, ...facts });
const executive = { ...ACCOUNT, isExecutive: true, functionTitle: 'Directrice' };
const elsewhere = { ...ACCOUNT, organismId: 2, organismName: 'CAF du Doubs' };

describe('R81: what becomes of a line', () => {
  const cases: [
    name: string,
    line: Partial<NominationLine>,
    facts: Partial<NominationFacts>,
    verdict: string,
  ][] = [
    ['nobody has the address', {}, {}, 'create'],
    ['somebody moves who has no account', { act: 'mutation' }, {}, 'create'],
    ['somebody of the organism', {}, { account: ACCOUNT }, 'update'],
    ['an executive with another function', {}, { account: { ...executive, functionTitle: 'X' } }, 'update'],
    ['an executive with this function', {}, { account: executive }, 'done'],
    ['somebody of another organism', {}, { account: elsewhere }, 'attach'],
    ['somebody who moves where they are', { act: 'mutation' }, { account: ACCOUNT }, 'update'],
    ['an end', { act: 'fin' }, { account: executive }, 'end'],
    ['an end of who is none', { act: 'fin' }, { account: ACCOUNT }, 'error'],
    ['an end elsewhere', { act: 'fin' }, { account: { ...elsewhere, isExecutive: true } }, 'error'],
    [
      'an end without organism',
      { act: 'fin', organismCode: '' },
      { account: executive, organism: null },
      'end',
    ],
    ['an end of who is deactivated', { act: 'fin' }, { account: { ...executive, active: false } }, 'end'],
    ['tomorrow', { effectiveOn: '2026-11-23' }, {}, 'future'],
    [
      'tomorrow, in an organism that is closed',
      { effectiveOn: '2026-11-23' },
      { organism: { ...HERE, closed: true } },
      'error',
    ],
    [
      'an end tomorrow of who is to be made',
      { act: 'fin', effectiveOn: '2026-11-23' },
      { awaited: true },
      'future',
    ],
    ['the same as was done', {}, { account: executive, earlier: { state: 'applied', same: true } }, 'done'],
    ['the same as is to come', {}, { earlier: { state: 'planned', same: true } }, 'done'],
    ['another than was done', {}, { account: ACCOUNT, earlier: { state: 'applied', same: false } }, 'error'],
    ['a correction of what is to come', {}, { earlier: { state: 'planned', same: false } }, 'create'],
    ['by the reference alone', { act: 'fin', email: '' }, { referred: executive }, 'end'],
    ['a reference of somebody else', { email: 'autre@test.fr' }, { referred: ACCOUNT }, 'error'],
    ['a namesake', {}, { known: 'name' }, 'error'],
    ['an address that was left a moment ago', {}, { known: 'address' }, 'error'],
    ['an end of a namesake', { act: 'fin' }, { known: 'name' }, 'error'],
    ['two addresses for one name', {}, { doubled: 'name' }, 'error'],
    ['oneself', {}, { account: { ...ACCOUNT, id: 1 } }, 'error'],
    ['two lines', {}, { doubled: 'person', earlier: { state: 'applied', same: true } }, 'error'],
  ];
  for (const [name, line, facts, verdict] of cases)
    test(`${name}: ${verdict}`, () => assert.equal(judge(line, facts).verdict, verdict));

  test('whatever there is, a line in error says why, and no other does', () => {
    const account = fc.option(
      fc.record({
        id: fc.integer({ min: 1, max: 3 }),
        organismId: fc.integer({ min: 1, max: 2 }),
        isExecutive: fc.boolean(),
        active: fc.boolean(),
        functionTitle: fc.constantFrom('Directrice', 'Agente'),
      }),
    );
    const whole = (some: Partial<NominatedAccount> | null) =>
      some === null ? null : { ...ACCOUNT, ...some };
    fc.assert(
      fc.property(
        fc.constantFrom<NominationLine['act']>('nomination', 'mutation', 'fin'),
        fc.constantFrom('2026-11-21', TODAY, '2026-11-23'),
        fc.constantFrom('', 'anne@test.fr', 'autre@test.fr'),
        account,
        account,
        fc.constantFrom(null, HERE, { ...HERE, closed: true }),
        (act, effectiveOn, email, one, other, organism) => {
          const organismCode = organism === null && act === 'fin' ? '' : 'CAF-391';
          const known = email === 'anne@test.fr' ? whole(one) : null;
          const referred = whole(other);
          const {
            verdict,
            fault,
            account: found,
          } = judge({ act, effectiveOn, email, organismCode }, { account: known, referred, organism });
          assert.equal(verdict === 'error', fault !== '');
          // What changes somebody knows whom; what makes an account, nobody.
          if (['attach', 'update', 'end'].includes(verdict)) assert.ok(found);
          if (verdict === 'create') assert.deepEqual([found, organism], [null, HERE]);
          if (['error', 'done'].includes(verdict)) return;
          // P1, P11.
          assert.notEqual(found?.id, 1);
          if (referred) assert.ok(['', referred.email].includes(email));
        },
      ),
    );
  });

  test('what a line does not tell stays as it is', () => {
    assert.deepEqual(changesOf({ civility: null, functionTitle: '' }, ACCOUNT), {
      civility: 'Mme',
      functionTitle: 'Agente',
    });
    assert.equal(changesOf({ civility: null, functionTitle: '' }, executive), null);
  });

  test('P11: another person of the same name has a way on, and the same person none', () => {
    const way = /Si c’est une autre personne, créez d’abord son compte.*le fichier la trouvera/;
    assert.match(judge({}, { known: 'name' }).fault, way);
    assert.doesNotMatch(judge({}, { known: 'address' }).fault, way);
    assert.doesNotMatch(judge({ act: 'fin' }, { known: 'name' }).fault, way);
    assert.match(judge({}, { doubled: 'name' }).fault, /plusieurs personnes, créez d’abord leurs comptes/);
  });

  test('another name, an organism left without administrator (P2), an act that gives way are told', () => {
    const judged = judge({}, { account: elsewhere });
    const [none, named] = [
      { left: [], outside: false, replaces: [] },
      { ...LINE, lastName: 'DURAND' },
    ];
    assert.equal(remarkOf(LINE, judged, none), '');
    assert.match(remarkOf(named, judged, none), /au nom de Anne DUPONT/);
    assert.match(remarkOf(LINE, judge({}), { ...none, outside: true }), /extérieure au domaine/);
    assert.match(
      remarkOf(LINE, judged, { ...none, left: ['CAF du Doubs'] }),
      /CAF du Doubs n’aura plus d’administrateur local/,
    );
    const replaces = { ...none, replaces: ['2027-03-01'] };
    for (const each of [judge({}), judged, judge({ effectiveOn: '2027-01-01' })])
      assert.equal(remarkOf(LINE, each, replaces), 'Remplace l’acte prévu le 01/03/2027.');
    assert.equal(remarkOf(LINE, judge({}, { account: executive }), replaces), '');
  });
});
