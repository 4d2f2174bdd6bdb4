import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { paths } from '../../src/paths.ts';
import { type State, statesOf } from '../browser/states.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { isAsItWas } from '../tools/snapshot.ts';

// What jobs write meanwhile stands on these: events, messages that leave, and the access of a person. Their frame is still.
const MOVING = /^\/gestion\/(journal|messages|lots|comptes\/\d+(\/historique)?($|\?))/;
const FRAME = 'h1, dt, caption, thead th, label, legend, option';

/**
 * What each page says, to each profile: its texts, in their order, where its links lead and what its forms send to.
 * Another word, order, number or link is seen here; `npm test -- pages-as-they-are --update` writes the file anew, for
 * somebody to read.
 */
const SAYS =
  'h1, h2, h3, p, li, dt, dd, caption, th, td, label, legend, summary, option, button, a[href], input:not([type=hidden])';
/** Rows, choices of a long list and applications beyond these say nothing new. */
const MORE = [
  'tbody tr:nth-child(n+3), .dual-items li:nth-child(n+3), li.application:nth-child(n+2), datalist option',
  ':is(select:has(option:nth-child(n+9)), optgroup) option:not([selected])',
].join();

/** Each component in its states, sheet after sheet: their words are read nowhere else. */
const SHEETS = [1, 2, 3].map((sheet) => ({
  name: `local: components, sheet ${sheet}`,
  as: 'wtestportail@test.fr',
  path: `${paths.demonstrationComponents}?planche=${sheet}`,
}));

/** The only states of which the page is an error. */
const REFUSED = /: not (found|allowed)$|that is over$|somebody else’s page$/;

/** Numbers that another seed would change, and those of events: jobs leave some at any moment. */
const still = (text: string) =>
  text
    // A key is another each time; sessions keep the clock of the process.
    .replace(/\b([A-Z2-7]{4} ){7}[A-Z2-7]{4}\b|(?<=Ouverte le ).*$/gm, '#')
    .replace(/(?<![\d/])\d{3,}(?![\d/])|(?<=\/journal\/)\d+|\b[\da-f]{64}\b/g, '#');

function linesOf({ $, status, path }: Page): string[] {
  const moves = MOVING.test(path);
  const title = `title ${still(clean($('head title').text()))}`;
  const main = $('main').clone();
  main.find(moves ? `${MORE}, tbody` : MORE).remove();
  const lines = main
    .find(moves ? FRAME : SAYS)
    .toArray()
    .filter((element) => $(element).find('p, li, dt, dd, td, a, button, label').length === 0)
    .map((element) => {
      const { href, name, type, value } = element.attribs;
      const text = clean($(element).text());
      const at = href ? ` → ${still(href)}` : '';
      const field =
        name && name !== '_csrf'
          ? ` [${[name, type, value].filter(Boolean).map(String).map(still).join(' ')}]`
          : '';
      const tone = $(element).is('.btn-danger') ? ' (danger)' : '';
      return `${element.tagName} ${still(text)}${at}${field}${tone}`;
    });
  const rest = main
    .find('form, [aria-label], [title]')
    .toArray()
    .map(({ tagName, attribs: { action, 'aria-label': label, title: hint } }) => [
      tagName,
      action,
      label,
      hint,
    ])
    .map((told) => still(told.filter(Boolean).join(' ')));
  return [`${status} ${still(path)}`, title, ...lines, ...(moves ? [] : new Set(rest))];
}

describe('every page, as each profile reads it', () => {
  let portal: TestPortal;
  const agents = new Map<string, Agent>();
  const pages = new Map<string, Pick<State, 'name' | 'as' | 'path'>>();
  before(async () => {
    portal = await startTestPortal();
    for (const state of [...(await statesOf(portal.db)), ...SHEETS]) {
      const key = `${state.as ?? 'visitor'} ${state.path}`;
      if (!pages.has(key)) pages.set(key, state);
    }
  });
  after(async () => {
    for (const agent of agents.values()) agent.close();
    await portal?.stop();
  });

  async function agentOf(email: string | undefined): Promise<Agent> {
    const known = agents.get(email ?? '');
    if (known) return known;
    const agent = createAgent(portal);
    if (email) await agent.signIn(email);
    agents.set(email ?? '', agent);
    return agent;
  }

  for (const profile of ['visitor', 'agent', 'local', 'ucanss', 'auditor']) {
    test(profile, async (t) => {
      const said: string[] = [];
      for (const { as, name, path } of pages.values()) {
        if (!name.startsWith(`${profile}:`)) continue;
        const agent = await agentOf(as);
        const page = await agent.visit(path);
        assert.equal(page.status === 200, !REFUSED.test(name), `${name}: ${page.status}`);
        said.push(`# ${name}`, ...linesOf(page), '');
      }
      isAsItWas(t, said);
    });
  }
});
