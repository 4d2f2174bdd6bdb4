import type { Actor } from '../domain/actor.ts';
import { dayInParis, daysBetween } from '../domain/calendar.ts';
import {
  type DecisionRefusal,
  decidedByUcanss,
  decisionRefusal,
  LAPSE_DAYS,
  remindableOn,
  requestLabel,
} from '../domain/request.ts';
import { isWithdrawn } from '../domain/role.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import type { RequestRow } from '../repositories/lists/request-rows.ts';
import type { ListedStatus } from '../repositories/lists/requests.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import type { DecisionFault } from '../services/deciding.ts';
import { BEYOND } from './account-acts.ts';
import { correctionLines } from './corrections.ts';
import { formatDate, plural } from './format.ts';
import type { Href } from './href.ts';

/** The three lists, by their status: their name in the heading (R15) and what an empty one says. */
export const REQUEST_LISTS: Record<ListedStatus, { name: string; subject: string; none: string }> = {
  pending: { name: 'En cours', subject: 'demandes-en-cours', none: 'Aucune demande en cours' },
  accepted: { name: 'Accepté', subject: 'demandes-acceptees', none: 'Aucune demande acceptée' },
  refused: { name: 'Refus', subject: 'demandes-refusees', none: 'Aucune demande refusée' },
};

/** Why a request is locked for this person: who can decide it. */
const LOCKS: Record<DecisionRefusal, string> = {
  oneself: 'Cette demande vous concerne\u00a0: un autre administrateur, ou l’Ucanss, en décide.',
  reserved: 'Ce rôle est validé par l’Ucanss, qui a reçu la demande.',
  address: 'Un changement d’adresse attend l’accord de la personne, ou de l’Ucanss.',
  beyond: `${BEYOND}.`,
  reads_only: 'Votre profil consulte les demandes sans en décider.',
};

const OWN_LOCK = 'Vous avez fait cette demande\u00a0: un autre administrateur, ou l’Ucanss, en décide.';
const OWN_ADDRESS_LOCK =
  'Vous avez fait cette demande\u00a0: la personne, ou un administrateur Ucanss autre que vous, en décide.';
const AGREED_LOCK = 'L’accord est donné\u00a0: la nouvelle adresse n’est pas encore confirmée.';

interface ShownRequest {
  id: number;
  /** The person's account page, if it can be seen from here. */
  href: string | null;
  person: string;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  phone: string;
  organism: string;
  role: string;
  /** The page of that role; null where the request is for none. */
  roleHref: string | null;
  /** Of a change of address (P11), and what is still missing. */
  newEmail: string | null;
  progress: string;
  /** Of a correction of one's own record (R78): « Fonction : « Agent » devient « Cadre » ». */
  changes: string[];
  reserved: boolean;
  submittedOn: string;
  /** « 12 jours », of one that waits; `late` past ten. */
  age: { text: string; late: boolean } | null;
  /** Who can decide it, by name, or why nobody of the organism can; null once it is decided. */
  deciders: string | null;
  reason: string;
  /** « Prénom NOM » of who asked for this person. */
  requester: string | null;
  held: string[];
  outsideMailDomain: boolean;
  isAccount: boolean;
  decision: { by: string; on: string; reason: string } | null;
  /** Null when this person may decide it. */
  lock: string | null;
  /** Why whoever decides it can only refuse it; null where it may be accepted. */
  onlyRefusable: string | null;
  /** Where the person who made it for somebody else may cancel it. */
  cancelHref: string | null;
  /** Where Ucanss may remind those who decide it, and when that was last done. */
  remindHref: string | null;
  reminded: string | null;
}

/** The role of a request as rules look at it; null for an account request. */
type RoleOf = (roleId: number | null) => RoleDetails | null;

/** Who looks at the list, and what it covers. */
interface Reader {
  actor: Actor;
  scope: Scope;
  href: Href;
  now: Date;
}

