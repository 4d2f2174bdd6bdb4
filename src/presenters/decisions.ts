import { addDays } from '../domain/calendar.ts';
import { type DecisionAct, requestLabel } from '../domain/request.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import type { JudgedRequest } from '../services/deciding.ts';
import { type Confirmation, endDateField } from './confirmation.ts';
import { correctionLines } from './corrections.ts';
import { changed } from './event-wording.ts';
import { formatDate, fullName } from './format.ts';

/** What one needs to decide knowing. */
interface DecisionFacts {
  organism: string;
  /** « Prénom NOM » of who asked for somebody else. */
  requester: string | null;
  /** The labels of what the person holds today. */
  held: readonly string[];
  /** The ready-made reasons of a refusal. */
  reasons: readonly { id: number; text: string }[];
  /** Why the decision would be refused, as a sentence. */
  refusal: string | null;
  today: string;
}

type Judged = Pick<JudgedRequest, 'request' | 'role'>;

/** « Accepter » and « Refuser » on a row (R22): what the decision does, and what to know before. */
export function decisionConfirmation(
  act: DecisionAct,
  { request, role }: Judged,
  facts: DecisionFacts,
): Confirmation {
  const verb = act === 'accept' ? 'Accepter' : 'Refuser';
  const title = `${verb} la demande de ${fullName(request)}`;
  const { organism, refusal } = facts;
  const words = act === 'accept' ? acceptance : refusing;
  return { title, organism, refusal, ...words({ request, role }, facts) };
}

type Words = Omit<Confirmation, 'title'>;

/** When and by whom it was made, and why. */
const askedBy = (request: Judged['request'], requester: string | null): string[] => [
  `Demandée le ${request.submittedAt && formatDate(request.submittedAt)}${requester ? ` par ${requester}` : ''}`,
  ...(request.reason ? [`Motif de la demande\u00a0: ${request.reason}`] : []),
];

function acceptance({ request, role }: Judged, { requester, held, today }: DecisionFacts): Words {
  const grants = request.kind === 'role';
  const duration = role?.defaultDurationDays ?? null;
  return {
    effect: acceptanceEffect({ request, role }),
    points: [
      ...askedBy(request, requester),
      ...(grants ? [`Habilitations actuelles\u00a0: ${held.join(', ') || 'aucune'}`] : []),
    ],
    warning: acceptanceWarning({ request, role }, held),
    fields: grants ? [endDateField(today, 'Facultative\u00a0: le rôle cesse le lendemain.')] : [],
    input: { fin: duration === null ? '' : addDays(today, duration) },
  };
}

function acceptanceEffect({ request, role }: Judged): string {
  const addressed = `${fullName(request)} (${request.email})`;
  if (request.newEmail)
    return `Vous donnez l’accord de l’Ucanss pour que l’adresse de ${addressed} devienne ${request.newEmail}, une fois cette adresse confirmée. L’adresse actuelle en sera prévenue.`;
  if (request.changes)
    return `La fiche de ${addressed} est corrigée\u00a0: ${changed(request.changes)}. Un message lui est envoyé.`;
  if (request.kind === 'account')
    return `Un compte est créé pour ${addressed}, qui reçoit un message avec un lien d’activation.`;
  return `«\u00a0${labelOf(request, role)}\u00a0» est accordé à ${addressed}, qui reçoit un message.`;
}

function acceptanceWarning({ request, role }: Judged, held: readonly string[]): string | null {
  if (role !== null && held.includes(role.label))
    return `${fullName(request)} a déjà ce rôle\u00a0: l’accepter ne change rien à ses droits.`;
  return request.outsideMailDomain
    ? 'Cette adresse est hors du domaine de messagerie de l’organisme\u00a0: vérifiez que c’est bien la bonne personne.'
    : null;
}

function refusing({ request, role }: Judged, { requester, reasons }: DecisionFacts): Words {
  const person = fullName(request);
  const told = requester ? `et ${requester}, qui l’a demandé, reçoivent` : 'reçoit';
  return {
    effect: request.changes
      ? `La fiche de ${person} (${request.email}) reste telle qu’elle est. ${person} reçoit un message avec le motif.`
      : request.newEmail
        ? `L’adresse de ${person} (${request.email}) ne devient pas ${request.newEmail}. ${requester}, qui l’a demandé, et ${person} reçoivent un message avec le motif.`
        : `«\u00a0${labelOf(request, role)}\u00a0» n’est pas accordé. ${person} (${request.email}) ${told} un message avec le motif.`,
    points: [...askedBy(request, requester), ...correctionLines(request.changes)],
    danger: true,
    // The ready-made ones are about an access.
    fields: [{ view: 'refusal-reason', reasons: request.changes ? [] : reasons }],
  };
}

const labelOf = (request: Judged['request'], role: RoleDetails | null): string =>
  requestLabel(request.kind, role?.label);
