import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openDraft } from '../tools/draft.ts';
import { useManagement } from './management-stage.ts';

describe('« Motifs de refus »', () => {
  const stage = useManagement();

  test('ready-made reasons: Ucanss’s for all, mine for my organism, removed by their owner alone', async () => {
    const page = await stage.local.get('/gestion/motifs-de-refus');
    const added = await stage.local.follow(
      await stage.local.submit(page, 'Ajouter le motif', { texte: 'Mobilité prévue prochainement.' }),
    );
    assert.match(added.text, /Mobilité prévue prochainement\./);
    const { id } = await stage.ask('MOTIVÉE');
    assert.match(
      (await stage.local.get(`/gestion/demandes/${id}/refus`)).text,
      /Mobilité prévue prochainement\./,
    );
    // Without script its button fills the field by way of the server, here and for a selection.
    for (const form of [
      await stage.local.get(`/gestion/demandes/${id}/refus`),
      await openDraft(stage.local, { acte: 'refuser' }, [id]),
    ]) {
      const filled = await stage.local.submit(form, 'Mobilité prévue prochainement.');
      assert.equal(filled.status, 200);
      assert.equal(filled.$('#motif').val(), 'Mobilité prévue prochainement.');
      assert.equal((await stage.portal.db('requests').first().where({ id })).status, 'pending');
    }
    const again = await stage.local.follow(
      await stage.local.submit(page.inOtherTab, 'Ajouter le motif', {
        texte: 'Mobilité prévue prochainement.',
      }),
    );
    assert.match(again.notices.join(), /déjà proposé/);
    const { id: own } = await stage.portal
      .db('refusal_reasons')
      .first('id')
      .where({ text: 'Mobilité prévue prochainement.' });
    const edit = async (texte: string, reason = own) => {
      const fields = { _csrf: await stage.local.token(), organisme: 'CAF-391', texte };
      return stage.local.follow(
        await stage.local.post(`/gestion/motifs-de-refus/${reason}/modification`, fields),
      );
    };
    const blank = await edit(' ');
    assert.equal(blank.status, 422);
    assert.equal(blank.$(`#texte-${own}`).attr('aria-invalid'), 'true');
    assert.equal(blank.$('details[open]').length, 1);
    assert.match((await edit('Mobilité prévue prochainement.')).notices.join(), /déjà proposé/);
    // Two at once: one of them is told that the other said so first.
    const both = await Promise.all([edit('Mobilité prochaine.'), edit('Mobilité prochaine.')]);
    assert.deepEqual(
      both.map(({ status }) => status),
      [200, 200],
    );
    assert.match(both[0]?.text ?? '', /Mobilité prochaine\./);
    assert.match((await edit('Mobilité prévue prochainement.')).notices.join(), /réécrit/);
    const shared = await stage.portal.db('refusal_reasons').first().whereNull('organism_id');
    const token = await stage.local.token();
    const forced = await stage.local.post(`/gestion/motifs-de-refus/${shared.id}/suppression`, {
      _csrf: token,
      organisme: 'CAF-391',
    });
    const beyond = await stage.local.post(`/gestion/motifs-de-refus/2147483648/suppression`, {
      _csrf: token,
      organisme: 'CAF-391',
    });
    assert.equal(beyond.status, 404);
    assert.equal((await edit('Autre chose.', shared.id)).status, 404);
    assert.equal(forced.status, 404);
    await stage.local.submit(added, 'Ne plus proposer « Mobilité prévue prochainement. »');
    assert.doesNotMatch(
      (await stage.local.get('/gestion/motifs-de-refus')).text,
      /Mobilité prévue prochainement\./,
    );
  });
});
