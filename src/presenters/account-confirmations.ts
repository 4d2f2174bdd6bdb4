import type { AccountAct } from '../domain/account-acts.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { addDays } from '../domain/calendar.ts';
import { type Changes, isUnchanged } from '../domain/changes.ts';
import { linkLifetimeInWords } from '../domain/link.ts';
import { theOrganism } from '../domain/organism-name.ts';
import { isReserved } from '../domain/role.ts';
import type { Account } from '../repositories/accounts.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import type { JudgedAccount } from '../services/account-judging.ts';
import type { AssignmentFault } from '../services/assignments.ts';
import {
  ATTACHMENT_EFFECT,
  ATTACHMENT_LIMIT,
  accountFaultSentence,
  assignmentFaultSentence,
  attachmentFaultSentence,
  DEACTIVATION_WARNING,
  delegationEnds,
  leavesWithout,
} from './account-acts.ts';
import { EDITING_REASON, type ListedRole, recapOf } from './account-lists.ts';
import { type Confirmation, endDateField, OPTIONAL_REASON } from './confirmation.ts';
import { correctionLines } from './corrections.ts';
import { formatDate, fullName, plural } from './format.ts';

type Words = Pick<Confirmation, 'effect' | 'points' | 'danger' | 'fields'>;

/** What the page before each act says, from « Prénom NOM », the same with the address, and the rights that come back. */
const WORDS: Record<
  Exclude<AccountAct, 'attach' | 'resetFactor'>,
  { title: string; words: (person: string, addressed: string, rights: readonly string[]) => Words }
> = {
  // R43, R44, A1.
  deactivate: {
    title: 'Désactiver le compte de',
    words: (_person, addressed) => ({
      effect: DEACTIVATION_WARNING,
      points: [
        `${addressed} ne pourra plus se connecter, et ses sessions ouvertes prennent fin aussitôt.`,
        'Ses droits sont conservés\u00a0: ils reviennent si le compte est réactivé.',
      ],
      danger: true,
      fields: [{ view: 'reason', hint: null, required: true }],
    }),
  },
  reactivate: {
    title: 'Réactiver le compte de',
    words: (_person, addressed, rights) => ({
      effect: `${addressed} pourra de nouveau se connecter, avec les droits que son compte a gardés.`,
      points: comingBack(rights),
      fields: [OPTIONAL_REASON],
    }),
  },
  sendActivation: {
    title: "Renvoyer le lien d'activation à",
    words: (_person, addressed) => ({
      effect: `Un message part à ${addressed}, avec un lien pour choisir son mot de passe.`,
      points: [
        `Le lien est valable ${linkLifetimeInWords('activation')}. Ceux qui ont été envoyés avant ne servent plus.`,
      ],
    }),
  },
  endSessions: {
    title: 'Fermer les sessions de',
    words: (_person, addressed) => ({
      effect: `Les sessions ouvertes de ${addressed} prennent fin aussitôt, où qu’elles soient\u00a0: ce qui n’y est pas enregistré est perdu.`,
      points: [
        'Son compte reste actif, avec ses droits\u00a0: la personne peut se connecter de nouveau.',
        'Si quelqu’un d’autre connaît son mot de passe, elle doit aussi en choisir un autre, par «\u00a0Mot de passe oublié\u00a0».',
        'Aucun message ne lui est envoyé.',
      ],
      danger: true,
      fields: [OPTIONAL_REASON],
    }),
  },
};

/** P2 to an administrateur Ucanss, who may go on. */
const warningOf = (account: Account, { left }: JudgedAccount): string | null =>
  left.length > 0 ? leavesWithout(fullName(account), left) : null;

/** Which rights come back with an account. */
const comingBack = (rights: readonly string[]): string[] => [
  rights.length === 0
    ? 'Aucun droit ne revient avec ce compte.'
    : `${plural(rights.length, 'droit revient', 'droits reviennent')}\u00a0: ${rights.join(', ')}.`,
  'La personne reçoit un message qui le lui dit.',
];

