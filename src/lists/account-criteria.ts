import { roleOptions } from '../presenters/accounts.ts';
import type { AccountFilter } from '../repositories/lists/accounts.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import type { ValuesOf } from '../schemas/list-query.ts';
import type { Ask } from './criteria.ts';

const unknown = (name: string, kept: string) =>
  `${name}\u00a0: cette valeur est inconnue, «\u00a0${kept}\u00a0» est gardé.`;
const choice = (ask: Ask, name: string, label: string) => ask.yesNo(name, label, unknown(label, 'Oui'));

/** The filters, with their initial values (R27-R36). */
export const accountCriteria = (ask: Ask, roles: readonly RoleDetails[], { keeps }: { keeps: boolean }) => ({
  lastName: ask.search('nom', 'Nom'),
  firstName: ask.search('prenom', 'Prénom'),
  words: ask.search(),
  role: ask.oneOf('role', 'Rôle sélectionné', roleOptions(roles), {
    refusal: 'Ce rôle n’est pas de ceux que l’on active ou supprime ici.',
    keeps,
  }),
  holding: choice(ask, 'ayant', 'Personnes ayant le rôle'),
  within: choice(ask, 'organisme', 'Personne dans mon organisme'),
  active: ask.whether(
    ask.oneOf(
      'compte',
      'Compte',
      [
        { value: 'actif', label: 'Actif' },
        { value: 'inactif', label: 'Inactif' },
      ],
      { refusal: unknown('Compte', 'Actif'), kind: 'radios', told: true },
    ),
    'actif',
  ),
  executives: choice(ask, 'add', 'Avec ADD'),
  rights: ask.oneOf(
    'droits',
    'Droits',
    [
      { value: 'tous', label: 'Tous' },
      { value: 'a-revoir', label: 'À revoir' },
      { value: 'fin-proche', label: 'Fin de droits dans 30 jours' },
    ],
    { refusal: unknown('Droits', 'Tous') },
  ),
  signedIn: ask.oneOf(
    'connexion',
    'Dernière connexion',
    [
      { value: 'toutes', label: 'Toutes' },
      { value: 'jamais', label: 'Jamais' },
      { value: 'plus-de-90-jours', label: 'Plus de 90 jours' },
    ],
    { refusal: unknown('Dernière connexion', 'Toutes') },
  ),
});

/** What selects people, whatever the page: also what « Tout » sends (R45). */
export function selectionCriteria(ask: Ask, roles: readonly RoleDetails[]) {
  const { within: _ofThePage, ...selecting } = accountCriteria(ask, roles, { keeps: false });
  return selecting;
}

export type Selecting = ValuesOf<ReturnType<typeof selectionCriteria>>;

/** The filter of the read model, whatever the organism. */
export const selected = (
  { lastName, firstName, words, holding, active, executives, rights, signedIn }: Omit<Selecting, 'role'>,
  role: RoleDetails | null,
): Omit<AccountFilter, 'organismId'> => ({
  lastName,
  firstName,
  words,
  active,
  executives,
  rights: rights === 'tous' ? null : rights,
  signedIn: signedIn === 'toutes' ? null : signedIn,
  role: role && { id: role.id, held: holding },
});
