import { dayInParis } from '../domain/calendar.ts';
import { VALIDATOR_NAMES } from '../domain/role.ts';
import { paths } from '../paths.ts';
import { formatDate } from '../presenters/format.ts';
import { durationOf, REQUEST_CHOICES, requestOf, VALIDATION_CHOICES } from '../presenters/reference-data.ts';
import { roleList } from '../repositories/lists/roles.ts';
import { declareList } from './declaration.ts';

const ALL = { value: '', label: 'Toutes' } as const;

/** « Applications et rôles »: the catalogue as Ucanss keeps it, the same for everyone. */
export const roles = declareList({
  name: 'roles',
  path: paths.roles.index,
  covers: 'country',
  acts: 'national-act',
  noun: ['ligne', 'lignes'],
  criteria: (ask) => ({
    words: ask.search(),
    validator: ask.oneOf('validation', 'Validation', [ALL, ...VALIDATION_CHOICES]),
    requestMode: ask.oneOf('demande', 'Demande', [ALL, ...REQUEST_CHOICES]),
    state: ask.openOrClosed({ value: 'ferme-detenu', label: 'Fermé, encore attribué' }),
  }),
  sorts: ['theme', 'application', 'role', 'validation', 'demande'],
  page: ({ db }) => roleList(db).page,
  file: {
    subject: 'applications-et-roles',
    sheet: 'Rôles',
    stream: ({ db }) => roleList(db).stream,
    order: ['Thème', 'Application', 'Rôle'],
  },
  columns: [
    { label: 'Rôle', sort: 'role', width: 32, strong: true, cell: ({ role }) => role?.label },
    { label: 'Application', sort: 'application', width: 24, cell: ({ application }) => application },
    { label: 'Thème', sort: 'theme', width: 22, cell: ({ theme }) => theme },
    { label: 'Adresse de l’application', shown: false, width: 30, cell: ({ address }) => address },
    { label: 'Code', shown: false, width: 26, cell: ({ role }) => role?.code },
    { label: 'Description et public' },
    { label: 'Description', shown: false, width: 40, cell: ({ role }) => role?.description },
    { label: 'Public', shown: false, width: 30, cell: ({ role }) => role?.audience },
    {
      label: 'Validation',
      sort: 'validation',
      width: 16,
      cell: ({ role }) => role && VALIDATOR_NAMES[role.validator],
    },
    { label: 'Demande', sort: 'demande', width: 16, cell: ({ role }) => role && requestOf(role) },
    { label: 'Procédure', shown: false, width: 34, cell: ({ role }) => role?.procedure },
    { label: 'Durée par défaut', shown: false, width: 10, cell: ({ role }) => role && durationOf(role) },
    {
      label: 'Fermé le',
      shown: false,
      width: 11,
      kind: 'date',
      cell: ({ role }) => (role?.closedAt ? dayInParis(role.closedAt) : null),
    },
    { label: 'Action', shown: ({ mayAct }) => mayAct },
  ],
  title: 'Applications et rôles',
  links: ({ mayAct, href }, here) =>
    mayAct
      ? [
          { path: paths.roles.newApplication, label: 'Nouvelle application' },
          { path: paths.roles.new, label: 'Nouveau rôle' },
        ].map(({ path, label }) => ({ href: href(path, { retour: here }), label, icon: 'plus-lg' }))
      : [],
  summary: (_visit, { count }) => [count, { text: 'les mêmes pour tous les organismes' }],
  filters: { label: 'Filtrer les rôles' },
  icon: 'list',
  empty: () => ({
    title: 'Aucun rôle ne correspond',
    text: 'Vérifiez l’orthographe, ou effacez les filtres pour retrouver tous les rôles.',
  }),
  caption: () => 'Rôles de chaque application',
  dense: true,
  row: 'management/reference-data/role-row',
  show: ({ role, ...application }) => ({
    ...application,
    role: role && {
      ...role,
      validation: VALIDATOR_NAMES[role.validator],
      request: requestOf(role),
      duration: durationOf(role),
      closedOn: role.closedAt && formatDate(role.closedAt),
    },
  }),
});
