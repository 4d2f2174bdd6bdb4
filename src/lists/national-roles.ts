import { dayInParis } from '../domain/calendar.ts';
import { paths } from '../paths.ts';
import { formatDate, formatDateTime, fullName, instantCell } from '../presenters/format.ts';
import { nationalRoleActs } from '../presenters/national-roles.ts';
import { nationalRoleList } from '../repositories/lists/national-roles.ts';
import { declareList } from './declaration.ts';
import { byFactor, yesOrNo } from './factor-criterion.ts';

/** « Profils nationaux » (P3b): who holds a national role, live. */
export const nationalRoles = declareList({
  name: 'nationalRoles',
  path: paths.nationalRoles.index,
  covers: 'country',
  acts: 'national-act',
  noun: ['profil national', 'profils nationaux'],
  criteria: (ask) => ({ words: ask.search(), factor: byFactor(ask) }),
  sorts: ['nom', 'profil', 'depuis', 'par', 'fin', 'connexion'],
  page: ({ db }) => nationalRoleList(db).page,
  file: {
    subject: 'profils-nationaux',
    sheet: 'Profils nationaux',
    stream: ({ db }) => nationalRoleList(db).stream,
  },
  columns: [
    {
      label: 'Nom',
      sort: 'nom',
      width: 22,
      strong: true,
      cell: ({ lastName }) => lastName,
      draws: (row, { href }) => ({
        text: fullName(row),
        // The account page shows a person of any organism only without perimeter.
        href: href(paths.accounts.show({ id: row.accountId }), { perimetre: 'tous' }),
        tags: [
          ...(row.active ? [] : [{ kind: 'inactive', text: 'Inactif' }]),
          { kind: 'neutral', text: row.organismCode },
        ],
        detailMail: row.email,
      }),
    },
    { label: 'Prénom', shown: false, width: 18, cell: ({ firstName }) => firstName },
    { label: 'Email', shown: false, width: 34, cell: ({ email }) => email },
    { label: 'Organisme', shown: false, width: 28, cell: ({ organism }) => organism },
    { label: 'Compte', shown: false, width: 10, cell: ({ active }) => (active ? 'Actif' : 'Inactif') },
    { label: 'Profil', sort: 'profil', width: 24, cell: ({ roleLabel }) => roleLabel },
    { label: 'Depuis le', sort: 'depuis', width: 12, kind: 'date', cell: ({ since }) => dayInParis(since) },
    {
      label: 'Donné par',
      sort: 'par',
      width: 26,
      cell: ({ grantedBy }) => grantedBy || 'Ucanss',
    },
    {
      label: 'Jusqu’au',
      sort: 'fin',
      width: 16,
      kind: 'date',
      cell: ({ endsOn }) => endsOn ?? 'Sans date de fin',
      draws: ({ endsOn }) => (endsOn === null ? 'Sans date de fin' : formatDate(endsOn)),
    },
    {
      label: 'Dernière connexion',
      sort: 'connexion',
      width: 20,
      kind: 'instant',
      cell: ({ lastSignInAt }) => (lastSignInAt === null ? 'Jamais' : instantCell(lastSignInAt)),
      draws: ({ lastSignInAt }) => (lastSignInAt === null ? 'Jamais' : formatDateTime(lastSignInAt)),
    },
    { label: 'Second facteur', width: 14, cell: ({ hasFactor }) => yesOrNo(hasFactor) },
    {
      label: 'Action',
      shown: ({ mayAct }) => mayAct,
      acts: (row, { actor }) => nationalRoleActs(row, actor),
    },
  ],
  title: 'Profils nationaux',
  links: ({ mayAct, href }) =>
    mayAct
      ? [
          {
            href: href(paths.nationalRoles.new),
            label: 'Donner un profil national',
            icon: 'person-plus',
            kind: 'primary',
          },
        ]
      : [],
  filters: { quiet: true },
  empty: () => ({
    title: 'Aucun profil national ne correspond',
    text: 'Vérifiez l’orthographe, ou effacez les filtres pour les retrouver tous.',
  }),
  caption: () => 'Personnes qui ont un profil national',
  dense: true,
});