/** « Désactiver le compte », « Réactiver le compte », « Fermer les sessions ». `rights`: those that would come back. */
export function accountConfirmation(
  act: keyof typeof WORDS,
  account: Account,
  judged: JudgedAccount,
  rights: readonly string[] = [],
): Confirmation {
  const person = fullName(account);
  const { title, words } = WORDS[act];
  return {
    title: `${title} ${person}`,
    organism: account.organismName,
    ...words(person, `${person} (${account.email})`, rights),
    warning: warningOf(account, judged),
    refusal: judged.fault && accountFaultSentence(judged.fault, person, judged.left),
  };
}

/** « CONFIRMATION DU RATTACHEMENT ? » (R59, A3, A4, P6). No address, no right: the person is still elsewhere (P5). */
export function attachmentConfirmation(
  target: OrganismName,
  account: Account,
  judged: JudgedAccount,
  administers: boolean,
): Confirmation {
  const person = fullName(account);
  return {
    title: 'CONFIRMATION DU RATTACHEMENT ?',
    page: `Rattacher ${person}`,
    organism: account.organismName,
    effect: `${person} quitte ${theOrganism(account.organismName)} et rejoint ${theOrganism(target.name)}.`,
    points: [
      // So that one can check that it is the right person.
      `Fonction\u00a0: ${account.functionTitle || 'non renseignée'}. Agent de direction (ADD)\u00a0: ${account.isExecutive ? 'oui' : 'non'}.`,
      `${ATTACHMENT_EFFECT}.`,
      `${ATTACHMENT_LIMIT}.`,
      ...(account.active ? [] : ['Le compte est inactif, et le reste.']),
      ...(administers && judged.fault !== 'beyond' ? [delegationEnds(account.organismName)] : []),
    ],
    warning: warningOf(account, judged),
    refusal: judged.fault && attachmentFaultSentence(judged.fault, account, { target, judged, administers }),
  };
}

/** « Activer des droits » (R41): a grant, or a request to Ucanss, which the page says before (P3). */
export function grantConfirmation(
  actor: Actor,
  account: Account,
  role: RoleDetails,
  { fault, today }: { fault: AssignmentFault | null; today: string },
): Confirmation {
  const person = fullName(account);
  const asked = isReserved(role) && actor.national !== 'administrator';
  const duration = role.defaultDurationDays;
  return {
    ...aboutRole(account, role, fault),
    title: `Activer des droits de ${person}`,
    effect: asked
      ? `«\u00a0${role.label}\u00a0» est soumis à la validation de l’Ucanss\u00a0: une demande lui est envoyée pour ${person} (${account.email}). Le rôle n’est pas accordé avant sa réponse.`
      : `«\u00a0${role.label}\u00a0» est accordé à ${person} (${account.email}), qui reçoit un message.`,
    fields: asked
      ? [{ view: 'reason', hint: 'Facultatif\u00a0; l’Ucanss le lira.' }]
      : [
          { view: 'reason', hint: 'Facultatif\u00a0; la personne le lira.' },
          endDateField(today, 'Facultative\u00a0: le rôle cesse le lendemain.'),
        ],
    input: { fin: duration === null ? '' : addDays(today, duration) },
  };
}

/** « Supprimer des droits » (R40): the selected role, and it alone. */
export const removalConfirmation = (
  actor: Actor,
  account: Account,
  role: RoleDetails,
  fault: AssignmentFault | null,
): Confirmation => ({
  ...aboutRole(account, role, fault),
  title: `Supprimer des droits de ${fullName(account)}`,
  warning: givenBack(actor, [{ label: role.label, reserved: isReserved(role), closed: role.closed }]),
  effect: `«\u00a0${role.label}\u00a0» est supprimé pour ${fullName(account)} (${account.email}). Ses autres droits restent inchangés.`,
  danger: true,
  fields: [OPTIONAL_REASON],
});

