import { paths } from '../paths.ts';
import { formatDate, fullName } from '../presenters/format.ts';
import { accountList } from '../repositories/lists/accounts.ts';
import { declareList } from './declaration.ts';
import { notCounted, ROLE_PAGE, roleOf, roleSummary } from './role-page.ts';

/** The page of a role, in an organism: who holds it, since when, by whom, until when. */
export const roleHolders = declareList({
  name: 'roleHolders',
  noun: ['personne', 'personnes'],
  knows: roleOf,
  criteria: (ask) => ({ words: ask.search() }),
  sorts: ['nom', 'email', 'depuis', 'par', 'jusquau'],
  page:
    ({ db, snapshot }, { known: { role } }) =>
    async (asked, window) =>
      accountList(db).page(
        {
          ...asked,
          lastName: '',
          firstName: '',
          role: { id: role.id, held: true },
          active: true,
          executives: true,
        },
        { ...window, snapshot: await snapshot.current() },
      ),
  columns: [
    {
      label: 'Nom',
      sort: 'nom',
      strong: true,
      draws: (person, { href }) => ({
        text: fullName(person),
        href: href(paths.accounts.show({ id: person.id })),
        tags: person.toReview ? [{ kind: 'review', text: 'À revoir' }] : [],
      }),
    },
    { label: 'Mail', sort: 'email', look: 'mail', draws: ({ email: mail }) => ({ mail }) },
    {
      label: 'Depuis le',
      sort: 'depuis',
      look: 'date',
      draws: ({ grantedAt }) => grantedAt && formatDate(grantedAt),
    },
    { label: 'Accordée par', sort: 'par', draws: ({ grantedBy }) => grantedBy ?? 'le portail' },
    {
      label: 'Jusqu’au',
      sort: 'jusquau',
      look: 'short',
      draws: ({ endsOn }) => (endsOn ? formatDate(endsOn) : 'Sans date de fin'),
    },
  ],
  ...ROLE_PAGE,
  summary: (visit, { count, list }) =>
    roleSummary(visit, {
      ...count,
      text: `${count.text}${list.filtered ? '' : list.total >= 2 ? ' l’ont' : ' l’a'}`,
    }),
  waits: notCounted,
  empty: (_visit, { list }) => ({
    title: list.filtered ? 'Aucune personne ne correspond' : 'Personne n’a ce rôle',
    text: list.filtered
      ? 'Vérifiez l’orthographe, ou effacez les filtres pour retrouver toutes les personnes.'
      : 'Personne de cet organisme n’a ce rôle en ce moment.',
  }),
});
