import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { email, identifier, lastName, line, named, paragraph, password } from '../../src/schemas/fields.ts';

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

  test('takes no control character and no half character', () => {
    for (const value of ['a\0b', 'a\nb', 'a\rb', 'a\tb', 'a\u007fb', 'a\u0085b', 'a\ud800', '\udc00a']) {
      assert.ok(!accepts(schema, value), JSON.stringify(value));
    }
    assert.ok(accepts(schema, 'Łukasz 🙂'));
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

describe('paragraph', () => {
  test('keeps lines and tabs, and takes no other control character', () => {
    assert.equal(paragraph(50).parse('un\r\n\tdeux\n'), 'un\r\n\tdeux');
    for (const value of ['a\0b', 'a\u0008b', 'a\ud800']) assert.ok(!accepts(paragraph(50), value));
  });
});

describe('email', () => {
  test('is put in lower case (R49)', () => {
    assert.equal(email.parse(' Prenom.NOM@Organisme.FR '), 'prenom.nom@organisme.fr');
  });

  test('refuses what would address somebody else', () => {
    const wrong = [
      'a@b.fr\r\nBcc: e@x.fr',
      'a@b.fr, e@x.fr',
      'a@b.fr e@x.fr',
      '<a@b.fr>',
      'a@b',
      '@b.fr',
      'a@b.fr\0',
      `${'a'.repeat(250)}@b.fr`,
    ];
    for (const value of wrong) assert.ok(!accepts(email, value), JSON.stringify(value));
  });

  test('whatever it accepts is one address on one line, of at most 254 characters', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const parsed = email.safeParse(text);
        return !parsed.success || /^[^\s,;<>"]{1,252}@[^\s,;<>"]+$/.test(parsed.data);
      }),
    );
  });
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
