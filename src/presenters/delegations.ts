import type { Actor, OrganismName } from '../domain/actor.ts';
import { judgeMandate, type MandateAct, type MandateFault } from '../domain/mandate.ts';
import { ofOrganism, theOrganism } from '../domain/organism-name.ts';
import { type Scope, scopeCode } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import type { Account } from '../repositories/accounts.ts';
import type { AdministratorRow } from '../repositories/lists/delegations.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { lastAdministrator, leavesWithout } from './account-acts.ts';
import { type Confirmation, endDateField, TOLD_REASON } from './confirmation.ts';
import { formatDate, formatDateTime, fullName } from './format.ts';
import type { Href } from './href.ts';

/** R67, letter for letter. */
export const DELEGATION_INTRODUCTION =
  'Vous êtes connecté en tant qu\'administrateur local. Vous pouvez, via le tableau ci-dessous, choisir une personne de votre organisme ayant déjà des droits sur le portail UCANSS pour le désigner comme "Administrateur local". Si cette personne ne se trouve pas dans la liste, vous pouvez créer sa fiche via le bouton « nouveau » ci-dessus, puis la sélectionner ensuite comme titulaire de délégation.';

/** The same to an administrateur Ucanss, who acts for an organism. */
export const nationalIntroduction = (organism: OrganismName): string =>
  `Vous êtes connecté en tant qu’administrateur Ucanss. Vous pouvez, via le tableau ci-dessous, choisir une personne active ${ofOrganism(organism.name)} pour la désigner comme «\u00a0Administrateur local\u00a0». Si cette personne ne se trouve pas dans la liste, vous pouvez créer sa fiche via le bouton «\u00a0Nouveau\u00a0» ci-dessus, puis la sélectionner ensuite comme titulaire de délégation.`;

interface DelegationAct {
  label: string;
  complement: string;
  action: string;
  perimetre: string;
}

interface ShownAdministrator {
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
  /** What can be done, within the organism that they administer. */
  endDate: DelegationAct;
  removal: DelegationAct;
  /** Why nothing can be done here, or null. */
  lock: string | null;
}

/** A row of « Les administrateurs locaux » (R65, P1). */
export function showAdministrator(
  row: AdministratorRow,
  { actor, snapshot, scope, href }: { actor: Actor; snapshot: Snapshot; scope: Scope; href: Href },
): ShownAdministrator {
  const organism = snapshot.organisms.get(row.administeredId);
  const atHome = row.organismId === row.administeredId;
  return {
    id: row.id,
    person: fullName(row),
    email: row.email,
    organism: organism?.name ?? '',
    homeOrganism: atHome ? null : (snapshot.organisms.get(row.organismId)?.name ?? ''),
    ...actsOf(row, organism?.code ?? scopeCode(scope)),
    href: atHome || scope.kind === 'national' ? href(paths.accounts.show({ id: row.id })) : null,
    since: formatDate(row.since),
    grantedBy: row.grantedBy ?? '',
    endsOn: row.endsOn && formatDate(row.endsOn),
    lastSignIn: row.lastSignInAt && formatDateTime(row.lastSignInAt),
    lock:
      judgeMandate('remove', { actor, person: row }) === 'oneself'
        ? 'Vous-même\u00a0: un autre administrateur le peut.'
        : null,
  };
}

const actsOf = (row: AdministratorRow, perimetre: string) => ({
  endDate: {
    label: 'Date de fin',
    complement: `de la délégation de ${fullName(row)}`,
    action: paths.delegations.endDate({ id: row.id }),
    perimetre,
  },
  removal: {
    label: 'Retirer la délégation',
    complement: `de ${fullName(row)}`,
    action: paths.delegations.remove({ id: row.id }),
    perimetre,
  },
});

/** What can be done with somebody whom one can name (R68). */
export function candidateActs(
  person: { id: number; firstName: string; lastName: string; named: boolean },
  actor: Actor,
) {
  if (person.named) return { acts: [], tag: { kind: 'administrator', text: 'Administrateur local' } };
  if (person.id === actor.id)
    return { acts: [], lock: 'C’est vous\u00a0: un autre administrateur peut vous désigner.' };
  return {
    acts: [
      {
        label: 'Désigner',
        complement: `${fullName(person)} administrateur local`,
        action: paths.delegations.grant({ id: person.id }),
      },
    ],
  };
}

interface DelegationSituation {
  actor: Actor;
  organism: OrganismName;
  person: Account;
  held: { endsOn: string | null } | null;
  /** True where the organism would be left without administrator (P2). */
  isAlone: boolean;
  /** The day from which a delegation is planned already. */
  plannedOn: string | null;
}

