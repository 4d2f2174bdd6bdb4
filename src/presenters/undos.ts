import { type BatchOutcome, resultOf } from '../domain/batch.ts';
import { type UndoFault, undoableUntil, undoFault } from '../domain/undo.ts';
import { paths } from '../paths.ts';
import type { Batch, UndoableBatch } from '../repositories/batches.ts';
import type { UndoneLine } from '../services/undo-judging.ts';
import type { ForeseenUndo } from '../services/undoing-batches.ts';
import { LARGE_BATCH, outcomeGroups } from './batches.ts';
import { type Confirmation, OPTIONAL_REASON } from './confirmation.ts';
import { formatDate, formatDateTime, plural } from './format.ts';
import type { Href } from './href.ts';

/** « Annuler le lot », and the page that it leads to. */
export const UNDO = 'Annuler le lot';

export const undoHref = ({ id }: { id: number }, href: Href, retour: string | null = null): string =>
  href(paths.batches.undo({ id }), { retour });

/** Why a batch is not undone, and what to do. */
export const undoRefusal = (fault: UndoFault, batch: UndoableBatch): string => {
  switch (fault) {
    case 'undone':
      return `Ce lot est déjà annulé, par le lot n°\u00a0${batch.undoneBy}.`;
    case 'under_way':
      return 'Ce lot est encore en cours\u00a0: attendez qu’il soit fini, puis recommencez.';
    case 'nothing':
      return 'Ce lot n’a rien changé\u00a0: il n’y a rien à annuler.';
    case 'unknown':
      return 'Ce lot ne sait pas quels droits il a changés\u00a0: il ne peut pas être annulé.';
    case 'too_late':
      return `Un lot s’annule pendant sept jours\u00a0: celui-ci pouvait l’être jusqu’au ${formatDate(undoableUntil(batch))}. Faites l’action inverse depuis «\u00a0Gestion des comptes\u00a0».`;
  }
};

interface LinkedBatches {
  undone: UndoableBatch | null;
  undo: (UndoableBatch & { by: string }) | null;
}

/** What the page of a batch says of the one that it undid, of the one that undid it, and until when it can be. */
export function linkedParts(
  batch: Batch,
  { undone, undo }: LinkedBatches,
  { href, today }: { href: Href; today: string },
): { text?: string; link?: { href: string; label: string } }[] {
  const fault = undoFault({ ...batch, undone: undo !== null }, today);
  return [
    ...(undone
      ? [{ link: { href: pageOf(undone, href), label: `Ce lot annule le lot n°\u00a0${undone.id}` } }]
      : []),
    ...(undo
      ? [
          {
            link: { href: pageOf(undo, href), label: `Annulé par le lot n°\u00a0${undo.id}` },
            text: ` le ${formatDateTime(undo.createdAt)} par ${undo.by}`,
          },
        ]
      : []),
    ...(fault === null ? [{ text: `peut être annulé jusqu’au ${formatDate(undoableUntil(batch))}` }] : []),
  ];
}

/** Requests that were decided are in their lists. */
const pageOf = ({ id, kind }: UndoableBatch, href: Href): string =>
  href(
    kind === 'accept'
      ? paths.requests.accepted
      : kind === 'refuse'
        ? paths.requests.refused
        : paths.batches.show({ id }),
  );

/** A large batch takes a moment: said before. */
const LARGE = 500;

/** The page before a batch is undone: what becomes of each line (R83). */
export function undoConfirmation({ batch, fault, lines }: ForeseenUndo): Confirmation {
  const refused = fault ?? (lines.length + batch.planned === 0 ? 'nothing' : null);
  const changes = batch.planned > 0 || lines.some(({ outcome }) => resultOf(outcome) !== 'skipped');
  const nothing = changes ? null : 'Aucune ligne de ce lot ne peut plus être rétablie.';
  return {
    title: `${UNDO} n°\u00a0${batch.id}`,
    effect: undoEffect(lines),
    refusal: refused === null ? nothing && `${nothing} ${leftWhy(lines)}` : undoRefusal(refused, batch),
    points: [
      'Ce qui a changé depuis le lot est laissé tel quel.',
      'Qui avait été prévenu par un message l’est de l’annulation\u00a0; les messages du lot qui attendent encore ne partiront pas.',
      ...(lines.some(({ outcome }) => outcome === 'reactivated')
        ? ['Les sessions fermées et les liens envoyés ne reviennent pas.']
        : []),
      ...(lines.some(({ outcome }) => outcome === 'asked_again')
        ? ['Une demande refusée reste refusée\u00a0: une autre, semblable, attend de nouveau une décision.']
        : []),
      ...(batch.planned > 0
        ? [
            `${plural(batch.planned, 'acte à venir de ce fichier n’aura pas lieu', 'actes à venir de ce fichier n’auront pas lieu')}.`,
          ]
        : []),
      `L’annulation est elle-même un lot, qui peut être annulé pendant sept jours.`,
      ...(lines.length >= LARGE ? [LARGE_BATCH] : []),
    ],
    danger: true,
    fields: [{ view: 'outcomes', groups: outcomeGroups(named(lines)) }, OPTIONAL_REASON],
    progress: `${plural(lines.length, 'ligne', 'lignes')}\u00a0: traitement en cours…`,
  };
}

/** « 118 lignes seront rétablies, 4 ont changé depuis, 2 seront demandées à l’Ucanss. » */
function undoEffect(lines: readonly UndoneLine[]): string {
  const count = (wanted: (outcome: BatchOutcome) => boolean) =>
    lines.filter(({ outcome }) => wanted(outcome)).length;
  const isSince = (outcome: BatchOutcome) => outcome === 'changed_since';
  const parts: [number, string, string][] = [
    [count(isSince), 'a changé depuis', 'ont changé depuis'],
    [count((each) => each === 'requested'), 'sera demandée à l’Ucanss', 'seront demandées à l’Ucanss'],
    [
      count((each) => resultOf(each) === 'skipped' && !isSince(each)),
      'sera laissée telle quelle',
      'seront laissées telles quelles',
    ],
  ];
  const restored = count((each) => resultOf(each) === 'changed');
  return `${[
    plural(restored, 'ligne sera rétablie', 'lignes seront rétablies'),
    ...parts.filter(([number]) => number > 0).map(([number, one, many]) => plural(number, one, many)),
  ].join(', ')}.`;
}

/** Why each group is left, where all are. */
const leftWhy = (lines: readonly UndoneLine[]): string =>
  outcomeGroups(named(lines))
    .map(({ title, count }) => `${title} (${count}).`)
    .join(' ');

/** Lines with whom they are about, and with the role where the batch had several. */
function named(lines: readonly UndoneLine[]) {
  const several = new Set(lines.map(({ roleId }) => roleId)).size > 1;
  return lines.map(({ person, role, outcome, id, lastName, firstName }) => ({
    person: person ?? { id, lastName: lastName ?? '', firstName: firstName ?? '' },
    outcome,
    what: several && role !== null ? role.label : null,
  }));
}
