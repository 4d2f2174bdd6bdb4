import { dayInParis } from '../domain/calendar.ts';
import { paths } from '../paths.ts';
import { formatDate } from '../presenters/format.ts';
import { organismList } from '../repositories/lists/organisms.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { declareList } from './declaration.ts';

/** « Organismes »: all of them, closed ones too, the same for everyone. */
export const organisms = declareList({
  name: 'organisms',
  path: paths.organisms.index,
  covers: 'country',
  acts: 'national-act',
  noun: ['organisme', 'organismes'],
  knows: async ({ db }) => ({ branches: await organismRepository(db).branches() }),
  criteria: (ask, { branches }) => ({
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
    state: ask.openOrClosed<never>(),
  }),
  sorts: ['nom', 'code', 'branche', 'departement', 'ville', 'domaine'],
  page: ({ db }) => organismList(db).page,
  file: {
    subject: 'organismes',
    sheet: 'Organismes',
    stream: ({ db }) => organismList(db).stream,
    order: ['Code'],
  },
  columns: [
    {
      label: 'Nom',
      sort: 'nom',
      width: 46,
      strong: true,
      cell: ({ name }) => name,
      draws: ({ name: text, closedAt }) => ({
        text,
        tags: closedAt ? [{ kind: 'inactive', text: `Fermé le ${formatDate(closedAt)}` }] : [],
      }),
    },
    { label: 'Code', sort: 'code', width: 14, look: 'date', cell: ({ code }) => code },
    { label: 'Sigle', shown: false, width: 12, cell: ({ acronym }) => acronym },
    { label: 'Branche', sort: 'branche', width: 20, cell: ({ branch }) => branch },
    {
      label: 'Département',
      sort: 'departement',
      width: 12,
      look: 'short',
      cell: ({ department }) => department,
    },
    { label: 'Région', shown: false, width: 26, cell: ({ region }) => region },
    { label: 'Ville', sort: 'ville', width: 22, cell: ({ city }) => city },
    {
      label: 'Domaine de messagerie',
      sort: 'domaine',
      width: 28,
      cell: ({ mailDomain }) => mailDomain,
      look: 'mail',
      draws: ({ mailDomain }) => mailDomain ?? 'Non renseigné',
    },
    {
      label: 'Fermé le',
      shown: false,
      width: 11,
      kind: 'date',
      cell: ({ closedAt }) => closedAt && dayInParis(closedAt),
    },
    {
      label: 'Action',
      shown: ({ mayAct }) => mayAct,
      acts: ({ id, name }, { href }, here) => ({
        acts: [
          {
            label: 'Modifier',
            complement: name,
            icon: 'pencil',
            href: href(paths.organisms.edit({ id }), { retour: here }),
          },
        ],
      }),
    },
  ],
  isPast: ({ closedAt }) => closedAt !== null,
  title: 'Organismes',
  links: ({ mayAct, href }, here) =>
    mayAct
      ? [{ href: href(paths.organisms.new, { retour: here }), label: 'Nouvel organisme', icon: 'plus-lg' }]
      : [],
  summary: (_visit, { count }) => [count],
  icon: 'building',
  empty: () => ({
    title: 'Aucun organisme ne correspond',
    text: 'Vérifiez l’orthographe, ou effacez les filtres pour retrouver tous les organismes.',
  }),
  dense: true,
});