/** A line of « Demandes d'habilitations » (R20), with what one needs to decide knowing. */
export function showRequest(
  row: RequestRow,
  { actor, scope, href, now }: Reader,
  snapshot: Snapshot,
  roleOf: RoleOf,
): ShownRequest {
  const role = roleOf(row.roleId);
  const refusal = decisionRefusal(actor, { ...row, status: 'pending' }, role);
  const isOwn = row.requestedBy === actor.id && row.accountId !== actor.id;
  return {
    id: row.id,
    href: accountPage(row, scope, href),
    person: `${row.firstName} ${row.lastName}`,
    lastName: row.lastName,
    firstName: row.firstName,
    email: row.email,
    functionTitle: row.functionTitle,
    phone: row.phone,
    organism: snapshot.organisms.get(row.organismId)?.name ?? '',
    role: requestLabel(row.kind, role?.label),
    roleHref: role && href(paths.roles.show({ code: role.code })),
    newEmail: row.newEmail,
    progress: progressOf(row),
    changes: correctionLines(row.changes),
    reserved: role?.validator === 'ucanss',
    submittedOn: formatDate(row.submittedAt),
    age: row.decidedAt ? null : ageOf(row.submittedAt, now),
    deciders: row.decidedAt ? null : decidersOf(row, role),
    reason: row.reason,
    requester: row.requester,
    held: row.heldRoleIds.map((id) => snapshot.roles.get(id)?.label ?? ''),
    outsideMailDomain: row.outsideMailDomain,
    isAccount: row.kind === 'account',
    decision: row.decidedAt && {
      by: row.decidedBy ?? '',
      on: formatDate(row.decidedAt),
      reason: row.decisionReason ?? '',
    },
    lock: refusal ? (isOwn ? ownLock(row) : LOCKS[refusal]) : row.agreedAt && AGREED_LOCK,
    onlyRefusable: onlyRefusable(row, role),
    cancelHref: isOwn && row.kind === 'role' ? paths.ownRequests.cancel({ id: row.id }) : null,
    ...remindingOf(row, role, actor, now),
  };
}

/** What its acceptance would meet as things stand, as far as the list knows. */
function onlyRefusable(row: RequestRow, role: RoleDetails | null): string | null {
  const fault = acceptanceFault(row, role);
  const person = `${row.firstName} ${row.lastName}`;
  return fault && faultSentence(fault, { person, decided: '' });
}

function acceptanceFault(row: RequestRow, role: RoleDetails | null): DecisionFault | null {
  if (row.kind === 'address') return null;
  if (row.accountActive === false) return 'inactive';
  if (row.kind === 'account') return row.organismClosed ? 'organism_closed' : null;
  if (row.overtaken) return 'record_changed';
  return role !== null && isWithdrawn(role) ? 'role_withdrawn' : null;
}

/** « 12 jours »: days of the calendar in Paris, longer being told apart. */
function ageOf(submittedAt: Date, now: Date): { text: string; late: boolean } {
  const days = daysBetween(dayInParis(submittedAt), dayInParis(now));
  return { text: days < 1 ? 'aujourd’hui' : plural(days, 'jour', 'jours'), late: days > 10 };
}

/** Names that are told on a line before the others are counted. */
const NAMED = 3;

function decidersOf(row: RequestRow, role: RoleDetails | null): string {
  const { kind, deciders } = row;
  if (kind === 'address') return 'Peuvent décider\u00a0: la personne, ou l’Ucanss';
  if (decidedByUcanss(row, role)) return 'Décide\u00a0: l’Ucanss';
  if (deciders.length === 0) return 'Personne ne peut décider dans l’organisme\u00a0: l’Ucanss en décide';
  const named = deciders.slice(0, NAMED).join(', ');
  const others = deciders.length - NAMED;
  return `${deciders.length > 1 ? 'Peuvent décider' : 'Décide'}\u00a0: ${named}${others > 0 ? ` et ${plural(others, 'autre', 'autres')}` : ''}`;
}

