import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { z } from 'zod';
import {
  email,
  endDate,
  firstName,
  identifier,
  lastName,
  line,
  named,
  paragraph,
  password,
  phone,
} from '../../src/schemas/fields.ts';
import { runs } from '../tools/sample.ts';
import { codes } from '../tools/unicode.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe('line', () => {
  const schema = line(10, 'Indiquez un nom.');

  test('is trimmed, and measured once trimmed', () => {
    assert.equal(schema.parse('  Dupont  '), 'Dupont');
    assert.equal(schema.parse(` ${'x'.repeat(10)} `), 'x'.repeat(10));
    assert.ok(!accepts(schema, 'x'.repeat(11)));
  });

  test('says its sentence when it is empty, missing or not a text', () => {
    for (const value of ['', '   ', undefined, null, ['a'], { a: 'b' }, 12]) {
      const { error } = schema.safeParse(value);
      assert.equal(error?.issues[0]?.message, 'Indiquez un nom.', JSON.stringify(value));
    }
  });

  test('a field that is not there is an empty one', () => {
    for (const optional of [line(10), paragraph(10), named(10), phone]) {
      assert.equal(optional.parse(undefined), '');
      assert.ok(!accepts(optional, ['a']));
    }
  });

  test('parts words where lines ended, takes out what cannot be seen, and takes no half character', () => {
    for (const value of ['a\nb', 'a\rb', 'a\r\nb', 'a\tb', 'a\u0085b', 'a\u2028b', 'a\u2029\nb'])
      assert.equal(schema.parse(value), 'a b', codes(value));
    for (const value of [
      'a\0b',
      'a\u007fb',
      'a\u200bb',
      '\ufeffab',
      'a\u202eb\u202c',
      'ab\uffff',
      'a\u{e0041}b',
    ])
      assert.equal(schema.parse(value), 'ab', codes(value));
    for (const value of ['a\ud800', '\udc00a']) assert.ok(!accepts(schema, value));
    assert.ok(accepts(schema, 'Łukasz 🙂'));
  });

  test('the limit is of what is stored', () => {
    assert.equal(schema.parse('e\u0301'.repeat(10)), 'é'.repeat(10));
    assert.equal(schema.parse('x\u200b'.repeat(10)), 'x'.repeat(10));
    assert.ok(!accepts(schema, '\u0958'.repeat(6)), 'composed, it is two characters');
  });

  test('may be empty where nothing asks for it', () => {
    assert.equal(line(10).parse(' '), '');
  });
});

describe('names and functions', () => {
  test('lead to no site: they stand in the greeting of messages', () => {
    for (const text of ['Voir https://exemple.fr', 'WWW.exemple.fr', 'ftp://x', 'Zoé www.x']) {
      assert.ok(!accepts(named(80, 'x'), text) && !accepts(lastName('x'), text), text);
    }
    for (const text of ['Zoé', "D'ARC : Jeanne", 'Chargée de mission / RH', 'M. W.W. Durand']) {
      assert.ok(accepts(named(80, 'x'), text) && accepts(lastName('x'), text), text);
    }
  });
});

