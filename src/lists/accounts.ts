import { dayInParis } from '../domain/calendar.ts';
import { isGrantable, isManaged } from '../domain/role.ts';
import { hasTwoLetters } from '../domain/search.ts';
import { paths } from '../paths.ts';
import { accountsIntroduction, departureLink, filterSentence, showAccount } from '../presenters/accounts.ts';
import { type AccountFilter, type AccountOrder, accountList } from '../repositories/lists/accounts.ts';
import { isRightSort } from '../repositories/lists/person-order.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { accountCriteria, type Selecting, selected } from './account-criteria.ts';
import { declareNarrowedList, type Selection } from './declaration.ts';

/** True where those listed have « Rôle sélectionné »: since when, by whom and until when is then told. */
const isHeld = ({ role, holding, within }: { role: string; holding: boolean; within: boolean }): boolean =>
  role !== '' && holding && within;

const roleOf = (roles: readonly RoleDetails[], { role }: { role: string }) =>
  roles.find(({ code }) => code === role) ?? null;

type Filter = AccountFilter & AccountOrder & { within: boolean };

/** « Gestion des comptes » (R27-R46, R57, R58). */
export const accounts = declareNarrowedList({
  name: 'accounts',
  path: paths.accounts.index,
  acts: 'management-act',
  noun: ['personne', 'personnes'],
  knows: async ({ db, snapshot }) => ({
    roles: (await roleRepository(db).all()).filter(isManaged),
    snapshot: await snapshot.current(),
  }),
  // A role that is unknown is told, and lists nobody: not everybody, with acts ready.
  criteria: (ask, { roles }) => accountCriteria(ask, roles, { keeps: true }),
  sorts: ['nom', 'email', 'organisme', 'connexion', 'depuis', 'par', 'jusquau'],
  page:
    ({ db, services }, { actor, known: { snapshot } }) =>
    ({ within, ...filter }: Filter, window) => {
      if (within) return accountList(db).page(filter, { ...window, snapshot });
      const { role: _unused, organismId, ...named } = filter;
      return services.outside.search(actor, { ...named, organismId: organismId ?? 0 });
    },
  narrow: (asked, { known: { roles } }) => {
    const { within, sort, direction, organismId } = asked;
    return { filter: { ...selected(asked, roleOf(roles, asked)), within, sort, direction, organismId } };
  },
  show: (row, { actor, href, mayAct, known: { snapshot, roles } }, { asked }) =>
    showAccount(row, {
      actor,
      snapshot,
      href,
      mayAct,
      holding: asked.holding,
      outside: !asked.within,
      role: roleOf(roles, asked),
    }),
  file: {
    subject: 'comptes',
    sheet: 'Comptes',
    stream:
      ({ db, snapshot }) =>
      (filter, options) =>
        accountList(db).stream(filter, options, snapshot),
    told: (row, { snapshot }) => ({
      ...row,
      organism: snapshot.organisms.get(row.organismId)?.name ?? '',
      branch: snapshot.organisms.get(row.organismId)?.branch ?? '',
      lastSignInAt: row.lastSignInAt && dayInParis(row.lastSignInAt),
      grantedAt: row.grantedAt && dayInParis(row.grantedAt),
    }),
    lacks: ({ role }) => (role?.held ? [] : ['Depuis le', 'Accordée par', 'Jusqu’au']),
    refuses: ({ within }) =>
      within
        ? null
        : 'Ce que l’on cherche hors de l’organisme ne se télécharge pas\u00a0: choisissez «\u00a0Oui\u00a0» dans «\u00a0Personne dans mon organisme\u00a0».',
  },
  columns: [
    {
      label: 'Nom',
      sort: 'nom',
      strong: true,
      draws: ({ person, href, tags }) => ({ text: person, href, tags }),
      width: 20,
      cell: ({ lastName }) => lastName,
    },
    { label: 'Prénom', shown: false, width: 14, cell: ({ firstName }) => firstName },
    {
      label: 'Organisme',
      sort: 'organisme',
      draws: ({ organism }) => organism,
      width: 22,
      cell: ({ organism }) => organism,
    },
    {
      label: 'Branches',
      // Beside what a role adds there is no room for it.
      shown: (_visit, asked) => !isHeld(asked),
      draws: ({ branch }) => branch,
      width: 18,
      cell: ({ branch }) => branch,
    },
    {
      label: 'Mail',
      sort: 'email',
      look: 'mail',
      draws: ({ email: mail }) => ({ mail }),
      width: 34,
      cell: ({ email }) => email,
    },
    {
      label: 'Téléphone',
      look: 'short',
      draws: ({ phone }) => (phone === null ? { none: 'Masqué' } : phone),
      width: 16,
      cell: ({ phone }) => phone,
    },
    { label: 'Compte', shown: false, width: 11, cell: ({ active }) => (active ? 'Actif' : 'Inactif') },
    {
      label: 'Dernière connexion',
      sort: 'connexion',
      look: 'date',
      // Beside what a role adds there is no room for it, unless it is what is looked for.
      shown: (_visit, asked) => asked.within && (!isHeld(asked) || asked.signedIn !== 'toutes'),
      draws: ({ lastSignInAt }) => lastSignInAt ?? 'Jamais',
      width: 13,
      kind: 'date',
      cell: ({ lastSignInAt }) => lastSignInAt,
    },
    {
      label: 'Depuis le',
      sort: 'depuis',
      look: 'date',
      shown: (_visit, asked) => isHeld(asked),
      draws: ({ grantedAt }) => grantedAt,
      width: 12,
      kind: 'date',
      cell: ({ grantedAt }) => grantedAt,
    },
    {
      label: 'Accordée par',
      sort: 'par',
      shown: (_visit, asked) => isHeld(asked),
      draws: ({ grantedBy }) => grantedBy,
      width: 22,
      cell: ({ grantedBy }) => grantedBy,
    },
    {
      label: 'Jusqu’au',
      sort: 'jusquau',
      look: 'short',
      shown: (_visit, asked) => isHeld(asked),
      draws: ({ endsOn }) => endsOn ?? 'Sans date de fin',
      width: 12,
      kind: 'date',
      cell: ({ endsOn }) => endsOn,
    },
    {
      label: 'Action',
      acts: ({ acts, lock, departs, ...row }, { href }, here) => ({
        acts: departs ? [...acts, departureLink(row, href, here)] : acts,
        lock,
      }),
    },
  ],
  ticks: ({ id, person }) => ({ id, label: person }),
  isPast: ({ active }) => !active,
  title: 'Gestion des comptes',
  links: ({ mayAct, href }) => [
    { href: href(paths.batches.index), label: 'Actions groupées', icon: 'clock-history', kind: 'quiet' },
    ...(mayAct ? [{ href: href(paths.accounts.new), label: 'Nouveau', icon: 'person-plus' }] : []),
  ],
  introduction: ({ actor, scope }) => accountsIntroduction(actor, scope),
  above: 'management/accounts/tips',
  summary: ({ href, known: { roles } }, { asked }) => {
    const role = roleOf(roles, asked);
    return role
      ? [
          {
            link: {
              href: href(paths.roles.show({ code: role.code })),
              label: `Fiche du rôle «\u00a0${role.label}\u00a0»`,
            },
          },
        ]
      : [];
  },
  filters: { label: 'Filtrer les comptes' },
  waits: ({ scope, known: { roles } }, { within, role, lastName, firstName }) => {
    if (within) return role !== '' && !roles.some(({ code }) => code === role) ? UNKNOWN_ROLE : null;
    if (scope.kind !== 'organism') return NEEDS_ORGANISM;
    return hasTwoLetters(lastName) || hasTwoLetters(firstName) ? null : NEEDS_NAME;
  },
  // What somebody holds elsewhere is not to be found out (P5).
  remarks: ({ scope, known: { roles } }, { within, role, holding, sort, rights, signedIn }) => {
    if (scope.kind === 'national' && isRightSort(sort)) return [SORTED_BY_NAME];
    if (!within) {
      const ignored = rights !== 'tous' || signedIn !== 'toutes' ? [CRITERIA_IGNORED] : [];
      return role === '' ? ignored : [ROLE_IGNORED, ...ignored];
    }
    if (role === '') return holding ? [] : [NEEDS_ROLE];
    const chosen = roles.find(({ code }) => code === role);
    return chosen?.closed
      ? [`«\u00a0${chosen.label}\u00a0» est fermé\u00a0: il ne s’active plus, et se supprime encore.`]
      : [];
  },
  sentence: ({ scope, known: { roles } }, asked) => filterSentence(scope, asked, roleOf(roles, asked)),
  empty: (_visit, { asked: { within, active }, list }) => ({
    title: 'Aucune personne ne correspond',
    text:
      !within && active
        ? 'Vérifiez l’orthographe, ou cherchez avec «\u00a0Compte\u00a0: Inactif\u00a0»\u00a0: une personne partie de son organisme s’y trouve.'
        : list.filtered
          ? 'Vérifiez l’orthographe, ou effacez les filtres pour retrouver toutes les personnes.'
          : 'Personne n’a encore de compte actif dans cet organisme.',
  }),
  note: (_visit, { asked: { within, rights }, rows, list }) => {
    if (within && rights === 'a-revoir') return TO_REVIEW;
    return !within && list.total > rows.length
      ? `Les ${rows.length} premières personnes sont affichées\u00a0: précisez le nom pour trouver les autres.`
      : null;
  },
  dense: true,
  // « Tout » and the ticked rows act inside one organism only (R45).
  selection: ({ mayAct, scope, known: { roles } }, { asked, here, written }) =>
    mayAct && scope.kind === 'organism' && asked.within && buttonsOf(asked, roleOf(roles, asked)).length > 0
      ? {
          hidden: sentBy(written, here),
          hint: asked.role === '' && asked.active ? 'Pour les droits, choisissez un rôle.' : null,
          buttons: buttonsOf(asked, roleOf(roles, asked)),
        }
      : null,
  paged: ({ within }) => within,
});

