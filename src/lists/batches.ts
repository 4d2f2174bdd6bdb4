import { paths } from '../paths.ts';
import { batchSummary } from '../presenters/batches.ts';
import { batchList } from '../repositories/lists/batches.ts';
import { declareList } from './declaration.ts';

/** « Actions groupées »: the acts on selections, the latest first (R45, R46). */
export const batches = declareList({
  name: 'batches',
  path: paths.batches.index,
  noun: ['lot', 'lots'],
  knows: ({ snapshot }) => snapshot.current(),
  criteria: () => ({}),
  sorts: ['lot'],
  direction: 'desc',
  page:
    ({ db }) =>
    ({ organismId, direction }, window) =>
      batchList(db).page(organismId, direction, window),
  columns: [
    {
      label: 'Lot',
      sort: 'lot',
      strong: true,
      draws: ({ id }, { href }) => ({ text: `Lot n°\u00a0${id}`, href: href(paths.batches.show({ id })) }),
    },
    { label: 'Date', look: 'date', draws: ({ createdAt: at }) => ({ at }) },
    {
      label: 'Organisme',
      shown: ({ scope }) => scope.kind === 'national',
      draws: ({ organismId }, { known }) =>
        known.organisms.get(organismId ?? 0)?.name ?? 'Tous les organismes',
    },
    {
      label: 'Action',
      draws: (row, { known: { roles } }) => ({
        text: batchSummary(row, (row.roleId !== null && roles.get(row.roleId)?.label) || ''),
        detail: row.undoneBy === null ? null : `Annulé par le lot n°\u00a0${row.undoneBy}`,
      }),
    },
    { label: 'Par', draws: ({ createdBy }) => createdBy ?? 'Commande' },
    { label: 'Motif', draws: ({ reason }) => reason },
  ],
  title: 'Actions groupées',
  under: ({ href }) => [{ label: 'Gestion des comptes', href: href(paths.accounts.index) }],
  filters: { submit: 'Filtrer' },
  empty: ({ href, mayAct }) => ({
    title: 'Aucune action groupée',
    text: mayAct
      ? 'Cochez des lignes, ou «\u00a0Tout\u00a0», dans «\u00a0Gestion des comptes\u00a0»\u00a0: chaque action sur une sélection reçoit un numéro et se retrouve ici.'
      : 'Chaque action sur une sélection de «\u00a0Gestion des comptes\u00a0» reçoit un numéro et se retrouve ici.',
    action: { href: href(paths.accounts.index), label: 'Gestion des comptes' },
  }),
});
