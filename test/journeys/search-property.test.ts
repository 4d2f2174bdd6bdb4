import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createRandom, type Random } from '../../seeds/people/random.ts';
import { isEnough } from '../../src/schemas/search.ts';
import { createAgents } from '../tools/agents.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { seed } from '../tools/sample.ts';

const LOCAL = 'wtestportail@test.fr';
const NATIONAL = 'national@ucanss.fr';

const of = (q: string) => `/recherche?q=${encodeURIComponent(q)}`;

/** A word, or its beginning, of somebody's name, address or function. */
function drawQuery(random: Random, people: readonly Record<string, string>[]): string {
  const { last_name = '', first_name, email, function_title } = random.pick(people);
  const words = [last_name, ...`${random.pick([first_name, email, function_title])}`.split(/\s/)];
  const word = random.pick(words.filter(isEnough));
  const beginning = word.slice(0, 2 + random.below(4));
  // « d' » is one letter.
  return random.chance(0.5) && isEnough(beginning) ? beginning : word;
}

describe('« Recherche » and the lists', () => {
  let portal: TestPortal;
  const { as, close } = createAgents(() => portal);
  before(async () => {
    portal = await startTestPortal();
  });
  after(async () => {
    close();
    await portal?.stop();
  });

  /** The people that a page of the search has. */
  const peopleOf = (page: Page): string[] =>
    page
      .$('main .found')
      .filter((_, section) => clean(page.$('h2', section).text()) === 'Personnes')
      .find('li > a')
      .toArray()
      .map((link) => clean(page.$(link).text()));

  test('it finds whomever « État des habilitations » finds, and nobody else', async () => {
    const random = createRandom(seed);
    const people = await portal
      .db('accounts')
      .select('last_name', 'first_name', 'email', 'function_title')
      .orderBy('id');
    for (const [email, draws] of [
      [LOCAL, 30],
      [NATIONAL, 15],
      ['intercaf@caf.fr', 8],
    ] as const) {
      const agent = await as(email);
      for (let draw = 0; draw < draws; draw += 1) {
        const q = drawQuery(random, people);
        const found = await agent.get(of(q));
        const shown = peopleOf(found);
        const listed = await Promise.all(
          (email === 'intercaf@caf.fr' ? ['CAF-251', 'CAF-701'] : [null]).map((perimetre) =>
            agent.get(
              `/gestion/etat?taille=100&q=${encodeURIComponent(q)}${perimetre ? `&perimetre=${perimetre}` : ''}`,
            ),
          ),
        );
        const names = listed.flatMap((page) =>
          page
            .$('main table tbody th a')
            .toArray()
            .map((link) => page.$(link).attr('aria-label') ?? ''),
        );
        if (names.length >= 100) continue;
        assert.equal(shown.length, Math.min(10, names.length), `${email} ${q}`);
        assert.deepEqual(
          shown.filter((name) => !names.includes(name)),
          [],
          `${email} ${q}`,
        );
      }
    }
  });
});
