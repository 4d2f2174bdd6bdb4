import { z } from 'zod';
import { searchable } from '../domain/search.ts';
import { endDate, paragraph } from './fields.ts';
import { choice, criterion, type ListQuery, listCriteria, searched } from './list-query.ts';

const YES_NO = ['oui', 'non'] as const;
const unknown = (name: string, kept: string) =>
  `${name}\u00a0: cette valeur est inconnue, «\u00a0${kept}\u00a0» est gardé.`;

/** What selects people, whatever the page: also what « Tout » sends (R45). `roles` are those of the list. */
export const selectionCriteria = (roles: readonly { code: string }[]) => ({
  nom: searched('Nom'),
  prenom: searched('Prénom'),
  q: searched('Rechercher'),
  role: criterion(
    z.string().refine((code) => roles.some((role) => role.code === code)),
    '',
    'Ce rôle n’est pas de ceux que l’on active ici\u00a0: «\u00a0Aucun\u00a0» est gardé.',
  ),
  ayant: choice(YES_NO, 'oui', unknown('Personnes ayant le rôle', 'Oui')),
  compte: choice(['actif', 'inactif'], 'actif', unknown('Compte', 'Actif')),
  add: choice(YES_NO, 'oui', unknown('Avec ADD', 'Oui')),
});

export type SelectionValues = ListQuery<ReturnType<typeof selectionCriteria>>['values'];

/** « Gestion des comptes »: the filters and their initial values (R27-R36). */
export const accountCriteria = (roles: readonly { code: string }[]) => ({
  ...selectionCriteria(roles),
  organisme: choice(YES_NO, 'oui', unknown('Personne dans mon organisme', 'Oui')),
  ...listCriteria(['nom', 'email', 'organisme']),
});

/** True when a name has the two letters that a search outside the organism asks for. */
export const hasTwoLetters = (name: string): boolean => (searchable(name).match(/\p{L}/gu) ?? []).length >= 2;

/** A right given: why, and its inclusive last day, both optional (P8). */
export const grantForm = (today: string) => z.object({ motif: paragraph(1000), fin: endDate(today) });

/** A button alone. */
export const emptyForm = z.object({});

/** A right taken away, or an account opened again: why, if one wants to say it. */
export const optionalReasonForm = z.object({ motif: paragraph(1000) });

/** Deactivating asks for a reason (R44). */
export const deactivationForm = z.object({
  motif: paragraph(
    1000,
    'Indiquez le motif de la désactivation, par exemple «\u00a0Départ en retraite\u00a0».',
  ),
});
