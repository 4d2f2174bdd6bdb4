import type { Actor } from '../domain/actor.ts';
import { isReserved } from '../domain/role.ts';
import { type Scope, scopeName } from '../domain/scope.ts';
import type { Account } from '../repositories/accounts.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import type { AssignmentFault } from '../services/assignments.ts';
import {
  ATTACHMENT_EFFECT,
  ATTACHMENT_LIMIT,
  accountFaultSentence,
  assignmentFaultSentence,
  BEYOND,
  BEYOND_ATTACHMENT,
  DEACTIVATION_WARNING,
  delegationEnds,
  lastAdministrator,
  lastNational,
  leavesWithout,
} from './account-acts.ts';
import { fullName } from './format.ts';

/** What views/components/confirmation-start shows of an act. */
export interface Confirmation {
  title: string;
  effect: string;
  points: string[];
  warning: string | null;
  danger: boolean;
}

/** P2 as it is told before the act: a refusal to come, or a warning to an administrateur Ucanss. */
const lastOnes = (actor: Actor, account: Account, organisms: readonly string[]): string | null => {
  if (organisms.length === 0) return null;
  return (actor.national === 'administrator' ? leavesWithout : lastAdministrator)(
    fullName(account),
    organisms,
  );
};

/** « Désactiver le compte » (R43, R44, A1). */
export const deactivationConfirmation = (
  actor: Actor,
  account: Account,
  { beyond, left, isLastNational }: { beyond: boolean; left: readonly string[]; isLastNational: boolean },
): Confirmation => ({
  title: `Désactiver le compte de ${fullName(account)}`,
  effect: DEACTIVATION_WARNING,
  points: [
    `${fullName(account)} (${account.email}) ne pourra plus se connecter, et ses sessions ouvertes prennent fin aussitôt.`,
    'Ses droits sont conservés\u00a0: ils reviennent si le compte est réactivé.',
  ],
  warning: beyond
    ? `${BEYOND}.`
    : isLastNational
      ? lastNational(fullName(account))
      : lastOnes(actor, account, left),
  danger: true,
});

/** « Réactiver le compte ». */
export const reactivationConfirmation = (account: Account, beyond: boolean): Confirmation => ({
  title: `Réactiver le compte de ${fullName(account)}`,
  effect: `${fullName(account)} (${account.email}) pourra de nouveau se connecter, avec les droits que son compte a conservés.`,
  points: [],
  warning: beyond ? `${BEYOND}.` : null,
  danger: false,
});

/** « Fermer les sessions ». */
export const endSessionsConfirmation = (account: Account, beyond: boolean): Confirmation => ({
  title: `Fermer les sessions de ${fullName(account)}`,
  effect: `Les sessions ouvertes de ${fullName(account)} (${account.email}) prennent fin aussitôt, où qu’elles soient\u00a0: ce qui n’y est pas enregistré est perdu.`,
  points: [
    'Son compte reste actif, avec ses droits\u00a0: la personne peut se connecter de nouveau.',
    'Si quelqu’un d’autre connaît son mot de passe, elle doit aussi en choisir un autre, par «\u00a0Mot de passe oublié\u00a0».',
    'Aucun message ne lui est envoyé.',
  ],
  warning: beyond
    ? `${BEYOND}.`
    : account.active
      ? null
      : accountFaultSentence('already_inactive', fullName(account), []),
  danger: true,
});

interface Attachment {
  /** They administer the organism that they would leave. */
  administers: boolean;
  beyond: boolean;
  /** Organisms that would be left without administrator (P2). */
  left: readonly string[];
  /** The organism that they would join is closed. */
  closed: boolean;
}

/** « CONFIRMATION DU RATTACHEMENT ? » (R59, A3, A4, P6). No address, no right: the person is still elsewhere (P5). */
export const attachmentConfirmation = (
  actor: Actor,
  scope: Scope,
  account: Account,
  { administers, beyond, left, closed }: Attachment,
): Confirmation => ({
  title: 'CONFIRMATION DU RATTACHEMENT ?',
  effect: `${fullName(account)} quitte ${account.organismName} et rejoint ${scopeName(scope)}.`,
  points: [
    // So that one can check that it is the right person.
    `Fonction\u00a0: ${account.functionTitle || 'non renseignée'}. Agent de direction (ADD)\u00a0: ${account.isExecutive ? 'oui' : 'non'}.`,
    `${ATTACHMENT_EFFECT}.`,
    `${ATTACHMENT_LIMIT}.`,
    ...(account.active ? [] : ['Le compte est inactif, et le reste.']),
    ...(administers && !beyond ? [delegationEnds(account.organismName)] : []),
  ],
  warning: closed
    ? `${scopeName(scope)} est fermé\u00a0: le rattachement sera refusé.`
    : account.isExecutive
      ? `${fullName(account)} est agent de direction (ADD)\u00a0: son rattachement sera refusé.`
      : beyond
        ? BEYOND_ATTACHMENT
        : lastOnes(actor, account, left),
  danger: false,
});

/** « Activer des droits » (R41): a grant, or a request to Ucanss, which the page says before (P3). */
export function grantConfirmation(
  actor: Actor,
  account: Account,
  role: RoleDetails,
  fault: AssignmentFault | null,
): Confirmation {
  const person = fullName(account);
  const asked = isReserved(role) && actor.national !== 'administrator';
  return {
    title: `Activer des droits de ${person}`,
    effect: asked
      ? `«\u00a0${role.label}\u00a0» est soumis à la validation de l’Ucanss\u00a0: une demande lui est envoyée pour ${person} (${account.email}). Le rôle n’est pas accordé avant sa réponse.`
      : `«\u00a0${role.label}\u00a0» est accordé à ${person} (${account.email}), qui reçoit un message.`,
    points: [],
    warning: refusalToCome(fault, account, role),
    danger: false,
  };
}

/** « Supprimer des droits » (R40): the selected role, and it alone. */
export const removalConfirmation = (
  account: Account,
  role: RoleDetails,
  fault: AssignmentFault | null,
): Confirmation => ({
  title: `Supprimer des droits de ${fullName(account)}`,
  effect: `«\u00a0${role.label}\u00a0» est supprimé pour ${fullName(account)} (${account.email}). Ses autres droits restent inchangés.`,
  points: [],
  warning: refusalToCome(fault, account, role),
  danger: true,
});

/** Why the act will be refused, as things stand now: told before. */
function refusalToCome(fault: AssignmentFault | null, account: Account, role: RoleDetails): string | null {
  if (fault === 'not_grantable' && role.closed)
    return `«\u00a0${role.label}\u00a0» est fermé\u00a0: il ne peut plus être accordé.`;
  return fault && assignmentFaultSentence(fault, fullName(account), role.label);
}
