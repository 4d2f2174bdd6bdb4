import type { AccountFault } from '../domain/account-acts.ts';
import type { OrganismName } from '../domain/actor.ts';
import { ofOrganism, TheOrganism, theOrganism } from '../domain/organism-name.ts';
import type { Account } from '../repositories/accounts.ts';
import type { JudgedAccount } from '../services/account-judging.ts';
import type { AssignmentFault } from '../services/assignments.ts';
import { fullName } from './format.ts';

/** A1, letter for letter (R44). */
export const DEACTIVATION_WARNING =
  "La désactivation du compte entraîne le blocage de l'accès au site de l'UCANSS (accès connecté uniquement). Cette fonctionnalité doit être utilisée en cas de départ définitif de la personne de l'Institution (retraite, fin de contrat...)";

/** A3, letter for letter (R61). */
export const ATTACHMENT_LIMIT =
  "Seuls les agents non ADD peuvent faire l'objet d'un rattachement dans votre organisme";

/** A4, letter for letter (R62). */
export const ATTACHMENT_EFFECT =
  "Le rattachement d'une personne à votre organisme ne supprime aucun de ses anciens rôles : il conserve tous ses droits et vous pouvez les modifier via la « modification de compte »";

/** P6: what else changes when the person administers the organism they leave. */
export const delegationEnds = (organism: string): string =>
  `Sa délégation d’administrateur local pour ${theOrganism(organism)} prendra fin.`;

/** P9, whatever the cause: it tells nothing of what the person holds. */
export const BEYOND = 'Les droits de cette personne dépassent les vôtres\u00a0: demandez à l’Ucanss';

/** P6, of who administers the organism that they leave, as the directory tells (R72): who can do something about it. */
const administersElsewhere = (person: string, organism: string): string =>
  `${person} administre ${organism}\u00a0: un administrateur de cet organisme retire d’abord sa délégation, ou l’Ucanss la rattache.`;

/** P2, to a local administrator: why not, and what to do. */
export const lastAdministrator = (person: string, organisms: readonly string[]): string =>
  `${person} est le dernier administrateur local sans date de fin ${organisms.map(ofOrganism).join(', ')}\u00a0: l’organisme n’en aurait plus. Désignez d’abord un autre administrateur local, ou écrivez à habilitations@ucanss.fr.`;

/** The last administrateur Ucanss: nobody could give the profile back. */
export const lastNational = (person: string): string =>
  `${person} est le dernier administrateur Ucanss sans date de fin\u00a0: plus personne n’administrerait le portail. Donnez d’abord ce profil, sans date de fin, à une autre personne.`;

/** P2, to an administrateur Ucanss: a warning. */
export const leavesWithout = (person: string, organisms: readonly string[]): string =>
  `${person} est le dernier administrateur local sans date de fin ${organisms.map(ofOrganism).join(', ')}\u00a0: l’organisme n’en aura plus.`;

/** Why an act on an account was refused, as a sentence. */
export function accountFaultSentence(
  fault: AccountFault,
  person: string,
  organisms: readonly string[],
): string {
  const sentences: Record<AccountFault, string> = {
    oneself: 'Vous ne pouvez pas faire cela sur votre propre compte\u00a0: un autre administrateur le peut.',
    own_factor:
      'Votre propre second facteur se change dans «\u00a0Ma sécurité\u00a0». Si vous ne l’avez plus, l’Ucanss le réinitialise\u00a0: écrivez à habilitations@ucanss.fr.',
    beyond: `${BEYOND}.`,
    already_inactive: `Le compte de ${person} est déjà désactivé.`,
    already_active: `Le compte de ${person} est déjà actif.`,
    activated: `${person} a déjà choisi un mot de passe\u00a0: s’il est oublié, la personne en choisit un autre par «\u00a0Mot de passe oublié\u00a0».`,
    trusted: `${person} administre un organisme, ou a un profil national, ou en avait un il y a moins de sept jours\u00a0: seule l’Ucanss réinitialise son second facteur. Écrivez à habilitations@ucanss.fr.`,
    no_factor: `${person} n’a pas de second facteur\u00a0: il n’y a rien à réinitialiser.`,
    last_administrator: lastAdministrator(person, organisms),
    last_national: lastNational(person),
    executive: `${ATTACHMENT_LIMIT}.`,
    already_here: `${person} fait déjà partie de cet organisme.`,
    organism_closed:
      'Cet organisme est fermé\u00a0: plus personne ne peut y être rattaché. Pour le rouvrir, écrivez à habilitations@ucanss.fr.',
  };
  return sentences[fault];
}

/** Why a role was neither given nor taken away, as a sentence. */
export function assignmentFaultSentence(fault: AssignmentFault, person: string, role: string): string {
  const sentences: Record<AssignmentFault, string> = {
    oneself: 'Vous ne pouvez pas changer vos propres droits\u00a0: un autre administrateur le peut.',
    inactive: `Le compte de ${person} est désactivé\u00a0: réactivez-le avant de lui donner un droit.`,
    not_grantable: `«\u00a0${role}\u00a0» n’est pas, ou n’est plus, de ceux que l’on active ou supprime ici.`,
    already_held: `${person} a déjà «\u00a0${role}\u00a0».`,
    not_held: `${person} n’a pas, ou n’a plus, «\u00a0${role}\u00a0».`,
    already_requested: `«\u00a0${role}\u00a0» est déjà demandé à l’Ucanss pour ${person}.`,
  };
  return sentences[fault];
}

/** Why a person would not be attached, as the page before says it. */
export function attachmentFaultSentence(
  fault: AccountFault,
  account: Account,
  { target, judged, administers }: { target: OrganismName; judged: JudgedAccount; administers: boolean },
): string {
  const person = fullName(account);
  if (fault === 'organism_closed')
    return `${TheOrganism(target.name)} est fermé\u00a0: le rattachement sera refusé.`;
  if (fault === 'executive')
    return `${person} est agent de direction (ADD)\u00a0: son rattachement sera refusé.`;
  // Dormant rights are in no directory (P9).
  if (fault === 'beyond' && administers && account.active)
    return administersElsewhere(person, account.organismName);
  return accountFaultSentence(fault, person, judged.left);
}
