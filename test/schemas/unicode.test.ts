import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { holdsWords, searchable, searchWords } from '../../src/domain/search.ts';
import { accountForm, newAccountForm } from '../../src/schemas/account.ts';
import { optionalReasonForm } from '../../src/schemas/accounts.ts';
import { askingForm } from '../../src/schemas/asking.ts';
import { emailChangeForm } from '../../src/schemas/email-change.ts';
import { searched } from '../../src/schemas/list-query.ts';
import { applicationForm, newOrganismForm, roleWordsForm } from '../../src/schemas/reference-data.ts';
import { refusalForm, refusalReasonForm } from '../../src/schemas/requests.ts';
import { tellCases } from '../tools/sample.ts';
import { codes, range, some } from '../tools/unicode.ts';

interface Field {
  schema: { safeParse(value: unknown): { success: boolean; data?: unknown } };
  /** Most characters that are stored. */
  most: number;
  kind: 'name' | 'line' | 'text';
}

const { nom, prenom, fonction } = newAccountForm.shape;
const organism = newOrganismForm([]).shape;

/** Every field that people type a text in. */
const FIELDS: Record<string, Field> = {
  nom: { schema: nom, most: 80, kind: 'name' },
  prenom: { schema: prenom, most: 80, kind: 'name' },
  'nom of a modification': { schema: accountForm.shape.nom, most: 80, kind: 'name' },
  fonction: { schema: fonction, most: 150, kind: 'line' },
  'motif of an act': { schema: optionalReasonForm.shape.motif, most: 1_000, kind: 'text' },
  'motif of a demand': { schema: askingForm.shape.motif, most: 1_000, kind: 'text' },
  'motif of a refusal': { schema: refusalForm.shape.motif, most: 1_000, kind: 'text' },
  'ready-made reason': { schema: refusalReasonForm.shape.texte, most: 300, kind: 'text' },
  'motif of a change of address': { schema: emailChangeForm.shape.motif, most: 500, kind: 'text' },
  'name of an organism': { schema: organism.nom, most: 150, kind: 'line' },
  'city of an organism': { schema: organism.ville, most: 100, kind: 'line' },
  'name of an application': { schema: applicationForm.shape.nom, most: 100, kind: 'line' },
  'label of a role': { schema: roleWordsForm.shape.libelle, most: 100, kind: 'line' },
  'description of a role': { schema: roleWordsForm.shape.description, most: 1_000, kind: 'text' },
  search: { schema: searched('Nom').schema(), most: 200, kind: 'line' },
};

// Written apart from src/domain/text.ts: what may never be stored.
const NEVER =
  /(?![\u200c\u200d])[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\p{Cs}]|[\p{Zl}\p{Zp}]/u;
const JOINER_OUTSIDE = /(?:^|[^\p{L}\p{M}])[\u200c\u200d]|[\u200c\u200d](?:$|[^\p{L}\p{M}])/u;

function faultOf({ most, kind, schema }: Field, stored: unknown): string | null {
  if (typeof stored !== 'string') return 'it is no text';
  if (stored !== stored.normalize('NFC')) return 'it is not composed';
  if (NEVER.test(stored) || JOINER_OUTSIDE.test(stored)) return 'something in it cannot be seen';
  if (/(?![\t\n\r])\p{Cc}/u.test(stored) || (kind !== 'text' && /\p{Cc}/u.test(stored)))
    return 'it has a control character';
  if (stored !== stored.trim()) return 'it is not trimmed';
  if ([...stored].length > most) return 'it is too long';
  if (kind === 'name' && !/\p{L}/u.test(stored)) return 'it is no name';
  const again = schema.safeParse(stored);
  return again.success && again.data === stored ? null : 'stored again, it changes';
}

const characters = some(range(0, 0x10ffff));

/** What is wrong with what becomes of a text, or nothing; refused or empty, nothing is stored. */
function faultOfTyped(field: Field, text: string): string | null {
  const { success, data } = field.schema.safeParse(text);
  return success && data !== '' ? faultOf(field, data) : null;
}

/** Reads every text, and tells the first that are stored as they should not be. */
function assertStored(field: Field, texts: Iterable<string>): void {
  const faults: string[] = [];
  for (const text of texts) {
    const fault = faultOfTyped(field, text);
    if (fault !== null) faults.push(`${codes(text).slice(0, 60)}: ${fault}`);
    if (faults.length === 10) break;
  }
  assert.deepEqual(faults, []);
}

/** Many characters a text, each between letters. */
const IN_ONE = 20;
const together = (all: readonly string[]): string[] =>
  Array.from({ length: Math.ceil(all.length / IN_ONE) }, (_, index) =>
    ['', ...all.slice(index * IN_ONE, (index + 1) * IN_ONE), ''].join('a'),
  );

describe('text at the border, over all of Unicode', () => {
  for (const [name, field] of Object.entries(FIELDS)) {
    test(`${name}: each character, alone, among letters, under an accent`, (t) => {
      assertStored(field, characters);
      assertStored(field, together(characters));
      assertStored(
        field,
        characters.map((character) => `e${character}\u0301`),
      );
      tellCases(t, characters.length);
    });

    test(`${name}: no character is refused among letters, whatever is left of it`, () => {
      const refused = characters.filter(
        (character) => !field.schema.safeParse(`Jean${character}Paul`).success,
      );
      // Nobody pastes a NUL into a search (schemas/list-query.ts).
      assert.deepEqual(
        refused.map(codes),
        name === 'search' ? refused.filter((one) => one === '\0').map(codes) : [],
      );
    });
  }

  for (const name of ['nom', 'prenom'] as const) {
    test(`${name}: each character as often as the field is long, and half as often`, (t) => {
      const field = FIELDS[name] as Field;
      for (const count of [field.most, field.most / 2 + 1, field.most / 2])
        assertStored(
          field,
          characters.map((character) => character.repeat(count)),
        );
      tellCases(t, characters.length);
    });
  }

  test('who is stored is found by what was typed, and by what is shown', (t) => {
    const q = searched('q').schema();
    const lost = characters.filter((character) => {
      const typed = `Jean${character}Paul`;
      const stored = nom.parse(typed);
      const asked = [typed.replaceAll('\0', ''), stored, stored.toLowerCase()].map((text) => q.parse(text));
      return !asked.every((text) => holdsWords(searchable(stored), searchWords(text)));
    });
    assert.deepEqual(lost.map(codes), []);
    tellCases(t, characters.length);
  });
});
