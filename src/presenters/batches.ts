import type { Actor } from '../domain/actor.ts';
import {
  type BatchKind,
  type BatchOutcome,
  type BatchResult,
  type ListedKind,
  resultOf,
} from '../domain/batch.ts';
import type { Scope } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import type { Batch } from '../repositories/batches.ts';
import type { BatchLine } from '../repositories/lists/batch-lines.ts';
import type { JudgedPerson } from '../services/batch-judging.ts';
import { DEACTIVATION_WARNING } from './account-acts.ts';
import { fullName, plural } from './format.ts';
import type { Href } from './href.ts';

/** The bulk buttons, and the titles of what they lead to. */
export const BATCH_TITLES: Record<ListedKind, string> = {
  grant: 'Activer des droits pour la sélection',
  remove: 'Supprimer des droits de la sélection',
  deactivate: 'Désactiver la sélection',
  reactivate: 'Réactiver la sélection',
  depart: 'Départ',
  undo: 'Annuler un lot',
  nominations: 'Nominations',
};

/** What becomes of a person, as the result says it. */
const OUTCOMES: Record<BatchOutcome, string> = {
  granted: 'Droit activé',
  removed: 'Droit supprimé',
  deactivated: 'Compte désactivé',
  reactivated: 'Compte réactivé',
  departed: 'Départ fait',
  executive_created: 'Compte créé, agent de direction',
  executive_named: 'Agent de direction',
  executive_moved: 'Rattaché, agent de direction',
  office_ended: 'Fin de fonction',
  requested: 'Demandé à l’Ucanss',
  already_held: 'Laissé\u00a0: a déjà ce rôle',
  already_requested: 'Laissé\u00a0: déjà demandé à l’Ucanss',
  not_held: 'Laissé\u00a0: n’a pas ce rôle',
  inactive: 'Laissé\u00a0: compte inactif',
  already_active: 'Laissé\u00a0: compte déjà actif',
  closed_by_ucanss: 'Laissé\u00a0: compte désactivé par l’Ucanss, qui seule le réactive',
  beyond: 'Laissé\u00a0: ses droits dépassent les vôtres, demandez à l’Ucanss',
  oneself: 'Laissé\u00a0: c’est votre propre compte',
  moved: 'Laissé\u00a0: ne fait plus partie de l’organisme',
  last_administrator:
    'Laissé\u00a0: dernier administrateur local de son organisme, désignez-en d’abord un autre',
  last_national: 'Laissé\u00a0: dernier administrateur Ucanss, donnez d’abord ce profil à une autre personne',
  not_grantable: 'Laissé\u00a0: ce rôle ne s’active pas ici',
  restored: 'Droit rétabli',
  cancelled: 'Demande annulée',
  asked_again: 'Demande de nouveau en attente',
  office_restored: 'Fonction rétablie',
  moved_back: 'Revenu dans son organisme',
  changed_since: 'Laissé\u00a0: a changé depuis',
  expired_since: 'Laissé\u00a0: expiré depuis',
  used_since: 'Laissé\u00a0: le compte a déjà servi',
  address: 'Laissé\u00a0: un changement d’adresse ne s’annule pas ici',
  record: 'Laissé\u00a0: une modification de fiche ne s’annule pas ici',
  attached: 'Laissé\u00a0: son ancien organisme est fermé',
};

/** How many names of a group are written out on the confirmation. */
const NAMED = 50;

/** What becomes of somebody of a selection; `what` names the line where they may have several. */
interface JudgedLine {
  person: Pick<JudgedPerson['person'], 'id' | 'lastName' | 'firstName'>;
  outcome: BatchOutcome;
  what?: string | null;
}

/** People of a selection with the same fate. */
export interface OutcomeGroup {
  outcome: BatchOutcome;
  result: BatchResult;
  title: string;
  count: number;
  names: string[];
  /** How many are not named. */
  more: number;
}

