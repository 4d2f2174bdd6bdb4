import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { createNominationStage, type NominationStage } from './nomination-stage.ts';

const TODAY = '22/11/2026';

describe('P11: people of one name in a file of nominations', () => {
  let stage: NominationStage;
  before(async () => {
    stage = await createNominationStage();
  });
  after(() => stage.drop());

  const line = (reference: string, name: string, email: string, organism = 'CAF-391') =>
    `${reference};nomination;${TODAY};;${name};${email};Directrice;${organism}`;
  const faults = async (...lines: string[]) =>
    (await stage.stored(await stage.compare(lines.join('\n')))).map(({ fault }) => fault);

  test('somebody of the name of who is known has a way on: their account first, then the file finds it', async () => {
    const other = line('H-1', 'Directrice;Odile', 'odile.autre@caf39.caf.fr');
    assert.match(await stage.fault(other), /Si c’est une autre personne, créez d’abord son compte/);
    await createAccount(stage.db, {
      ...{ organism: 'CAF-391', last_name: 'DIRECTRICE', first_name: 'Odile' },
      email: 'odile.autre@caf39.caf.fr',
    });
    assert.deepEqual(await stage.apply(other), ['applied']);
  });

  test('two new ones of one organism are both in error, in whatever parts of the file they stand', async () => {
    const between = Array.from({ length: 1_100 }, (_, at) =>
      line(`B-${at}`, `Entre${at};Ana`, `entre.${at}@caf39.caf.fr`),
    );
    const [first, last] = [
      line('H-2', 'Élan;Anne-Lise', 'elan.une@caf39.caf.fr'),
      line('H-3', 'ELAN;anne-lise', 'elan.deux@caf39.caf.fr'),
    ];
    const found = await faults(first, ...between, last);
    for (const fault of [found.at(0), found.at(-1)]) assert.match(fault, /Plusieurs lignes.*de ce nom/);
    assert.deepEqual([...new Set(found.slice(1, -1))], ['']);
    assert.deepEqual(await stage.verdicts([first, last.replace('CAF-391', 'CAF-251')].join('\n')), [
      'create',
      'create',
    ]);
    // The same address tells the same person: that is told first.
    assert.match(
      String((await faults(first, last.replace('deux', 'une'))).at(0)),
      /concernent cette personne/,
    );
  });

  test('a new one and somebody who joins under that name: the new one alone is in error', async () => {
    const { email } = await createAccount(stage.db, {
      ...{ organism: 'CPAM-391', last_name: 'VENANT', first_name: 'Lou' },
    });
    const lines = [line('H-4', 'Venant;Lou', 'lou.neuve@caf39.caf.fr'), line('H-5', 'Venant;Lou', email)];
    assert.deepEqual(await stage.verdicts(lines.join('\n')), ['error', 'attach']);
  });

  test('a line says which act to come it takes the place of, be it done today or later', async () => {
    const to = (day: string) => line('R-1', 'Venir;Zoé', 'zoe.venir@caf39.caf.fr').replace(TODAY, day);
    const remark = async (text: string) => (await stage.stored(await stage.compare(text)))[0].remark;
    assert.equal(await remark(to('01/03/2027')), '');
    await stage.apply(to('01/03/2027'));
    assert.equal(await remark(to('01/03/2027')), '');
    assert.equal(await remark(to('01/04/2027')), 'Remplace l’acte prévu le 01/03/2027.');
    assert.equal(await remark(to(TODAY)), 'Remplace l’acte prévu le 01/03/2027.');
    assert.equal(
      await remark(to('02/04/2027').replace('nomination', 'fin')),
      'Remplace l’acte prévu le 01/03/2027.',
    );
    await stage.apply(to(TODAY));
    assert.equal(
      (await stage.db('nomination_lines').where({ reference: 'R-1', state: 'planned' })).length,
      0,
    );
  });
});
