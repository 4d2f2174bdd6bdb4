import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pagesOf, recordOf } from '../../src/presenters/act-record.ts';
import { routes } from '../../src/routes/index.ts';

const pages = pagesOf(routes);
const PARAMS: Readonly<Record<string, string>> = {
  ':id': '12',
  ':assignment': '7',
  ':code': 'energie',
  ':token': 'a%2Fb',
};
const fill = (pattern: string) => pattern.replace(/:\w+/g, (name) => PARAMS[name] ?? '');
const recordFrom = (pattern: string, perimetre?: unknown) =>
  recordOf({ pattern, path: fill(pattern), perimetre }, pages);

describe('where an act is to be seen', () => {
  const EXPECTED: Readonly<Record<string, string | null>> = {
    '/gestion/comptes/:id/desactivation': '/gestion/comptes/12',
    '/gestion/comptes/:id/droits/:assignment/fin': '/gestion/comptes/12',
    '/gestion/comptes/:id/adresse/annulation': '/gestion/comptes/12',
    '/gestion/comptes/:id/second-facteur/annulation': '/gestion/comptes/12',
    '/gestion/comptes/nouveau': '/gestion/comptes',
    '/gestion/lots': null,
    '/gestion/lots/:id': '/gestion/lots/12',
    '/gestion/lots/:id/annulation': '/gestion/lots/12',
    '/gestion/demandes/:id/acceptation': '/gestion/demandes',
    '/gestion/administrateurs-locaux/:id/retrait': '/gestion/administrateurs-locaux',
    '/gestion/motifs-de-refus/:id/suppression': '/gestion/motifs-de-refus',
    '/gestion/motifs-de-refus': '/gestion/motifs-de-refus',
    '/gestion/applications-et-roles/applications/:id/modification': '/gestion/applications-et-roles',
    '/mes-informations/demandes/:id/annulation': '/mes-informations',
    '/mes-informations/adresse': '/mes-informations',
    '/mes-informations/telephone': '/mes-informations',
    '/applications/:code': '/mes-informations',
    '/activation/:token': '/connexion',
    '/adresse/:token': '/adresse/a%2Fb',
    '/connexion': null,
  };
  for (const [pattern, expected] of Object.entries(EXPECTED)) {
    test(`of POST ${pattern}: ${expected}`, () => assert.equal(recordFrom(pattern), expected));
  }

  test('of every form is a page of the portal', () => {
    const shown = new Set(routes.filter(({ method }) => method === 'get').map(({ path }) => fill(path)));
    for (const { method, path } of routes) {
      const record = method === 'post' ? recordFrom(path) : null;
      if (record !== null) assert.ok(shown.has(record), `${path}: ${record}`);
    }
  });

  test('keeps the perimeter, where it is one', () => {
    const form = '/gestion/comptes/:id/desactivation';
    assert.equal(recordFrom(form, 'CAF-391'), '/gestion/comptes/12?perimetre=CAF-391');
    for (const wrong of [undefined, '', ['a', 'b'], { a: 1 }]) {
      assert.equal(recordFrom(form, wrong), '/gestion/comptes/12');
    }
  });

  test('of an address that no route has is the home', () => {
    assert.equal(recordFrom('/nulle-part'), '/');
    assert.equal(recordFrom('/'), '/');
  });
});
