import fc from 'fast-check';
import type { EntitlementFilter } from '../../src/repositories/lists/entitlements.ts';
import type { Snapshot } from '../../src/repositories/snapshot.ts';
import type { Person } from './entitlements-population.ts';

// What means something to LIKE, what trigrams do not find, and what labels contain.
const SPECIAL = ['%', '_', '\\', "'", '.', 'zzz', 'a', 'ma', 'w', 'x', 'œ', 'É', 'caf', 'lecteur', '50 %'];

const WAYS: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => text.normalize('NFD').replace(/\p{M}/gu, ''),
];

/** Filters as people give them: pieces of what the list shows, typed with or without accents and capitals. */
export function filters(people: Person[], snapshot: Snapshot): fc.Arbitrary<EntitlementFilter> {
  const shown = [
    ...people.slice(0, 200).flatMap((one) => [one.lastName, one.firstName, one.email, one.functionTitle]),
    ...[...snapshot.roles.values()].map(({ label }) => label),
    ...[...snapshot.organisms.values()].map(({ code }) => code),
  ].filter((text) => text !== '');
  const piece = fc
    .tuple(fc.constantFrom(...shown), fc.nat(), fc.integer({ min: 1, max: 9 }))
    .map(([text, start, length]) => text.slice(start % text.length, (start % text.length) + length));
  const word = fc
    .tuple(
      fc.oneof({ weight: 8, arbitrary: piece }, { weight: 2, arbitrary: fc.constantFrom(...SPECIAL) }),
      fc.constantFrom(...WAYS),
    )
    .map(([text, typed]) => typed(text));
  const organisms = new Set(people.slice(0, 50).map((person) => person.organismId));
  return fc.record({
    organismId: fc.constantFrom(null, null, ...organisms),
    name: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: word }),
    words: fc.array(word, { maxLength: 3 }).map((words) => words.join(' ')),
    sort: fc.constantFrom('nom', 'prenom', 'email', 'fonction', 'organisme', 'habilitations'),
    direction: fc.constantFrom('asc', 'desc'),
  });
}
