import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { allOf } from '../tools/all-of.ts';
import { readCsv, readPdf, readWorkbook } from '../tools/files.ts';
import { useManagement } from './management-stage.ts';

const ALL = '/gestion/administrateurs-locaux/tous';
const ROLE = 'administrateur-local';

describe('« Tous les administrateurs locaux »', () => {
  const stage = useManagement();

  test('R72 every organism’s administrators, to every local administrator; those without stand out', async () => {
    const bare = await createOrganism(stage.portal.db, { name: 'Caisse sans personne', department: '976' });
    for (const agent of [stage.local, stage.alone, stage.national, stage.auditor]) {
      const page = await agent.get(`${ALL}?q=unique%20celine`);
      assert.equal(page.heading, 'Tous les administrateurs locaux');
      assert.deepEqual(page.column('Organisme'), ['CPAM du Jura']);
      assert.deepEqual(page.column('Nom'), ['Céline UNIQUE']);
      assert.deepEqual(page.column('Email'), ['admin.cpam39@assurance-maladie.fr']);
      assert.equal(page.column('Téléphone').length, 1);
    }
    const alike = await stage.local.get(`${ALL}?q=caisse%20sans%20personne`);
    assert.deepEqual(
      [alike.column('Organisme'), alike.column('Nom')],
      [[bare.name], ['Aucun administrateur local']],
    );
    const without = await stage.local.get(`${ALL}?sans=oui&taille=100`);
    assert.ok(without.column('Organisme').includes(bare.name));
    assert.ok(allOf(without.column('Nom'), (name) => name === 'Aucun administrateur local'));
    const ours = await stage.local.get(`${ALL}?departement=39&branche=Famille&taille=100`);
    assert.ok(allOf(ours.column('Département'), (code) => code === '39'));
    assert.ok(allOf(ours.column('Branche'), (label) => label === 'Branche Famille'));
    assert.ok(ours.column('Nom').includes('Maud SUPPLÉANTE'));
    const odd = await stage.local.get(`${ALL}?branche=x&departement=y&sans=z`);
    assert.equal(odd.status, 200);
    assert.equal(odd.notices.length, 3);
  });

  test('where nobody administers, Ucanss names somebody from the row, and sees what waits; nobody else is offered it', async () => {
    const bare = await createOrganism(stage.portal.db, { name: 'Caisse à pourvoir' });
    const row = `${ALL}?q=caisse%20a%20pourvoir`;
    const page = await stage.national.get(row);
    const links = page.$('main table tbody a').toArray();
    const [name = '', requests = ''] = links.map((link) => String(page.$(link).attr('href')));
    assert.deepEqual(
      links.map((link) => page.$(link).text().replaceAll('\u00a0', ' ').trim()),
      ['Désigner un administrateur local : Caisse à pourvoir', 'Demandes en cours : Caisse à pourvoir'],
    );
    const named = await stage.national.get(name);
    assert.equal(named.heading, 'Délégation');
    assert.match(named.texts('main').join(), /Caisse à pourvoir/);
    assert.match(requests, new RegExp(`perimetre=${bare.code}`));
    assert.equal((await stage.national.get(requests)).status, 200);
    for (const agent of [stage.local, stage.auditor])
      assert.equal((await agent.get(row)).$('main table tbody a').length, 0);
    assert.equal((await stage.national.get(`${ALL}?q=unique%20celine`)).texts('main .row-acts').length, 0);
  });

  test('R72 to Ucanss, organisms that nobody administers come first until another order is chosen; to others, by name', async () => {
    await createOrganism(stage.portal.db, { name: 'Zone sans personne' });
    const nobody = 'Aucun administrateur local';
    for (const agent of [stage.national, stage.auditor]) {
      const page = await agent.get(`${ALL}?taille=100`);
      const people = page.column('Nom').map((name) => name.startsWith(nobody));
      const without = people.lastIndexOf(true) + 1;
      assert.ok(without > 0 && without < people.length);
      assert.ok(allOf(people.slice(0, without), Boolean), 'all of them, before anybody');
      assert.equal(page.column('Organisme')[without - 1], 'Zone sans personne', 'by name among themselves');
      const rows = readCsv((await agent.get(`${ALL}.csv`)).bytes);
      assert.deepEqual(
        rows.slice(1, without + 1).map((row) => row[3]),
        people.slice(0, without).map(() => nobody),
      );
      const byName = await agent.get(`${ALL}?taille=100&tri=organisme`);
      assert.notDeepEqual(byName.column('Organisme'), page.column('Organisme'));
      assert.equal(byName.$('th[aria-sort=ascending]').text().trim(), 'Organisme');
    }
    const ours = await stage.local.get(`${ALL}?taille=100`);
    assert.deepEqual(
      ours.column('Organisme'),
      (await stage.local.get(`${ALL}?taille=100&tri=organisme`)).column('Organisme'),
    );
    assert.equal(ours.$('th[aria-sort=ascending]').text().trim(), 'Organisme');
    assert.match((await stage.local.get(`${ALL}?tri=a-pourvoir`)).notices.join(), /Ce tri est inconnu/);
  });

  test('R72 the page counts the organisms that are open, and those of them that nobody administers', async () => {
    const counts = async () => {
      const page = await stage.national.get(`${ALL}?perimetre=tous`);
      const told = page
        .texts('.page-summary')
        .join(' ')
        .matchAll(/(\d+)\s+organismes?/g);
      return [...told].map(([, count]) => Number(count));
    };
    const [all = 0, without = 0] = await counts();
    assert.ok(all > without && without > 0);
    await createOrganism(stage.portal.db, { name: 'Caisse fermée', closed_at: '2026-06-30' });
    assert.deepEqual(await counts(), [all, without]);
    await createOrganism(stage.portal.db, { name: 'Caisse ouverte' });
    assert.deepEqual(await counts(), [all + 1, without + 1]);
  });

  test('R72 a deactivated or outdated administrator leaves the directory', async () => {
    const home = await createOrganism(stage.portal.db, { name: 'Caisse éphémère' });
    const person = await createAccount(stage.portal.db, { organism: home.id });
    const id = await grant(stage.portal.db, person, ROLE, { organism: home.code });
    const names = async () => (await stage.local.get(`${ALL}?q=ephemere`)).column('Nom').join();
    assert.equal(await names(), `Camille ${person.last_name}`);
    await stage.portal.db('assignments').where({ id }).update({ ends_on: '2026-11-21' });
    assert.equal(await names(), 'Aucun administrateur local');
    await stage.portal.db('assignments').where({ id }).update({ ends_on: '2026-11-22' });
    await stage.portal
      .db('accounts')
      .where({ id: person.id })
      .update({ active: false, deactivated_at: new Date() });
    assert.equal(await names(), 'Aucun administrateur local');
  });

  test('R72 the exports hold what the filters select, and are traced', async () => {
    const query = '?departement=39';
    const csv = await stage.local.get(`${ALL}.csv${query}`);
    assert.match(String(csv.headers['content-disposition']), /administrateurs-locaux_tous_2026-11-22\.csv/);
    const rows = readCsv(csv.bytes);
    assert.deepEqual(rows[0], ['Organisme', 'Branche', 'Département', 'Nom', 'Prénom', 'Email', 'Téléphone']);
    const names = rows.slice(1).map((row) => row[3]);
    for (const name of ['TESTPORTAIL', 'SUPPLÉANTE', 'UNIQUE']) assert.ok(names.includes(name), name);
    assert.equal(rows.length - 1, (await stage.local.get(`${ALL}${query}&taille=100`)).rows.length);
    const sheets = readWorkbook((await stage.local.get(`${ALL}.xlsx${query}`)).bytes);
    assert.equal(sheets.get('Administrateurs locaux')?.length, rows.length);
    assert.match((await readPdf((await stage.local.get(`${ALL}.pdf${query}`)).bytes)).join(), /SUPPLÉANTE/);
    assert.equal((await stage.local.get(`${ALL}.csv?branche=inconnue`)).status, 422);
    const [event] = await stage.portal
      .db('audit_events')
      .where({ action: 'export.started' })
      .orderBy('id', 'desc')
      .limit(1);
    assert.equal(event.details.list, 'administrateurs-locaux');
  });
});
