import type { Actor } from '../domain/actor.ts';
import { judgeMandate, type MandateFault } from '../domain/mandate.ts';
import { paths } from '../paths.ts';
import type { Account } from '../repositories/accounts.ts';
import type { NationalRoleRow } from '../repositories/lists/national-roles.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import { lastNational } from './account-acts.ts';
import { type Confirmation, endDateField, TOLD_REASON } from './confirmation.ts';
import { fullName } from './format.ts';

/** What can be done with a national role (P1, P3b). */
export function nationalRoleActs(row: NationalRoleRow, actor: Actor) {
  const fault = judgeMandate('remove', { actor, person: { id: row.accountId } });
  if (fault === 'oneself')
    return { acts: [], lock: 'Vous-même\u00a0: un autre administrateur Ucanss le peut.' };
  const { id } = row;
  return {
    acts: [
      {
        label: 'Date de fin',
        complement: `du profil de ${fullName(row)}`,
        action: paths.nationalRoles.endDate({ id }),
      },
      {
        label: 'Retirer le profil',
        complement: `de ${fullName(row)}`,
        action: paths.nationalRoles.remove({ id }),
      },
    ],
  };
}

/** What a role lets its holder do, said before it is given. */
const POWERS: Record<string, string> = {
  'administrateur-ucanss':
    'Gère les comptes et les habilitations de tous les organismes, les rôles réservés, les référentiels et les profils nationaux',
  auditeur: 'Consulte et exporte tout, pour tous les organismes, sans rien modifier',
};

/** A choice of « Profil ». */
const roleChoice = ({ code, label }: { code: string; label: string }) => ({
  ...{ value: code, label },
  hint: POWERS[code] ?? '',
});

/** « Donner un profil national » (P3b). `fault` is a refusal to come. */
export const nationalGrantConfirmation = (
  account: Account,
  held: readonly string[],
  fault: MandateFault | null,
  { roles, today }: { roles: readonly RoleDetails[]; today: string },
): Confirmation => ({
  title: `Donner un profil national à ${fullName(account)}`,
  effect: `${fullName(account)} (${account.email}, ${account.organismName}) aura accès à tous les organismes, et reçoit un message.`,
  points: held.map((label) => `A déjà le profil «\u00a0${label}\u00a0».`),
  refusal: fault && nationalFaultSentence(fault, fullName(account), ''),
  fields: [
    { view: 'national-role', options: roles.map(roleChoice) },
    endDateField(today, 'Facultative\u00a0: le profil vaut jusqu’à ce jour inclus.'),
    TOLD_REASON,
  ],
});

/** « Retirer le profil ». */
export const nationalRemovalConfirmation = (
  account: Account,
  roleLabel: string,
  fault: MandateFault | null,
): Confirmation => ({
  title: `Retirer le profil de ${fullName(account)}`,
  effect: `${fullName(account)} (${account.email}) n’aura plus le profil «\u00a0${roleLabel}\u00a0», et reçoit un message.`,
  points: [
    'Ses pages ouvertes perdent aussitôt l’accès aux autres organismes.',
    'Son compte et ses autres habilitations restent inchangés.',
  ],
  refusal: fault && nationalFaultSentence(fault, fullName(account), roleLabel),
  danger: true,
  fields: [TOLD_REASON],
});

/** « Date de fin » of a national role (P8). */
export const nationalEndConfirmation = (
  account: Account,
  roleLabel: string,
  fault: MandateFault | null,
  { isLast, endsOn, today }: { isLast: boolean; endsOn: string | null; today: string },
): Confirmation => ({
  title: `Date de fin du profil de ${fullName(account)}`,
  effect: `${fullName(account)} (${account.email}) a le profil «\u00a0${roleLabel}\u00a0» jusqu’à ce jour inclus, ou sans limite si la date reste vide. Un message l’en informe.`,
  warning: isLast ? lastNational(fullName(account)) : null,
  refusal: fault && nationalFaultSentence(fault, fullName(account), roleLabel),
  fields: [endDateField(today, 'Laissez vide pour n’en fixer aucune.')],
  input: { fin: endsOn ?? '' },
});

/** Why a national role was neither given nor changed, as a sentence. */
export function nationalFaultSentence(fault: MandateFault, person: string, roleLabel: string): string {
  const sentences: Record<MandateFault, string> = {
    oneself:
      'Vous ne pouvez pas changer votre propre profil national\u00a0: un autre administrateur Ucanss le peut.',
    inactive: `Le compte de ${person} est désactivé\u00a0: réactivez-le avant de lui donner un profil national.`,
    // Of delegations alone: a national profile is of no organism.
    elsewhere: '',
    already: `${person} a déjà le profil «\u00a0${roleLabel}\u00a0».`,
    gone: `${person} n’a plus ce profil «\u00a0${roleLabel}\u00a0»\u00a0: il lui a été retiré entre-temps. Rien n’a été changé.`,
    unchanged: `Le profil de ${person} a déjà cette date de fin\u00a0: rien n’a été changé.`,
    last_administrator: lastNational(person),
  };
  return sentences[fault];
}