const NEEDS_ORGANISM = {
  title: 'Choisissez un organisme',
  text: '«\u00a0Personne dans mon organisme\u00a0: Non\u00a0» cherche en dehors d’un organisme\u00a0: choisissez-le dans «\u00a0Organisme\u00a0».',
  icon: 'building',
};

const UNKNOWN_ROLE = {
  title: 'Rôle inconnu',
  text: 'Ce rôle n’existe pas, ou n’est pas de ceux que l’on active ou supprime ici. Choisissez-en un dans «\u00a0Rôle sélectionné\u00a0».',
  icon: 'search',
};

const SORTED_BY_NAME =
  'Sur tous les organismes, la page est triée par nom\u00a0: choisissez un organisme pour trier par date ou par auteur du droit. Les fichiers ont l’ordre demandé.';

const NEEDS_ROLE =
  '«\u00a0Personnes ayant le rôle\u00a0: Non\u00a0»\u00a0: choisissez un rôle dans «\u00a0Rôle sélectionné\u00a0». Sans rôle, toutes les personnes sont affichées.';

const TO_REVIEW =
  'Ces personnes ont des droits venus d’un autre organisme\u00a0: ouvrez leur fiche pour les garder ou les retirer, un par un ou tous ensemble.';

const NEEDS_NAME = {
  title: 'Indiquez un nom',
  text: 'Hors de l’organisme, «\u00a0Nom\u00a0» ou «\u00a0Prénom\u00a0» doit avoir au moins 2 lettres. La recherche est enregistrée, et montre 50 personnes au plus.',
  icon: 'search',
};

