import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { tellCases } from '../tools/sample.ts';
import { useSecondFactors } from './second-factor-stage.ts';

/** What is for who is half signed in: the step, and leaving. */
const THEIRS = ['/connexion/second-facteur', '/deconnexion'];

describe('R89: half signed in × every route', () => {
  const stage = useSecondFactors();

  test('each answers as to a visitor: nothing is open but the second step, and leaving', async (t) => {
    const person = await stage.newPerson();
    const [agent, visitor] = [stage.newAgent(), stage.newAgent()];
    await stage.passwordOf(agent, person);
    await stage.enrol(agent);
    await agent.post('/deconnexion', { _csrf: await agent.token() });
    assert.equal((await stage.passwordOf(agent, person)).heading, 'Second facteur');
    let cases = 0;
    for (const { method, path, access } of routes) {
      if (THEIRS.some((own) => path.startsWith(own))) continue;
      const at = path.replace(/:\w+/g, '1');
      const ask = (who: typeof agent) =>
        method === 'get' ? who.get(at) : who.post(at, { organisme: 'CAF-391', motif: 'Essai' });
      const [theirs, nobodys] = [await ask(agent), await ask(visitor)];
      // Where others sign in, they go on to the second step.
      const told = ({ status, headers }: typeof theirs) => [
        status,
        (headers.location ?? '').replace(/^\/connexion\/second-facteur\b/, '/connexion'),
      ];
      assert.deepEqual(told(theirs), told(nobodys), `${method} ${path}`);
      if (access !== 'public' && access !== 'demonstration')
        assert.match(theirs.headers.location ?? '', /^\/connexion\/second-facteur/, `${method} ${path}`);
      cases += 1;
    }
    assert.equal((await stage.passwordOf(visitor, person)).heading, 'Second facteur');
    tellCases(t, cases);
  });
});
