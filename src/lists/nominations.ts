import { paths } from '../paths.ts';
import { importState, verdictCounts } from '../presenters/nominations.ts';
import { nominationImportList } from '../repositories/lists/nominations.ts';
import { declareList } from './declaration.ts';

/** « Nominations »: the files that Ucanss has sent, the latest first (R81). */
export const nominations = declareList({
  name: 'nominations',
  path: paths.nominations.index,
  covers: 'country',
  acts: 'national-act',
  noun: ['fichier', 'fichiers'],
  criteria: (ask) => ({ words: ask.search() }),
  sorts: ['fichier'],
  direction: 'desc',
  page: ({ db }) => nominationImportList(db).page,
  columns: [
    {
      label: 'Fichier',
      sort: 'fichier',
      strong: true,
      look: 'text',
      draws: ({ id, fileName }, { href }) => ({
        text: `N°\u00a0${id}`,
        href: href(paths.nominations.show({ id })),
        detail: fileName,
      }),
    },
    { label: 'Date', look: 'date', draws: ({ createdAt: at }) => ({ at }) },
    { label: 'Par', draws: ({ createdBy }) => createdBy ?? 'Commande' },
    { label: 'Lignes', draws: ({ verdicts }) => verdictCounts(verdicts) },
    { label: 'État', draws: (row) => ({ tags: [importState(row)] }) },
  ],
  title: 'Nominations',
  introduction:
    'Les comptes des directeurs et agents de direction sont créés, modifiés et rattachés par un fichier de nominations. Rien n’est écrit avant que vous ayez vu ce que devient chaque ligne.',
  above: 'management/nominations/upload',
  filters: { quiet: true, label: 'Filtrer les imports' },
  icon: 'file-earmark-excel',
  empty: () => ({
    title: 'Aucun fichier de nominations',
    text: 'Les fichiers comparés apparaîtront ici, avec ce que chaque ligne est devenue.',
  }),
  caption: () => 'Fichiers de nominations',
});
