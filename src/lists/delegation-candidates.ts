import { NotFound } from '../domain/errors.ts';
import { ofOrganism } from '../domain/organism-name.ts';
import type { Scope } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import { candidateActs, DELEGATION_INTRODUCTION, nationalIntroduction } from '../presenters/delegations.ts';
import { fullName } from '../presenters/format.ts';
import type { Href } from '../presenters/href.ts';
import { delegationRepository } from '../repositories/delegations.ts';
import { accountList } from '../repositories/lists/accounts.ts';
import { declareList } from './declaration.ts';

/** @throws NotFound for all of them: a delegation is of one organism. */
function organismOf(scope: Scope) {
  if (scope.kind === 'national') throw new NotFound();
  return scope.organism;
}

const newAccountHref = (href: Href) => href(paths.accounts.new, { retour: href(paths.delegations.new) });

/** « Délégation »: whom one can name, of the active people of the organism (R66-R68, R70, R71). */
export const delegationCandidates = declareList({
  name: 'delegationCandidates',
  path: paths.delegations.new,
  noun: ['personne active', 'personnes actives'],
  criteria: (ask) => ({ words: ask.search() }),
  sorts: ['nom', 'email'],
  page:
    ({ db, snapshot }, { scope }) =>
    async ({ words, sort, direction }, window) => {
      const { id } = organismOf(scope);
      const filter = { organismId: id, lastName: '', firstName: '', words, role: null };
      const [result, holding] = await Promise.all([
        accountList(db).page(
          { ...filter, active: true, executives: true, sort, direction },
          { ...window, snapshot: await snapshot.current() },
        ),
        delegationRepository(db).holding([id], window.today),
      ]);
      const named = new Set(holding.map(({ accountId }) => accountId));
      return { ...result, rows: result.rows.map((row) => ({ ...row, named: named.has(row.id) })) };
    },
  columns: [
    {
      label: 'Nom',
      sort: 'nom',
      strong: true,
      draws: (person, { href }) => ({
        text: fullName(person),
        href: href(paths.accounts.show({ id: person.id })),
        tags: person.isExecutive ? [{ kind: 'executive', text: 'ADD', drawn: true }] : [],
      }),
    },
    { label: 'Email', sort: 'email', look: 'mail', draws: ({ email: mail }) => ({ mail }) },
    { label: 'Téléphone', look: 'date', draws: ({ phone }) => phone || 'Non renseigné' },
    { label: 'Action', acts: (person, { actor }) => candidateActs(person, actor) },
  ],
  title: 'Délégation',
  under: ({ href }) => [{ label: 'Les administrateurs locaux', href: href(paths.delegations.index) }],
  links: ({ href }) => [{ href: newAccountHref(href), label: 'Nouveau', icon: 'person-plus' }],
  introduction: ({ actor, scope }) =>
    actor.national === null ? DELEGATION_INTRODUCTION : nationalIntroduction(organismOf(scope)),
  filters: { label: 'Filtrer les personnes', everywhere: null },
  empty: ({ href }, { list }) => ({
    title: 'Aucune personne ne correspond',
    text: list.filtered
      ? 'Vérifiez l’orthographe. Si la personne n’a pas encore de compte, créez sa fiche\u00a0: vous reviendrez ensuite ici.'
      : 'Personne n’a encore de compte actif dans cet organisme\u00a0: créez d’abord une fiche.',
    action: { href: newAccountHref(href), label: 'Créer sa fiche' },
  }),
  caption: ({ scope }) =>
    `Personnes actives ${scope.kind === 'organism' ? ofOrganism(scope.organism.name) : 'de tous les organismes'}`,
});