/** For who reads nationally: what waits for the local administrators of an organism may be recalled to them. */
function remindingOf(row: RequestRow, role: RoleDetails | null, actor: Actor, now: Date) {
  const isTheirs = row.deciders.length > 0 && !decidedByUcanss(row, role);
  if (actor.national === null || !isTheirs) return { remindHref: null, reminded: null };
  const mayBe = dayInParis(now) >= remindableOn(row.submittedAt, row.remindedAt);
  return {
    remindHref: mayBe && actor.national === 'administrator' ? paths.requests.remind({ id: row.id }) : null,
    reminded: row.remindedAt && `Le ${formatDate(row.remindedAt)}`,
  };
}

const ownLock = ({ kind }: RequestRow): string => (kind === 'address' ? OWN_ADDRESS_LOCK : OWN_LOCK);

/** What a change of address still waits for; '' for any other request. */
function progressOf({ kind, decidedAt, confirmedAt, agreedAt }: RequestRow): string {
  if (kind !== 'address' || decidedAt !== null) return '';
  const mailbox = confirmedAt ? `confirmée le ${formatDate(confirmedAt)}` : 'pas encore confirmée';
  return `Nouvelle adresse ${mailbox}, ${agreedAt ? `accord donné le ${formatDate(agreedAt)}` : 'accord attendu'}`;
}

/** The account page, where the person has one and is not elsewhere: there it would not be found (P5). */
function accountPage({ accountId, accountOrganismId }: RequestRow, scope: Scope, href: Href): string | null {
  const organismId = organismIdOf(scope);
  if (accountId === null || (organismId !== null && organismId !== accountOrganismId)) return null;
  return href(paths.accounts.show({ id: accountId }));
}

/** Why a decision was refused, as a sentence: somebody else may have decided first. */
export function faultSentence(fault: DecisionFault, request: { person: string; decided: string }): string {
  const sentences: Record<DecisionFault, string> = {
    ...LOCKS,
    already: request.decided,
    cancelled: `La demande de ${request.person} a été annulée\u00a0: il n’y a plus rien à décider.`,
    lapsed: `La demande de ${request.person} est close\u00a0: personne n’en avait décidé en ${LAPSE_DAYS} jours. Elle peut être refaite.`,
    inactive: `Le compte de ${request.person} a été désactivé\u00a0: la demande ne peut pas être acceptée. Vous pouvez la refuser, ou réactiver le compte.`,
    moved: `${request.person} a changé d’organisme\u00a0: la demande a suivi, son nouvel administrateur en décide.`,
    role_withdrawn: 'Ce rôle n’est plus proposé\u00a0: la demande ne peut qu’être refusée.',
    organism_closed:
      'L’organisme est fermé\u00a0: aucun compte ne peut plus y être créé, la demande ne peut qu’être refusée.',
    agreed_before:
      'L’accord est déjà donné\u00a0: le changement attend que la nouvelle adresse soit confirmée.',
    address_ended: `Le changement d’adresse de ${request.person} n’attend plus rien\u00a0: il est fait, abandonné, ou trop ancien.`,
    address_inactive: `Le compte de ${request.person} a été désactivé\u00a0: son adresse ne peut plus changer.`,
    address_taken: `La nouvelle adresse de ${request.person} a déjà un compte\u00a0: la demande ne peut qu’être refusée.`,
    address_asker:
      'La personne qui a demandé ce changement ne pourrait plus le faire\u00a0: il est abandonné.',
    record_changed: `La fiche de ${request.person} a été modifiée depuis cette demande\u00a0: la correction ne peut qu’être refusée, et la personne peut en proposer une autre.`,
    known_address: `L’adresse de ${request.person} a déjà un compte\u00a0: la demande ne peut qu’être refusée.`,
  };
  return sentences[fault];
}
