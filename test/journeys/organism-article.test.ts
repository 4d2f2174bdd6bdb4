import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readCaptured } from '../../src/mail/captured.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

describe('the article of an organism', () => {
  let portal: TestPortal;
  let national: Agent;
  let form: string;
  before(async () => {
    portal = await startTestPortal();
    national = createAgent(portal);
    await national.signIn('national@ucanss.fr');
    const { id } = await portal.db('organisms').first('id').where({ code: 'CPAM-391' });
    form = `/gestion/organismes/${id}/modification`;
  });
  after(async () => {
    national?.close();
    await portal?.stop();
  });

  const sentence = async () =>
    (await national.get('/gestion/comptes?perimetre=CPAM-391')).texts('.filters-sentence').join();
  const set = async (article: string) =>
    national.submit(await national.get(form), 'Enregistrer', { article });

  test('is what its first word says, until Ucanss says another: on pages and in the trail', async () => {
    assert.match(await sentence(), /^Personnes actives de la CPAM du Jura/);
    assert.equal((await national.get(form)).$('#article').val(), '');
    assert.equal((await set('le')).status, 303);
    const { action, details } = await portal
      .db('audit_events')
      .orderBy('id', 'desc')
      .first('action', 'details');
    assert.deepEqual(
      [action, details.changes],
      ['organism.updated', { article: { from: 'd’après le nom', to: 'le' } }],
    );
    assert.match(await sentence(), /^Personnes actives du CPAM du Jura/);
    assert.equal((await national.get(form)).$('#article').val(), 'le');
  });

  test('messages say it too', async () => {
    const account = await createAccount(portal.db, { last_name: 'PARTANTE', organism: 'CPAM-391' });
    await grant(portal.db, account, 'administrateur-local', { organism: 'CPAM-391' });
    const page = await national.get(`/gestion/comptes/${account.id}/rattachement?perimetre=CAF-391`);
    assert.equal((await national.submit(page, 'Confirmer')).status, 303);
    const { dataDirectory } = portal.environment;
    await eventually(async () =>
      (await readCaptured(dataDirectory, 100)).some(({ text }) =>
        text.includes('Sa délégation d’administrateur local pour le CPAM du Jura a pris fin.'),
      ),
    );
  });

  test('« Aucun » says the name alone, and the first choice goes back to what its first word says', async () => {
    await set('aucun');
    assert.match(await sentence(), /^Personnes actives de CPAM du Jura/);
    await set('');
    assert.match(await sentence(), /^Personnes actives de la CPAM du Jura/);
  });
});
