import assert from 'node:assert/strict';
import { parse } from 'node:querystring';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { messagesOf, parseForm } from '../../src/schemas/form.ts';
import { signInForm } from '../../src/schemas/sign-in.ts';

describe('parseForm', () => {
  test('gives the values of a valid form, and only its fields', () => {
    const body = parse('email=A%40b.fr&password=x&is_executive=true&__proto__=x');
    const { input, ...result } = parseForm(signInForm, body);
    assert.deepEqual(result, { valid: true, values: { email: 'a@b.fr', password: 'x' } });
    assert.equal(input.email, 'A@b.fr', 'as it was typed');
  });

  test('otherwise gives one error a field, and what was typed', () => {
    const result = parseForm(signInForm, parse('email=pas-une-adresse&password='));
    assert.ok(!result.valid);
    assert.deepEqual(
      result.errors.map(({ field }) => field),
      ['email', 'password'],
    );
    assert.equal(result.input.email, 'pas-une-adresse');
    assert.deepEqual(Object.keys(messagesOf(result.errors)), ['email', 'password']);
  });

  test('what is wrong with the whole is said of no field', () => {
    const message = 'Rien ne change.';
    const result = parseForm(
      z.object({ nom: z.string() }).refine(() => false, message),
      { nom: 'A' },
    );
    assert.deepEqual(result, { valid: false, errors: [{ field: null, message }], input: { nom: 'A' } });
  });

  test('a body that is missing, or repeats its fields, is only invalid', () => {
    for (const body of [undefined, null, {}, parse('email=a@b.fr&email=c@d.fr&password=x&password=y')]) {
      const result = parseForm(signInForm, body);
      assert.ok(!result.valid);
      assert.deepEqual(result.input, {});
    }
  });
});