/** A request of a draft; `left`: why it will not be decided. */
export interface DraftLine {
  person: string;
  role: string;
  email: string;
  newEmail: string | null;
  outsideMailDomain: boolean;
  left: string | null;
}

const WILL: Partial<Record<BatchOutcome, string>> = {
  granted: 'Le droit sera activé',
  removed: 'Le droit sera supprimé',
  deactivated: 'Le compte sera désactivé',
  reactivated: 'Le compte sera réactivé, avec les droits qu’il a gardés',
  requested: 'Le rôle sera demandé à l’Ucanss (Validation Ucanss)',
  restored: 'Le droit sera rétabli',
  cancelled: 'La demande sera annulée',
  asked_again: 'La demande attendra de nouveau une décision',
  office_restored: 'La fonction d’avant sera rétablie',
  moved_back: 'La personne reviendra dans son organisme, avec tous ses droits',
};

/** What will change, what will be asked of Ucanss, what will be left and why (R45), the most numerous first. */
export function outcomeGroups(people: readonly JudgedLine[]): OutcomeGroup[] {
  const rank: Record<BatchResult, number> = { changed: 0, requested: 1, skipped: 2 };
  const groups = [...Map.groupBy(people, ({ outcome }) => outcome)].map(([outcome, members]) => ({
    outcome,
    result: resultOf(outcome),
    title: WILL[outcome] ?? OUTCOMES[outcome],
    count: members.length,
    names: inOrder(members).slice(0, NAMED).map(lineName),
    more: Math.max(0, members.length - NAMED),
  }));
  return groups.sort((one, other) => rank[one.result] - rank[other.result] || other.count - one.count);
}

const french = new Intl.Collator('fr');

/** By name, as the list that they were chosen in. */
const inOrder = (members: readonly JudgedLine[]) =>
  members.toSorted(
    ({ person: one }, { person: other }) =>
      french.compare(one.lastName, other.lastName) ||
      french.compare(one.firstName, other.firstName) ||
      one.id - other.id,
  );

const lineName = ({ person, what = null }: JudgedLine): string =>
  what === null ? fullName(person) : `${fullName(person)}, ${what}`;

const count = (groups: readonly OutcomeGroup[], result: BatchResult): number =>
  groups.filter((group) => group.result === result).reduce((sum, group) => sum + group.count, 0);

const people = (number: number) => plural(number, 'personne', 'personnes');

/** The sentence of the confirmation: how many people, how many change, how many are left. */
export function batchEffect(kind: BatchKind, role: string, groups: readonly OutcomeGroup[]): string {
  const [changed, requested, skipped] = [
    count(groups, 'changed'),
    count(groups, 'requested'),
    count(groups, 'skipped'),
  ];
  const done: Record<BatchKind, string> = {
    grant: `«\u00a0${role}\u00a0» sera activé pour ${people(changed)}.`,
    remove: `«\u00a0${role}\u00a0» sera supprimé pour ${people(changed)}\u00a0; leurs autres droits restent inchangés.`,
    deactivate: `${plural(changed, 'compte sera désactivé', 'comptes seront désactivés')}.`,
    reactivate: `${plural(changed, 'compte sera réactivé', 'comptes seront réactivés')}.`,
    depart: `${plural(changed, 'départ sera fait', 'départs seront faits')}.`,
  };
  return [
    `${people(changed + requested + skipped)} dans la sélection.`,
    ...(requested > 0 ? [`«\u00a0${role}\u00a0» sera demandé à l’Ucanss pour ${people(requested)}.`] : []),
    ...(changed > 0 || requested === 0 ? [done[kind]] : []),
    ...(skipped > 0
      ? [
          `${plural(skipped, 'personne sera laissée telle quelle', 'personnes seront laissées telles quelles')}.`,
        ]
      : []),
  ].join(' ');
}

/** A1 before accounts are deactivated. */
export const batchWarning = (kind: BatchKind): string | null =>
  kind === 'deactivate' ? DEACTIVATION_WARNING : null;

/** Before many people are acted on: it takes a moment, and is never half done. */
export const LARGE_BATCH =
  'Le traitement peut prendre quelques secondes. Il est fait en entier, ou pas du tout.';

