import type { Actor, OrganismName } from '../domain/actor.ts';
import { type LiveDelegation, leavesOrganismWithout } from '../domain/delegation.ts';
import { type Scope, scopeCode } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import type { Account } from '../repositories/accounts.ts';
import type { Labels } from '../repositories/labels.ts';
import type { AdministratorRow } from '../repositories/lists/administrators.ts';
import type { DelegationFault } from '../services/delegations.ts';
import { lastAdministrator, leavesWithout } from './account-acts.ts';
import type { Confirmation } from './account-confirmations.ts';
import { formatDate, formatDateTime, fullName } from './format.ts';
import type { Href } from './href.ts';

/** R67, letter for letter. */
export const DELEGATION_INTRODUCTION =
  'Vous êtes connecté en tant qu\'administrateur local. Vous pouvez, via le tableau ci-dessous, choisir une personne de votre organisme ayant déjà des droits sur le portail UCANSS pour le désigner comme "Administrateur local". Si cette personne ne se trouve pas dans la liste, vous pouvez créer sa fiche via le bouton « nouveau » ci-dessus, puis la sélectionner ensuite comme titulaire de délégation.';

/** The same to an administrateur Ucanss, who acts for an organism. */
export const nationalIntroduction = (organism: OrganismName): string =>
  `Vous êtes connecté en tant qu’administrateur Ucanss. Vous pouvez, via le tableau ci-dessous, choisir une personne active de ${organism.name} pour la désigner comme «\u00a0Administrateur local\u00a0». Si cette personne ne se trouve pas dans la liste, vous pouvez créer sa fiche via le bouton «\u00a0Nouveau\u00a0» ci-dessus, puis la sélectionner ensuite comme titulaire de délégation.`;

export interface ShownAdministrator {
  id: number;
  person: string;
  email: string;
  /** The organism that they administer. */
  organism: string;
  /** Their own organism, where it is another one. */
  homeOrganism: string | null;
  /** The account page, where the reader has it. */
  href: string | null;
  since: string;
  grantedBy: string;
  endsOn: string | null;
  lastSignIn: string | null;
  /** The code of the organism that they administer: a delegation is changed within it. */
  perimetre: string;
  /** Why nothing can be done here, or null. */
  lock: string | null;
}

/** A row of « Les administrateurs locaux » (R65, P1). */
export function showAdministrator(
  row: AdministratorRow,
  { actor, labels, scope, href }: { actor: Actor; labels: Labels; scope: Scope; href: Href },
): ShownAdministrator {
  const organism = labels.organisms.get(row.administeredId);
  const atHome = row.organismId === row.administeredId;
  return {
    id: row.id,
    person: fullName(row),
    email: row.email,
    organism: organism?.name ?? '',
    homeOrganism: atHome ? null : (labels.organisms.get(row.organismId)?.name ?? ''),
    perimetre: organism?.code ?? scopeCode(scope),
    href: atHome || scope.kind === 'national' ? href(paths.accounts.show({ id: row.id })) : null,
    since: formatDate(row.since),
    grantedBy: row.grantedBy ?? '',
    endsOn: row.endsOn && formatDate(row.endsOn),
    lastSignIn: row.lastSignInAt && formatDateTime(row.lastSignInAt),
    lock: row.id === actor.id ? 'Vous-même\u00a0: un autre administrateur le peut.' : null,
  };
}

/** P2 as it is told before the act: a refusal to come, or a warning to an administrateur Ucanss. */
function lastOne(
  actor: Actor,
  account: Account,
  organism: OrganismName,
  holding: readonly LiveDelegation[],
): string | null {
  if (!leavesOrganismWithout(holding, account.id)) return null;
  return (actor.national === 'administrator' ? leavesWithout : lastAdministrator)(fullName(account), [
    organism.name,
  ]);
}

/** « Désigner … administrateur local » (R69): who may do what from then on. `fault` is a refusal to come. */
export const grantConfirmation = (
  account: Account,
  organism: OrganismName,
  fault: DelegationFault | null,
): Confirmation => ({
  title: `Désigner ${fullName(account)} administrateur local`,
  effect: `${fullName(account)} (${account.email}) pourra gérer les comptes et les habilitations de ${organism.name}. Vous recevez tous les deux un message.`,
  points: [],
  warning: fault && delegationFaultSentence(fault, fullName(account), organism.name),
  danger: false,
});

/** « Retirer la délégation » (P2). */
export const removalConfirmation = (
  actor: Actor,
  account: Account,
  organism: OrganismName,
  holding: readonly LiveDelegation[],
): Confirmation => ({
  title: `Retirer la délégation de ${fullName(account)}`,
  effect: `${fullName(account)} (${account.email}) n’administrera plus ${organism.name}. Vous recevez tous les deux un message.`,
  points: ['Son compte et ses autres habilitations restent inchangés.'],
  warning: lastOne(actor, account, organism, holding),
  danger: true,
});

/** « Date de fin » of a delegation (P2, P8). */
export const endDateConfirmation = (
  actor: Actor,
  account: Account,
  organism: OrganismName,
  holding: readonly LiveDelegation[],
): Confirmation => ({
  title: `Date de fin de la délégation de ${fullName(account)}`,
  effect: `${fullName(account)} (${account.email}) administre ${organism.name} jusqu’à ce jour inclus, ou sans limite si la date reste vide. Un message l’en informe.`,
  points: [],
  warning: lastOne(actor, account, organism, holding),
  danger: false,
});

/** Why a delegation was neither given nor changed, as a sentence. */
export function delegationFaultSentence(fault: DelegationFault, person: string, organism: string): string {
  const sentences: Record<DelegationFault, string> = {
    oneself: 'Vous ne pouvez pas changer vos propres droits\u00a0: un autre administrateur le peut.',
    inactive: `Le compte de ${person} est désactivé\u00a0: réactivez-le avant de lui donner une délégation.`,
    elsewhere: `${person} ne fait pas partie de ${organism}\u00a0: seule une personne de l’organisme peut être désignée. Rattachez-la d’abord.`,
    already: `${person} est déjà administrateur local de ${organism}.`,
    gone: `${person} n’est pas, ou n’est plus, administrateur local de ${organism}.`,
    unchanged: `La délégation de ${person} a déjà cette date de fin\u00a0: rien n’a été changé.`,
    last_administrator: lastAdministrator(person, [organism]),
  };
  return sentences[fault];
}

/** Where an organism has nobody (R72). */
export const NOBODY = 'Aucun administrateur local';