/** « Date de fin » of one right (R47, P3): who does not validate its role may only bring it forward. */
export const endDateConfirmation = (
  actor: Actor,
  account: Account,
  assignment: { roleLabel: string; reserved: boolean; endsOn: string | null },
  today: string,
): Confirmation => ({
  title: `Date de fin de «\u00a0${assignment.roleLabel}\u00a0»`,
  page: `Date de fin de «\u00a0${assignment.roleLabel}\u00a0» pour ${fullName(account)}`,
  organism: account.organismName,
  effect: `${fullName(account)} perd ce droit le lendemain de la date choisie\u00a0; sans date, le droit dure.`,
  warning:
    assignment.reserved && actor.national !== 'administrator'
      ? 'Ce rôle est soumis à la validation de l’Ucanss\u00a0: vous pouvez avancer la fin de ce droit, pas la repousser.'
      : null,
  fields: [
    {
      view: 'end-date',
      hint: `Au plus tôt le ${formatDate(today)}\u00a0; laissez vide pour aucune fin.`,
    },
  ],
  input: { fin: assignment.endsOn ?? '' },
});

const aboutRole = (account: Account, role: RoleDetails, fault: AssignmentFault | null) => ({
  organism: account.organismName,
  hidden: [{ name: 'role', value: role.code }],
  refusal: refusalToCome(fault, account, role),
});

/** Why the act will be refused, as things stand now: told before. */
function refusalToCome(fault: AssignmentFault | null, account: Account, role: RoleDetails): string | null {
  if (fault === 'not_grantable' && role.closed)
    return `«\u00a0${role.label}\u00a0» est fermé\u00a0: il ne peut plus être accordé.`;
  return fault && assignmentFaultSentence(fault, fullName(account), role.label);
}

/** Before « Modification de compte » takes rights away: what saving does, and back to the form as it was. */
export function rightsRemoval(
  actor: Actor,
  account: Account,
  { items, changes }: { items: readonly ListedRole[]; changes: Changes },
): Confirmation {
  const removed = items.filter(({ move }) => move === 'removed');
  const moves = recapOf(items).flatMap(({ text }) => (text === '' ? [] : [text]));
  return {
    title: `Retirer ${plural(removed.length, 'droit', 'droits')} à ${fullName(account)}${isUnchanged(changes) ? '' : ', et modifier sa fiche'}`,
    page: `Modification du compte de ${fullName(account)}`,
    organism: account.organismName,
    effect: 'À l’enregistrement\u00a0:',
    points: [
      ...correctionLines(changes),
      ...moves,
      items.some(({ move }) => move === 'granted')
        ? 'Un message lui dit ce qui est accordé, et rien de ce qui est retiré.'
        : 'Aucun message ne lui dit ce qui est retiré.',
    ],
    warning: givenBack(actor, removed),
    danger: true,
    fields: [{ view: 'reason', rows: 2, hint: EDITING_REASON }],
  };
}

/** « Tout retirer » of what came from a former organism (R63). */
export function inheritedRemoval(
  actor: Actor,
  account: Account,
  inherited: readonly { roleLabel: string; reserved: boolean; closed: boolean }[],
  refusal: string | null,
): Confirmation {
  const labels = inherited.map(({ roleLabel }) => roleLabel);
  return {
    title: `Retirer les droits à revoir de ${fullName(account)}`,
    organism: account.organismName,
    effect: `${plural(labels.length, 'droit venu d’un autre organisme est retiré', 'droits venus d’un autre organisme sont retirés')}\u00a0; les autres restent.`,
    points: labels,
    refusal,
    warning: givenBack(
      actor,
      inherited.map(({ roleLabel: label, reserved, closed }) => ({ label, reserved, closed })),
    ),
    danger: true,
    fields: [OPTIONAL_REASON],
  };
}

/** Which of the roles that are removed this actor could not give back: closed ones nobody, reserved ones Ucanss alone (P3). */
function givenBack(
  actor: Actor,
  removed: readonly { label: string; reserved: boolean; closed: boolean }[],
): string | null {
  const labels = (of: typeof removed) => of.map(({ label }) => label).join(', ');
  const closed = labels(removed.filter((role) => role.closed));
  const reserved = labels(
    removed.filter((role) => role.reserved && !role.closed && actor.national !== 'administrator'),
  );
  const said = [
    ...(reserved === '' ? [] : [`Seule l’Ucanss pourra redonner\u00a0: ${reserved}.`]),
    ...(closed === '' ? [] : [`Ne se redonne plus, le rôle étant fermé\u00a0: ${closed}.`]),
  ];
  return said.join(' ') || null;
}
