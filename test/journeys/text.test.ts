import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { next } from '../factories/sequence.ts';
import { createAgent } from '../tools/agent.ts';
import { clean, type Page } from '../tools/page.ts';
import { useAccounts } from './accounts-stage.ts';

describe('text at the border', () => {
  const stage = useAccounts();
  const errorOf = (page: Page, field: string): string => clean(page.$(`#${field}-erreur`).text());
  const address = () => `anne.${next()}@caf39.caf.fr`;

  // Each with the same last name, in creation, modification and « S'inscrire ».
  const FORMS: Record<string, (nom: string, prenom: string) => Promise<Page>> = {
    creation: async (nom, prenom) =>
      stage.admin.submit(await stage.admin.get('/gestion/comptes/nouveau'), 'Créer le compte', {
        ...{ nom, prenom, email: address() },
      }),
    modification: async (nom, prenom) => {
      const { id } = await createAccount(stage.db);
      const form = await stage.admin.get(`/gestion/comptes/${id}/modification`);
      return stage.admin.submit(form, 'Enregistrer', { nom, prenom });
    },
    "« S'inscrire »": async (nom, prenom) => {
      const visitor = createAgent(stage.portal);
      const page = await visitor.submit(await visitor.get('/inscription'), "S'inscrire", {
        ...{ nom, prenom, email: address(), fonction: 'Agent', organisme: 'CAF-391', motif: 'Un motif.' },
      });
      visitor.close();
      return page;
    },
  };

  for (const [name, send] of Object.entries(FORMS)) {
    test(`${name}: a name that its capitals make too long is told at the field, never a 500`, async () => {
      for (const nom of ['ß'.repeat(41), 'ﬁ'.repeat(60), 'ŉ'.repeat(41), 'ΐ'.repeat(80)]) {
        const page = await send(nom, 'Anne');
        assert.equal(page.status, 422, nom[0]);
        assert.match(errorOf(page, 'nom'), /80 caractères/);
      }
      assert.ok((await send('ß'.repeat(40), 'Anne')).status < 400);
    });

    test(`${name}: a name that nobody can see is missing`, async () => {
      for (const nobody of ['\u200b', '\u3164', '\u115f', '\u{e0020}', '\u202e\u202c']) {
        const page = await send(nobody, nobody);
        assert.equal(page.status, 422);
        for (const field of ['nom', 'prenom']) assert.match(errorOf(page, field), /Indiquez (le|votre) /);
      }
    });
  }

  test('a name of letters of four bytes is taken, wherever it is listed', async () => {
    const letters = Array.from({ length: 80 }, (_, index) =>
      String.fromCodePoint(0x20000 + index * 401),
    ).join('');
    assert.ok((await FORMS.creation?.(letters, letters))?.status === 303);
  });

  test('an address with what was pasted around it, or accents in its domain', async () => {
    const email = address();
    const create = async (typed: string) =>
      stage.admin.submit(await stage.admin.get('/gestion/comptes/nouveau'), 'Créer le compte', {
        ...{ nom: 'Collée', prenom: 'Jean\u202eRUOPUD', email: typed },
      });
    await create(`Jean COLLÉE <${email.toUpperCase()}>`);
    assert.equal((await stage.accountOf(email)).first_name, 'JeanRUOPUD');
    await create('collee@Québec.example');
    assert.ok(await stage.accountOf('collee@xn--qubec-csa.example'));
    assert.match(errorOf(await create('o’brien@caf39.caf.fr'), 'email'), /le caractère « ’ »/);
    // Pasted again, it is known.
    assert.match(errorOf(await create(`<${email}>`), 'email'), /est celle de JeanRUOPUD/);
  });

  test('R11, R28: what is pasted finds people, whatever hyphens, apostrophes and invisibles', async () => {
    await createAccount(stage.db, { first_name: 'Jean-Pierre', last_name: 'O’BRIEN' });
    await createAccount(stage.db, { first_name: 'Jean Pierre', last_name: 'SAINT-ANDRÉ' });
    const found = async (query: string) =>
      (await stage.people(query)).map((name) => name.replace(/\s+/g, ' '));
    const q = (text: string) => encodeURIComponent(text);
    for (const typed of ['mantel\u200b', '\u2067mantel\u2069', 'ma\u00adntel', 'MANTEL\u200d'])
      assert.match((await found(`q=${q(typed)}`)).join(), /Thomas MANTEL/, typed);
    for (const typed of ["o'brien", 'o’brien', 'OʼBRIEN', 'obrien', 'o`brien', 'O´Brien'])
      assert.match((await found(`nom=${q(typed)}`)).join(), /O’BRIEN/, typed);
    for (const typed of ['Jean Pierre', 'Jean-Pierre', 'jean‑pierre'])
      for (const field of ['q', 'prenom'])
        assert.equal((await found(`${field}=${q(typed)}`)).length, 2, typed);
    assert.match((await found(`q=${q('Andre\u0301')}`)).join(), /SAINT-ANDRÉ/);
    const state = await stage.admin.get(`/gestion/etat?q=${q('jean‐pierre o´brien')}`);
    assert.equal(state.rows.length, 1);
    const journal = await stage.admin.get(`/gestion/journal?personne=${q('suppléante\u200b maud')}`);
    assert.equal(journal.status, 200);
  });

  test('R28, R33: « Nom » takes both words in any order, in my organism and outside', async () => {
    for (const nom of ['Thomas MANTEL', 'mantel thomas', 'MANTEL  Thom']) {
      const people = await stage.people(`nom=${encodeURIComponent(nom)}`);
      assert.deepEqual(people.length, 1, nom);
      assert.match(people.join(), /Thomas MANTEL/);
    }
    assert.deepEqual(await stage.people('nom=Maud%20MANTEL'), []);
    for (const nom of ['Céline UNIQUE', 'unique celine']) {
      const people = await stage.people(`organisme=non&nom=${encodeURIComponent(nom)}`);
      assert.match(people.join(), /Céline UNIQUE/, nom);
    }
  });

  test('a day that nobody means is told at the field, in the journal and in the histories; its file is a 422', async () => {
    const { id } = await stage.accountOf('tmantel@caf39.caf.fr');
    for (const path of ['/gestion/journal', `/gestion/comptes/${id}/historique`]) {
      for (const [field, day] of [
        ['du', '0000-01-01'],
        ['au', '0000-12-31'],
        ['du', '9999-12-31'],
        ['au', '1899-12-31'],
      ] as const) {
        const page = await stage.admin.get(`${path}?${field}=${day}`);
        assert.equal(page.status, 200);
        assert.match(errorOf(page, field), /entre 1900 et 2100/);
        for (const format of ['xlsx', 'csv', 'pdf'])
          assert.equal((await stage.admin.get(`${path}.${format}?${field}=${day}`)).status, 422);
      }
    }
  });
});