describe('a name', () => {
  const said = (schema: { safeParse(value: unknown): z.ZodSafeParseResult<unknown> }, value: string) =>
    schema.safeParse(value).error?.issues[0]?.message;

  test('that nobody can see is missing; one without letter says so', () => {
    const invisible = [
      '\u200b',
      '\u3164',
      '\u115f',
      '\u1160\uffa0',
      '\u00ad',
      '\u{e0020}\u{e0041}',
      '\u200d',
      '\u2067 \u2069',
      '\u0301',
      '\u2800',
      '\ue000',
    ];
    for (const schema of [firstName('Indiquez le nom.'), lastName('Indiquez le nom.')]) {
      for (const value of invisible) assert.equal(said(schema, value), 'Indiquez le nom.', codes(value));
      for (const value of ['123', '-', '…', '🙂'])
        assert.equal(said(schema, value), 'Un nom a au moins une lettre.', codes(value));
    }
  });

  test('is never reversed, and is composed', () => {
    assert.equal(firstName('x').parse('Jean\u202eRUOPUD'), 'JeanRUOPUD');
    assert.equal(firstName('x').parse('Zoe\u0301'), 'Zoé');
    assert.equal(firstName('x').parse('می\u200cخواهم'), 'می\u200cخواهم');
    assert.equal(firstName('x').parse('\u200dJean\u200d \u200cPaul\u200c'), 'Jean Paul');
  });

  test('in capitals is judged in capitals: « ß », « ﬁ » and their like are longer then', () => {
    const schema = lastName('x');
    assert.equal(schema.parse('ß'.repeat(40)), 'SS'.repeat(40));
    for (const value of ['ß'.repeat(41), 'ﬁ'.repeat(60), 'ŉ'.repeat(41), 'ΐ'.repeat(41)])
      assert.match(said(schema, value) ?? '', /^Le nom, une fois en capitales, .* 80 caractères/, value[0]);
    assert.equal(schema.parse('ŷ̂'), 'Ŷ̂');
  });

  test('is not drawn over others, and begins with a letter', () => {
    for (const schema of [firstName('x'), named(80), line(80), paragraph(80)])
      assert.match(said(schema, `A${'\u0301\u0304'.repeat(30)}`) ?? '', /trop d’accents/);
    assert.equal(said(lastName('x'), '\u0301DUPONT'), 'Un nom ne commence pas par un accent seul.');
    for (const value of ['ΐ', 'Nguyễn', 'ก็', 'हिन्दी']) assert.equal(firstName('x').parse(value), value);
  });
});

describe('paragraph', () => {
  test('keeps lines and tabs, and takes out what cannot be seen', () => {
    assert.equal(paragraph(50).parse('un\r\n\tdeux\n'), 'un\r\n\tdeux');
    assert.equal(paragraph(50).parse('un\u2028deux\u2029trois'), 'un\ndeux\ntrois');
    for (const value of ['a\0b', 'a\u0008b', 'a\u202eb']) assert.equal(paragraph(50).parse(value), 'ab');
    assert.ok(!accepts(paragraph(50), 'a\ud800'));
  });
});

describe('phone', () => {
  test('takes the spaces and hyphens that are pasted', () => {
    assert.equal(phone.parse('03\u00a084\u202f00‑00‐00\u200b'), '03 84 00-00-00');
    assert.equal(phone.parse(undefined), '');
    for (const value of ['12', 'appelez-moi', '03 84 00 00 00 poste 3', '((((((((', '.......'])
      assert.ok(!accepts(phone, value), value);
  });
});