const CRITERIA_IGNORED =
  'Hors de l’organisme, «\u00a0Droits\u00a0» et «\u00a0Dernière connexion\u00a0» ne sont pas pris en compte.';

const ROLE_IGNORED =
  'Hors de l’organisme, «\u00a0Rôle sélectionné\u00a0» n’est pas pris en compte\u00a0: la recherche porte sur les noms et les adresses.';

/** What the bar of the selection sends: the filter, never the identifiers of its result. */
const sentBy = ({ organisme: _ofThePage, ...criteria }: Record<string, unknown>, back: string) =>
  Object.entries({ ...criteria, retour: back })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value: String(value) }));

function buttonsOf({ holding, active, rights }: Selecting, role: RoleDetails | null): Selection['buttons'] {
  const name = 'acte';
  const grant = { label: 'Activer des droits pour la sélection', name, value: 'activer' };
  const remove = { label: 'Supprimer des droits de la sélection', name, value: 'supprimer' };
  const deactivate = { label: 'Désactiver la sélection', name, value: 'desactiver' };
  const reactivate = { label: 'Réactiver la sélection', name, value: 'reactiver' };
  return [
    ...(role && isGrantable(role) && !holding && active ? [grant] : []),
    ...(role && holding ? [{ ...remove, kind: 'outline' as const }] : []),
    // Who has rights to review has just been welcomed: they are reviewed on each account.
    ...(rights === 'a-revoir' && active
      ? []
      : [{ ...(active ? deactivate : reactivate), kind: 'outline' as const }]),
  ];
}
