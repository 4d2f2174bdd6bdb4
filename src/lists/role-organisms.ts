import { paths } from '../paths.ts';
import { plural } from '../presenters/format.ts';
import { roleOrganismList } from '../repositories/lists/role-organisms.ts';
import { declareNarrowedList } from './declaration.ts';
import { notCounted, ROLE_PAGE, roleOf, roleSummary } from './role-page.ts';

/** The page of a role, over all organisms: how many people of each hold it. */
export const roleOrganisms = declareNarrowedList({
  name: 'roleOrganisms',
  noun: ['organisme', 'organismes'],
  knows: roleOf,
  criteria: (ask) => ({ words: ask.search() }),
  sorts: ['nom', 'personnes'],
  page: ({ db }) => roleOrganismList(db).page,
  narrow: ({ words, sort, direction }, { known: { role } }) => ({
    filter: { roleId: role.id, words, sort, direction },
  }),
  columns: [
    {
      label: 'Organisme',
      sort: 'nom',
      strong: true,
      draws: ({ name: text, code: perimetre }, { href, code }) => ({
        text,
        href: href(paths.roles.show({ code }), { perimetre }),
      }),
    },
    {
      label: 'Personnes',
      sort: 'personnes',
      draws: ({ holders }) => plural(holders, 'personne', 'personnes'),
    },
  ],
  ...ROLE_PAGE,
  summary: (visit, { count }) => roleSummary(visit, count),
  waits: notCounted,
  empty: (_visit, { list }) => ({
    title: list.filtered ? 'Aucun organisme ne correspond' : 'Personne n’a ce rôle',
    text: list.filtered
      ? 'Vérifiez l’orthographe, ou effacez les filtres pour retrouver tous les organismes.'
      : 'Personne n’a ce rôle en ce moment, dans aucun organisme.',
  }),
});
