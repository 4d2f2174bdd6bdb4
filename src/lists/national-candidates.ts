import { hasTwoLetters } from '../domain/search.ts';
import { paths } from '../paths.ts';
import { fullName } from '../presenters/format.ts';
import { accountList } from '../repositories/lists/accounts.ts';
import { nationalRoleRepository } from '../repositories/national-roles.ts';
import { declareList } from './declaration.ts';

/** « Donner un profil national »: the active people of every organism, to somebody whom one can name (P3b). */
export const nationalCandidates = declareList({
  name: 'nationalCandidates',
  path: paths.nationalRoles.new,
  covers: 'country',
  noun: ['personne active', 'personnes actives'],
  knows: async ({ snapshot }) => snapshot.current(),
  criteria: (ask) => ({ words: ask.search('q', 'Nom ou email') }),
  sorts: ['nom', 'email', 'organisme'],
  page:
    ({ db }, { known: snapshot }) =>
    async ({ words, sort, direction }, window) => {
      const result = await accountList(db).page(
        {
          organismId: null,
          lastName: '',
          firstName: '',
          words,
          role: null,
          active: true,
          executives: true,
          sort,
          direction,
        },
        { ...window, snapshot },
      );
      const ids = result.rows.map(({ id }) => id);
      const held = await nationalRoleRepository(db).heldBy(ids, window.today);
      return { ...result, rows: result.rows.map((row) => ({ ...row, held: held.get(row.id) ?? [] })) };
    },
  columns: [
    {
      label: 'Nom',
      sort: 'nom',
      strong: true,
      draws: (person, { href }) => ({
        text: fullName(person),
        href: href(paths.accounts.show({ id: person.id }), { perimetre: 'tous' }),
        tags: [
          ...(person.isExecutive ? [{ kind: 'executive', text: 'ADD' }] : []),
          ...person.held.map((text) => ({ kind: 'administrator', text })),
        ],
      }),
    },
    { label: 'Email', sort: 'email', look: 'mail', draws: ({ email: mail }) => ({ mail }) },
    {
      label: 'Organisme',
      sort: 'organisme',
      draws: ({ organismId }, { known }) => known.organisms.get(organismId)?.name ?? '',
    },
    {
      label: 'Action',
      acts: (person, { actor }) =>
        person.id === actor.id
          ? { acts: [], lock: 'C’est vous\u00a0: un autre administrateur Ucanss peut vous donner un profil.' }
          : {
              acts: [
                {
                  label: 'Donner un profil national',
                  complement: `à ${fullName(person)}`,
                  action: paths.nationalRoles.grant({ id: person.id }),
                },
              ],
            },
    },
  ],
  title: 'Donner un profil national',
  under: ({ href }) => [{ label: 'Profils nationaux', href: href(paths.nationalRoles.index) }],
  introduction:
    'Un profil national donne accès à tous les organismes. Cherchez une personne active, de n’importe quel organisme, par son nom ou son adresse\u00a0; vous choisirez ensuite le profil.',
  filters: { label: 'Chercher une personne' },
  summary: (_visit, { waiting, count }) => (waiting ? [] : [count, { text: 'Tous les organismes' }]),
  waits: (_visit, { words }) =>
    hasTwoLetters(words)
      ? null
      : {
          title: 'Cherchez une personne',
          text: 'Indiquez au moins deux lettres de son nom, ou son adresse.',
          icon: 'people',
        },
  empty: () => ({
    title: 'Aucune personne active ne correspond',
    text: 'Vérifiez l’orthographe. Un compte désactivé doit d’abord être réactivé.',
  }),
  caption: () => 'Personnes actives de tous les organismes',
});