describe('email', () => {
  const said = (value: string) => email.safeParse(value).error?.issues[0]?.message ?? 'taken';

  test('is put in lower case (R49)', () => {
    assert.equal(email.parse(' Prenom.NOM@Organisme.FR '), 'prenom.nom@organisme.fr');
  });

  test('is taken out of what was pasted with it', () => {
    for (const value of [
      'Prénom NOM <a@b.fr>',
      '"NOM, Prénom" <A@B.fr>;',
      '<a@b.fr>',
      'mailto:a@b.fr',
      'Prénom\nNOM\n<a@b.fr>',
      '\u200ba@b.fr\u2069',
      'a\u00ad@b\u200d.fr',
    ])
      assert.equal(email.parse(value), 'a@b.fr', value);
  });

  test('has its domain in punycode', () => {
    assert.equal(email.parse('Zoe@Québec.fr'), 'zoe@xn--qubec-csa.fr');
    assert.equal(email.parse('zoe@que\u0301bec.fr'), 'zoe@xn--qubec-csa.fr');
    assert.equal(email.parse('a@ｂ.ｆｒ'), 'a@b.fr');
    assert.equal(email.parse('a@caisse.гос'), 'a@caisse.xn--c1awj');
  });

  test('says why it is refused', () => {
    assert.match(said('nom.organisme.fr'), /manque l’arobase/);
    assert.match(said('@b.fr'), /ce qui précède l’arobase/);
    assert.match(said('o’brien@b.fr'), /le caractère «\u00a0’\u00a0»/);
    assert.match(said('zoé@b.fr'), /le caractère «\u00a0é\u00a0»/);
    assert.match(said('jean pierre@b.fr'), /d’espace/);
    assert.match(said('a@b.fr, c@d.fr'), /une seule adresse/);
    assert.match(said('A <a@b.fr>; C <c@d.fr>'), /une seule adresse/);
    assert.match(
      said('o’brien@b.fr'),
      /, l’apostrophe d’un traitement de texte\u00a0: tapez celle du clavier, '/,
    );
    assert.match(
      said('jean‑paul@b.fr'),
      /, le trait d’union d’un traitement de texte\u00a0: tapez celui du clavier, -/,
    );
    assert.match(said('a@b.fr\0'), /nom de domaine/);
    assert.match(said('a\0b@b.fr'), /pas avoir de caractère invisible/);
    assert.match(said(`${'x'.repeat(65)}@b.fr`), /64 caractères/);
    assert.match(said('.a@b.fr'), /par un point/);
    assert.match(said('a@b'), /^Indiquez une adresse complète[^.]*\.fr\.$/);
    for (const value of ['a@b_c.fr', 'a@1.2.3.4', 'a@-b.fr', 'a@b..fr', 'a@b.fr/x', 'a@é.fr:80'])
      assert.match(said(value), /nom de domaine/, value);
    assert.match(said(''), /^Indiquez votre adresse/);
  });

  test('refuses what would address somebody else', () => {
    const wrong = [
      'a@b.fr\r\nBcc: e@x.fr',
      'a@b.fr, e@x.fr',
      'a@b.fr e@x.fr',
      'a@b.fr <e@x.fr>',
      'a@b',
      '@b.fr',
      'a@b.fr\0',
      `${'a'.repeat(250)}@b.fr`,
    ];
    for (const value of wrong) assert.ok(!accepts(email, value), JSON.stringify(value));
  });

  test('whatever it accepts is one address on one line, of at most 254 characters', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('@', '.', '<', '>', 'a@b.fr', 'é', '\u200b', ' '));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const parsed = email.safeParse(pieces.join(''));
        return !parsed.success || /^[a-z0-9_'+.-]{1,252}@[a-z0-9.-]+$/.test(parsed.data);
      }),
      runs(1_000, 20_000),
    );
  });
});

describe('a reason', () => {
  test('that shows nothing is missing', () => {
    for (const value of ['\u2800', '\ue000', '\u0301', ' \u200b '])
      assert.equal(
        paragraph(80, 'Indiquez le motif.').safeParse(value).error?.issues[0]?.message,
        'Indiquez le motif.',
      );
    assert.equal(paragraph(80, 'x').parse('12 !'), '12 !');
  });
});

test('what only a form made by hand brings is told in French', () => {
  for (const value of [['a'], 'abc', { a: 'b' }])
    assert.equal(identifier.safeParse(value).error?.issues[0]?.message, 'Cette valeur n’est pas valide.');
});

test('an end date is taken as people write it, and one that does not exist says so', () => {
  assert.equal(endDate('2026-11-22').parse('29/12/2026'), '2026-12-29');
  assert.match(endDate('2026-11-22').safeParse('29/02/2027').error?.issues[0]?.message ?? '', /qui existe/);
});

describe('password', () => {
  test('is taken as typed, up to 128 characters', () => {
    assert.equal(password.parse('  é 🙂\t '), '  é 🙂\t ');
    assert.ok(accepts(password, 'x'.repeat(128)));
    for (const value of ['', 'x'.repeat(129), 'a\0b', undefined, ['x']]) assert.ok(!accepts(password, value));
  });
});

describe('identifier', () => {
  test('is a positive decimal number that JavaScript holds exactly', () => {
    assert.equal(identifier.parse('42'), 42);
    const wrong = [
      '0',
      '-1',
      '01',
      '1.5',
      '1e3',
      '0x1',
      ' 1',
      '1 ',
      '',
      '9'.repeat(16),
      'abc',
      '１',
      undefined,
      ['1'],
      1,
    ];
    for (const value of wrong) assert.ok(!accepts(identifier, value), JSON.stringify(value));
  });
});
