import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newApplicationForm, newOrganismForm, newRoleForm } from '../../src/schemas/reference-data.ts';

const ROLE = {
  ...{
    application: '1',
    libelle: 'Essai',
    description: 'Lire',
    public: 'Tous',
    code: 'essai',
    procedure: '',
  },
  ...{ validation: 'ucanss', demande: 'online', duree: '', etat: 'ouvert' },
};
const ORGANISM = {
  ...{ code: 'CAF-391', nom: 'CAF du Jura', sigle: 'CAF', branche: 'Famille', departement: '39' },
  ...{ ville: 'Lons-le-Saunier', domaine: '', etat: 'ouvert' },
};
const APPLICATION = { nom: 'Energie', theme: 'Immobilier', code: 'energie', adresse: '' };
const FORMS = {
  application: [newApplicationForm, APPLICATION],
  role: [newRoleForm([{ id: 1 }]), ROLE],
  organism: [newOrganismForm([{ name: 'Famille' }]), ORGANISM],
} as const;

/** The longest and the shortest that is taken, and what is just beyond. */
const LIMITS: readonly [form: keyof typeof FORMS, field: string, taken: string[], refused: string[]][] = [
  ['role', 'duree', ['', '1', '3650'], ['0', '3651']],
  ['role', 'libelle', ['e', 'e'.repeat(100)], ['', 'e'.repeat(101)]],
  ['role', 'description', ['e'.repeat(1000)], ['', 'e'.repeat(1001)]],
  ['role', 'public', ['e'.repeat(500)], ['', 'e'.repeat(501)]],
  ['role', 'code', ['', 'e', 'e'.repeat(60)], ['-', 'e'.repeat(61)]],
  [
    ...(['application', 'adresse'] as const),
    [
      ...['', '  ', 'https://a', 'HTTP://a.fr:8080/b?c=d#e', 'https://énergie.fr/été', 'https://[::1]/'],
      `https://a.fr/${'e'.repeat(487)}`,
    ],
    [
      ...['energie.exemple.fr', '/applications', 'https://', 'https:///a', 'https:a.fr', 'https:\\\\a.fr'],
      ...['javascript:alert(1)', 'data:text/html,a', 'ftp://a.fr', 'mailto:a@b.fr', 'java\tscript:alert(1)'],
      ...[
        'https://a b.fr',
        'https://a.fr/b c',
        'https://nom:secret@a.fr',
        'https://nom@a.fr',
        'http://a.fr:x',
      ],
      `https://a.fr/${'e'.repeat(488)}`,
    ],
  ],
  ['organism', 'code', ['C1', 'C'.repeat(20)], ['C', 'C'.repeat(21)]],
  ['organism', 'nom', ['e'.repeat(150)], ['', 'e'.repeat(151)]],
  ['organism', 'sigle', ['e'.repeat(30)], ['', 'e'.repeat(31)]],
  ['organism', 'ville', ['e'.repeat(100)], ['', 'e'.repeat(101)]],
];

describe('the forms of the reference data', () => {
  for (const [name, field, taken, refused] of LIMITS) {
    const [form, right] = FORMS[name];
    test(`${name}, ${field}: up to its limits, and no further`, () => {
      for (const value of taken) {
        const parsed = form.safeParse({ ...right, [field]: value });
        assert.deepEqual(parsed.error?.issues ?? [], [], value);
      }
      for (const value of refused) {
        const parsed = form.safeParse({ ...right, [field]: value });
        assert.deepEqual([...new Set(parsed.error?.issues.map(({ path }) => path.join()))], [field], value);
      }
    });
  }
});
