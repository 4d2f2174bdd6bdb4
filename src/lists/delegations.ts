import { organismIdOf, scopeName } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import { showAdministrator } from '../presenters/delegations.ts';
import { delegationList } from '../repositories/lists/delegations.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { declareNarrowedList, type Visit } from './declaration.ts';

// Delegations of deactivated accounts: a few at most in an organism, told apart under its list.
const DORMANT = { page: 1, size: 100 };

const rowOf = (
  row: Parameters<typeof showAdministrator>[0],
  { known: snapshot, ...visit }: Visit<Snapshot>,
) => showAdministrator(row, { ...visit, snapshot });

/** « Les administrateurs locaux »: who administers the organism, or each of them, live (R65). */
export const delegations = declareNarrowedList({
  name: 'delegations',
  path: paths.delegations.index,
  acts: 'management-act',
  noun: ['administrateur local', 'administrateurs locaux'],
  knows: ({ snapshot }) => snapshot.current(),
  criteria: (ask) => ({
    words: ask.search(),
    ending: ask.oneOf('fin', 'Fin de délégation', [
      { value: '', label: 'Toutes' },
      { value: 'proche', label: 'Dans 30 jours' },
    ]),
  }),
  sorts: ['nom', 'organisme', 'email', 'depuis', 'par', 'fin', 'connexion'],
  page: ({ db }) => delegationList(db).page,
  narrow: ({ ending, ...asked }) => ({ filter: { ...asked, endingSoon: ending === 'proche', active: true } }),
  show: rowOf,
  columns: [
    {
      label: 'Nom',
      sort: 'nom',
      strong: true,
      draws: ({ person, href, homeOrganism }) => ({
        text: person,
        href,
        tags: homeOrganism ? [{ kind: 'neutral', text: homeOrganism }] : [],
      }),
    },
    {
      label: 'Organisme',
      sort: 'organisme',
      shown: ({ scope }) => scope.kind === 'national',
      draws: ({ organism }) => organism,
    },
    { label: 'Email', sort: 'email', look: 'mail', draws: ({ email: mail }) => ({ mail }) },
    { label: 'Depuis le', sort: 'depuis', look: 'date', draws: ({ since }) => since },
    { label: 'Désigné par', sort: 'par', draws: ({ grantedBy }) => grantedBy || 'Ucanss' },
    { label: 'Jusqu’au', sort: 'fin', look: 'date', draws: ({ endsOn }) => endsOn ?? 'Sans date de fin' },
    {
      label: 'Dernière connexion',
      sort: 'connexion',
      look: 'date',
      draws: ({ lastSignIn }) => lastSignIn ?? 'Jamais',
    },
    {
      label: 'Action',
      shown: ({ mayAct }) => mayAct,
      acts: ({ endDate, removal, lock }) => ({ acts: lock ? [] : [endDate, removal], lock }),
    },
  ],
  title: 'Les administrateurs locaux',
  links: ({ mayAct, href }) =>
    mayAct
      ? [
          {
            href: href(paths.delegations.new),
            label: 'Nouvel administrateur local',
            icon: 'person-plus',
            kind: 'primary',
          },
        ]
      : [],
  empty: ({ mayAct, href }, { asked, list }) =>
    asked.ending === 'proche' && asked.words === ''
      ? { title: 'Aucune délégation ne finit dans les 30 jours', text: 'Il n’y a rien à prolonger.' }
      : list.filtered
        ? {
            title: 'Aucun administrateur local ne correspond',
            text: 'Vérifiez l’orthographe, ou effacez les filtres pour les retrouver tous.',
          }
        : {
            title: 'Aucun administrateur local',
            text: 'Personne n’administre cet organisme\u00a0: l’Ucanss décide de ses demandes.',
            action: mayAct
              ? { href: href(paths.delegations.new), label: 'Désigner un administrateur local' }
              : null,
          },
  caption: ({ scope }) => `Administrateurs locaux, ${scopeName(scope)}`,
  dense: true,
  below: 'management/delegations/dormant',
  beside: async (visit, asked, { db }) => {
    if (organismIdOf(visit.scope) === null) return { dormant: [] };
    const { ending: _ofTheList, ...order } = asked;
    const filter = { ...order, words: '', active: false };
    const { rows } = await delegationList(db).page(filter, { ...DORMANT, today: visit.today });
    return { dormant: rows.map((row) => rowOf(row, visit)) };
  },
});
