import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgePassword } from '../../src/security/password-strength.ts';
import { allOf } from '../tools/all-of.ts';

const about = ['Welcome', 'TESTPORTAIL', 'wtestportail@test.fr', 'CAF-391', 'CAF du Jura'];

for (const password of [
  'lanterne-violette-39-moulin',
  'trois cerises bleues volent',
  'xK9#mP2$vL8q',
  'zébulon cuisine trois',
  `${'correct cheval agrafe '.repeat(6).slice(0, 127)}!`,
]) {
  test(`« ${password.slice(0, 40)} » is accepted`, async () => {
    assert.deepEqual(await judgePassword(password, about, undefined), {
      accepted: true,
      message: 'Ce mot de passe est assez difficile à deviner.',
    });
  });
}

for (const [password, why] of [
  ['court', /12 caractères au moins\u00a0: il en manque 7\./],
  ['motdepasse12345', /liés à vous ou au portail/],
  ['T3stp0rt@il-W3lcome', /liés à vous ou au portail/],
  ['aaaaaaaaaaaaaaaa', /répète les mêmes caractères/],
  ['qsdfghjklmwxcvbn', /touches du clavier/],
  ['123456789012', /plus utilisés/],
  ['marie-dominique', /un nom ou un prénom/],
  ['Azertyuiop2026', /trop facile à deviner/],
] as const) {
  test(`« ${password} » is refused, and the sentence says why`, async () => {
    const { accepted, message } = await judgePassword(password, about, undefined);
    assert.equal(accepted, false);
    assert.match(message, why);
    assert.doesNotMatch(message, / {2}|[ ][:;?!]|undefined/);
  });
}

test('composed or not, an accent is the same password', async () => {
  const [composed, decomposed] = [
    'éléphant vert trois'.normalize('NFC'),
    'éléphant vert trois'.normalize('NFD'),
  ];
  assert.deepEqual(
    await judgePassword(composed, [], undefined),
    await judgePassword(decomposed, [], undefined),
  );
});

test('the event loop stays free while long passwords are judged', async () => {
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 5);
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789@$!';
  const hard = Array.from(
    { length: 128 },
    (_, at) => alphabet[(at * at * 7 + at * 3) % alphabet.length],
  ).join('');
  await Promise.all(Array.from({ length: 10 }, () => judgePassword(hard, about, undefined)));
  clearInterval(ticking);
  assert.ok(turns >= 10, `${turns} turns of the loop`);
});

test('beyond a hundred that wait, others are told to come back', async () => {
  const all = Array.from({ length: 130 }, (_, at) => judgePassword('b'.repeat(12 + (at % 3)), [], undefined));
  const settled = await Promise.allSettled(all);
  const refused = settled.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 30);
  assert.ok(allOf(refused, (each) => each.status === 'rejected' && each.reason.status === 429));
});