/** How many messages leave is told before… */
export const messagesToLeave = (count: number): string =>
  count === 0 ? 'Aucun message ne partira.' : `${plural(count, 'message partira', 'messages partiront')}.`;

/** … and after. */
export const messagesLeft = (count: number): string =>
  count === 0 ? 'Aucun message envoyé.' : `${plural(count, 'message envoyé', 'messages envoyés')}.`;

/** What was done to so many people. */
export const BATCH_DONE: Record<ListedKind, (count: number, role: string) => string> = {
  grant: (count, role) => `«\u00a0${role}\u00a0» activé pour ${people(count)}`,
  remove: (count, role) => `«\u00a0${role}\u00a0» supprimé pour ${people(count)}`,
  deactivate: (count) => plural(count, 'compte désactivé', 'comptes désactivés'),
  reactivate: (count) => plural(count, 'compte réactivé', 'comptes réactivés'),
  depart: (count) => plural(count, 'départ', 'départs'),
  undo: (count) => plural(count, 'ligne rétablie', 'lignes rétablies'),
  nominations: (count) => plural(count, 'nomination appliquée', 'nominations appliquées'),
};

/** What was asked for so many people (P3). */
export const batchAsked = (count: number): string => `demandé à l’Ucanss pour ${people(count)}`;

/** The sentence of the result page. */
export function batchSummary(
  batch: Pick<Batch, 'kind' | 'changed' | 'requested' | 'skipped' | 'undoes'>,
  role: string,
): string {
  if (batch.undoes !== null) return undoSummary(batch, batch.undoes);
  return [
    BATCH_DONE[batch.kind](batch.changed, role),
    ...(batch.requested > 0 ? [batchAsked(batch.requested)] : []),
    ...(batch.skipped > 0
      ? [plural(batch.skipped, 'personne laissée telle quelle', 'personnes laissées telles quelles')]
      : []),
  ].join('\u00a0; ');
}

const undoSummary = ({ changed, requested, skipped }: Parameters<typeof batchSummary>[0], undoes: number) =>
  [
    `Annulation du lot n°\u00a0${undoes}\u00a0: ${BATCH_DONE.undo(changed, '')}`,
    ...(requested > 0 ? [plural(requested, 'demandée à l’Ucanss', 'demandées à l’Ucanss')] : []),
    ...(skipped > 0 ? [plural(skipped, 'laissée telle quelle', 'laissées telles quelles')] : []),
  ].join('\u00a0; ');

/** The result page of the batch that an event belongs to, where whoever reads has it (P5); else null. */
export const batchHref = (
  { batchId, organismId }: { batchId: number | null; organismId: number | null },
  scope: Scope,
  href: Href,
): string | null =>
  batchId === null || (scope.kind === 'organism' && scope.organism.id !== organismId)
    ? null
    : href(paths.batches.show({ id: batchId }));

interface ShownBatchLine {
  person: string;
  /** Empty once the person belongs to another organism (P5). */
  email: string;
  /** Null for who has no page here any more (P5). */
  accountId: number | null;
  outcome: string;
  result: BatchResult;
}

/** A line of the result. Who has left the organism since is named, and no more (P5). */
export function showBatchLine(line: BatchLine, batch: Batch, actor: Actor): ShownBatchLine {
  const here = line.organismId === batch.organismId || actor.national !== null;
  return {
    person: fullName(line),
    email: here ? line.email : '',
    accountId: here ? line.accountId : null,
    outcome: outcomeLabel(line, batch, actor),
    result: resultOf(line.outcome),
  };
}

/** « votre propre compte » is said to whoever acted; to others, that it was theirs. */
const outcomeLabel = (line: BatchLine, batch: Batch, actor: Actor): string =>
  line.outcome === 'oneself' && batch.createdBy !== actor.id
    ? 'Laissé\u00a0: compte de la personne qui a agi'
    : OUTCOMES[line.outcome];
