import type { FactorChoice } from '../database/sql.ts';
import { NATIONAL, scopeName } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import { NOBODY } from '../presenters/delegations.ts';
import { plural } from '../presenters/format.ts';
import { directoryList } from '../repositories/lists/directory.ts';
import type { Asking } from './criteria.ts';
import { declareNarrowedList } from './declaration.ts';
import { byFactor, yesOrNo } from './factor-criterion.ts';

const HAVING = { non: '', oui: 'none', 'un-seul': 'one' } as const;

const FACTOR = 'Second facteur';

const COLUMNS = ['organisme', 'branche', 'departement', 'nom', 'email'] as const;

/** « Tous les administrateurs locaux » (R72): every organism for a local administrator, whichever is theirs. */
export const directory = declareNarrowedList({
  name: 'directory',
  path: paths.delegations.all,
  covers: ({ national }, asked) => (national === null ? NATIONAL : asked()),
  noun: ['ligne', 'lignes'],
  knows: async ({ db }, { today, actor }) => ({
    ...(await directoryList(db).choices(today)),
    tellsFactors: actor.national !== null,
  }),
  criteria: (ask, { branches, departments, tellsFactors }) => ({
    words: ask.search(),
    branch: ask.oneOf(
      'branche',
      'Branche',
      [
        { value: '', label: 'Toutes les branches' },
        ...branches.map(({ name, label }) => ({ value: name, label })),
      ],
      { words: (name) => `Branche\u00a0: ${name}` },
    ),
    department: ask.oneOf(
      'departement',
      'Département',
      [
        { value: '', label: 'Tous les départements' },
        ...departments.map(({ code, region }) => ({ value: code, label: `${code} · ${region}` })),
      ],
      {
        refusal: 'Département\u00a0: cette valeur est inconnue, tous sont affichés.',
        words: (code) => `Département\u00a0: ${code}`,
      },
    ),
    having: ask.oneOf(
      'sans',
      'Administrateurs locaux',
      [
        { value: 'non', label: 'Tous les organismes' },
        { value: 'oui', label: 'Organismes qui n’en ont pas' },
        { value: 'un-seul', label: 'Organismes qui n’en ont qu’un' },
      ],
      {
        refusal:
          'Organismes sans administrateur\u00a0: cette valeur est inconnue, tous les organismes sont affichés.',
        words: (value) =>
          value === 'oui'
            ? 'Organismes sans administrateur local'
            : 'Organismes qui n’ont qu’un administrateur local',
      },
    ),
    // Nobody else is told who has one: they are asked for nothing of it (P5).
    ...((tellsFactors ? { factor: byFactor(ask) } : {}) as { factor: Asking<FactorChoice> }),
  }),
  // Ucanss names who is missing: organisms without anybody come first, until another order is chosen.
  sorts: ({ national }) => (national === null ? COLUMNS : ['a-pourvoir', ...COLUMNS]),
  page: ({ db }) => directoryList(db).page,
  narrow: ({ having, factor = '', ...asked }, { known: { tellsFactors } }) => ({
    filter: { ...asked, having: HAVING[having], factor, tellsFactors },
  }),
  file: {
    subject: 'administrateurs-locaux',
    sheet: 'Administrateurs locaux',
    stream: ({ db }) => directoryList(db).stream,
    told: ({ administrator, ...organism }) => ({
      ...organism,
      ...(administrator ?? { lastName: NOBODY, firstName: '', email: '', phone: '', hasFactor: null }),
    }),
    lacks: ({ tellsFactors }) => (tellsFactors ? [] : [FACTOR]),
  },
  columns: [
    { label: 'Organisme', sort: 'organisme', width: 34, strong: true, cell: ({ organism }) => organism },
    { label: 'Branche', sort: 'branche', width: 18, cell: ({ branch }) => branch },
    { label: 'Département', sort: 'departement', width: 12, cell: ({ department }) => department },
    { label: 'Nom', sort: 'nom', width: 22, cell: ({ lastName }) => lastName },
    { label: 'Prénom', shown: false, width: 18, cell: ({ firstName }) => firstName },
    { label: 'Email', sort: 'email', width: 34, cell: ({ email }) => email },
    { label: 'Téléphone', width: 16, cell: ({ phone }) => phone },
    {
      label: FACTOR,
      width: 14,
      shown: ({ known }) => known.tellsFactors,
      cell: ({ hasFactor }) => (hasFactor === null ? '' : yesOrNo(hasFactor)),
    },
  ],
  title: 'Tous les administrateurs locaux',
  under: ({ href }) => [{ label: 'Les administrateurs locaux', href: href(paths.delegations.index) }],
  summary: ({ scope, known: { organisms, without } }, { list, count }) => [
    count,
    { text: scope.kind === 'organism' ? scopeName(scope) : plural(organisms, 'organisme', 'organismes') },
    ...(without === 0
      ? []
      : [
          {
            link: {
              href: list.hrefTo({ sans: 'oui', page: null }),
              label: `${plural(without, 'organisme', 'organismes')} sans administrateur local`,
            },
          },
        ]),
  ],
  filters: { label: 'Filtrer les administrateurs locaux' },
  empty: (_visit, { asked }) => ({
    title:
      asked.having === 'oui'
        ? 'Chaque organisme a un administrateur local'
        : 'Aucun administrateur local ne correspond',
    text: 'Vérifiez l’orthographe, ou effacez les filtres pour les retrouver tous.',
  }),
  caption: () => 'Administrateurs locaux de chaque organisme',
  dense: true,
  row: 'management/delegations/directory-row',
  show: (row, { actor, href, known }) => ({
    ...row,
    factor: known.tellsFactors && row.administrator ? yesOrNo(row.administrator.hasFactor) : null,
    columns: known.tellsFactors ? 4 : 3,
    // Where nobody administers, Ucanss names somebody, and decides meanwhile.
    instead:
      row.administrator === null && actor.national === 'administrator'
        ? {
            nameHref: href(paths.delegations.new, { perimetre: row.code }),
            requestsHref: href(paths.requests.pending, { perimetre: row.code }),
          }
        : null,
  }),
});