/** What its form is made from. */
interface DelegationForm {
  today: string;
  /** Who may be replaced (R79). */
  replaceable: readonly { id: number; firstName: string; lastName: string }[];
}

const replacing = (people: DelegationForm['replaceable']) => ({
  view: 'choice' as const,
  name: 'remplace',
  label: 'En remplacement de',
  hint: 'Facultatif\u00a0: l’historique le garde, et rien d’autre ne change.',
  options: [
    { value: '', label: 'Personne' },
    ...people.map((person) => ({ value: String(person.id), label: fullName(person) })),
  ],
});

/** What the page before each act says, from « Prénom NOM », the same with the address, and the organism. */
const WORDS: Record<
  MandateAct,
  (person: string, addressed: string, organism: string, form: DelegationForm) => Confirmation
> = {
  // R69: who may do what from then on.
  grant: (person, addressed, organism, { today, replaceable }) => ({
    title: `Désigner ${person} administrateur local`,
    effect: `${addressed} pourra gérer les comptes et les habilitations ${ofOrganism(organism)}. Vous recevez tous les deux un message.`,
    fields: [
      {
        view: 'day',
        name: 'debut',
        label: 'Début',
        hint: 'Vide\u00a0: tout de suite. Sinon, dès 0\u00a0h\u00a005 ce jour.',
      },
      endDateField(today, 'Facultative\u00a0: la délégation vaut jusqu’à ce jour inclus.'),
      ...(replaceable.length > 0 ? [replacing(replaceable)] : []),
      { view: 'reason', hint: 'Facultatif.', rows: 2 },
    ],
  }),
  remove: (person, addressed, organism) => ({
    title: `Retirer la délégation de ${person}`,
    effect: `${addressed} n’administrera plus ${theOrganism(organism)}. Vous recevez tous les deux un message.`,
    points: ['Son compte et ses autres habilitations restent inchangés.'],
    danger: true,
    fields: [TOLD_REASON],
  }),
  setEnd: (person, addressed, organism, { today }) => ({
    title: `Date de fin de la délégation de ${person}`,
    effect: `${addressed} administre ${theOrganism(organism)} jusqu’à ce jour inclus, ou sans limite si la date reste vide. Un message l’en informe.`,
    fields: [endDateField(today, 'Laissez vide pour n’en fixer aucune.')],
  }),
};

/** « Désigner … administrateur local », « Retirer la délégation », « Date de fin », judged as things stand (P1, P2, P8). */
export function delegationConfirmation(
  act: MandateAct,
  { actor, organism, person, held, isAlone, plannedOn }: DelegationSituation,
  form: DelegationForm,
): Confirmation {
  const name = fullName(person);
  const bound = actor.national !== 'administrator';
  const fault = judgeMandate(act, { actor, organism, person, held, isLast: isAlone && bound });
  return {
    ...WORDS[act](name, `${name} (${person.email})`, organism.name, form),
    input: { fin: (act === 'setEnd' && held?.endsOn) || '' },
    warning: isAlone
      ? (bound ? lastAdministrator : leavesWithout)(name, [organism.name])
      : act === 'grant' && plannedOn !== null
        ? `Une délégation est déjà prévue à partir du ${formatDate(plannedOn)}\u00a0: celle-ci la remplace.`
        : null,
    refusal: fault && delegationFaultSentence(fault, name, organism.name),
  };
}

/** Why a delegation was neither given nor changed, as a sentence. */
export function delegationFaultSentence(fault: MandateFault, person: string, organism: string): string {
  const sentences: Record<MandateFault, string> = {
    oneself: 'Vous ne pouvez pas changer vos propres droits\u00a0: un autre administrateur le peut.',
    inactive: `Le compte de ${person} est désactivé\u00a0: réactivez-le avant de lui donner une délégation.`,
    elsewhere: `${person} ne fait pas partie ${ofOrganism(organism)}\u00a0: seule une personne de l’organisme peut être désignée. Rattachez-la d’abord.`,
    already: `${person} est déjà administrateur local ${ofOrganism(organism)}.`,
    gone: `${person} n’est pas, ou n’est plus, administrateur local ${ofOrganism(organism)}.`,
    unchanged: `La délégation de ${person} a déjà cette date de fin\u00a0: rien n’a été changé.`,
    last_administrator: lastAdministrator(person, [organism]),
  };
  return sentences[fault];
}

/** Where an organism has nobody (R72). */
export const NOBODY = 'Aucun administrateur local';
