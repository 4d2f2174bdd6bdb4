import { type NominationAct, type NominationVerdict, TO_DO, toDoOf } from '../domain/nomination.ts';
import type { NominationLineRow } from '../repositories/lists/nomination-lines.ts';
import type { NominationImportRow } from '../repositories/lists/nominations.ts';
import type { NominationImport } from '../repositories/nominations.ts';
import { messagesToLeave } from './batches.ts';
import type { Confirmation } from './confirmation.ts';
import { plural } from './format.ts';

/** The verdicts, as the page says them, in its order. */
export const VERDICTS: Readonly<Record<NominationVerdict, string>> = {
  error: 'En erreur',
  attach: 'À rattacher',
  create: 'À créer',
  update: 'À modifier',
  end: 'Fin de fonction',
  future: 'À venir',
  done: 'Déjà fait',
};

const VERDICT_TAGS: Readonly<Record<NominationVerdict, string>> = {
  error: 'refused',
  attach: 'pending',
  create: 'accepted',
  update: 'accepted',
  end: 'pending',
  future: 'neutral',
  done: 'cancelled',
};

export const ACTS: Readonly<Record<NominationAct, string>> = {
  nomination: 'Nomination',
  mutation: 'Mutation',
  fin: 'Fin de fonction',
};

export const verdictTag = (verdict: NominationVerdict) => ({
  kind: VERDICT_TAGS[verdict],
  text: VERDICTS[verdict],
});

/** What a line has come to. */
const STATES: Readonly<Record<NominationLineRow['state'], string>> = {
  compared: '',
  applied: 'Fait',
  planned: 'Prévu\u00a0: sera fait à sa date d’effet',
  replaced: 'Remplacé par une ligne d’un autre fichier',
  left: 'Laissé',
};

/** What there is to say of a line beside its verdict. */
export const saidOf = ({
  state,
  fault,
  remark,
}: Pick<NominationLineRow, 'state' | 'fault' | 'remark'>): string =>
  [state === 'left' ? '' : STATES[state], fault, remark].filter((part) => part !== '').join(' ');

/** « 3 à créer, 1 en erreur ». */
export function verdictCounts(verdicts: NominationImport['verdicts']): string {
  const counted = Object.entries(VERDICTS).flatMap(([verdict, label]) => {
    const count = verdicts[verdict as NominationVerdict] ?? 0;
    return count === 0 ? [] : [`${count} ${label.charAt(0).toLowerCase()}${label.slice(1)}`];
  });
  return counted.join(', ');
}

/** Where a file stands, as a list tells it. */
export function importState({
  state,
  verdicts,
  waiting,
}: Pick<NominationImportRow, 'state' | 'verdicts' | 'waiting'>) {
  if (state === 'compared')
    return { kind: 'pending', text: toDoOf(verdicts) === 0 ? 'Rien à appliquer' : 'À appliquer' };
  if (state === 'applied') return { kind: 'accepted', text: 'Appliqué' };
  return { kind: 'pending', text: `En cours\u00a0: ${percentOf(verdicts, waiting)}` };
}

/** How much of it is done. */
export function percentOf(verdicts: NominationImport['verdicts'], waiting: number): string {
  const all = Math.max(1, toDoOf(verdicts));
  return `${Math.floor((100 * (all - waiting)) / all)}\u00a0%`;
}

/** What each verdict does, of so many lines. */
const WILL: Readonly<Record<(typeof TO_DO)[number], (count: number) => string>> = {
  create: (count) =>
    plural(
      count,
      'compte sera créé, avec son message d’activation',
      'comptes seront créés, avec leur message d’activation',
    ),
  attach: (count) =>
    plural(
      count,
      'personne changera d’organisme\u00a0: elle garde ses droits, sauf la délégation de l’organisme qu’elle quitte',
      'personnes changeront d’organisme\u00a0: elles gardent leurs droits, sauf la délégation de l’organisme qu’elles quittent',
    ),
  update: (count) =>
    plural(
      count,
      'compte deviendra celui d’un agent de direction, ou changera de fonction',
      'comptes deviendront ceux d’agents de direction, ou changeront de fonction',
    ),
  end: (count) =>
    plural(
      count,
      'fonction prendra fin\u00a0: le compte reste actif',
      'fonctions prendront fin\u00a0: les comptes restent actifs',
    ),
  future: (count) =>
    plural(count, 'acte sera fait à sa date d’effet', 'actes seront faits à leur date d’effet'),
  done: () => '',
  error: () => '',
};

/** The page before a file is applied. */
export function nominationConfirmation(
  { id, fileName, state, verdicts }: NominationImport,
  { messages, warnings }: { messages: number; warnings: number },
): Confirmation {
  const count = toDoOf(verdicts);
  const left = (verdicts.error ?? 0) + (verdicts.done ?? 0);
  const effects = TO_DO.flatMap((verdict) => {
    const lines = verdicts[verdict] ?? 0;
    return lines === 0 ? [] : [`${WILL[verdict](lines)}.`];
  });
  return {
    title: `Appliquer le fichier n°\u00a0${id}`,
    effect: `${plural(count, 'ligne', 'lignes')} du fichier «\u00a0${fileName}\u00a0» ${count >= 2 ? 'seront appliquées' : 'sera appliquée'}.`,
    points: [
      ...effects,
      messagesToLeave(messages),
      ...(left === 0
        ? []
        : [
            `${plural(left, 'ligne sera laissée telle quelle', 'lignes seront laissées telles quelles')} (en erreur, ou déjà faites).`,
          ]),
    ],
    warning:
      warnings === 0
        ? null
        : `${plural(warnings, 'ligne porte un avertissement', 'lignes portent un avertissement')}\u00a0: relisez-${warnings > 1 ? 'les' : 'la'} avant de confirmer.`,
    refusal:
      state !== 'compared'
        ? 'Ce fichier a déjà été appliqué.'
        : count === 0
          ? 'Ce fichier n’a aucune ligne à appliquer.'
          : null,
    progress: 'Le traitement peut prendre quelques secondes\u00a0: vous pouvez quitter la page, il continue.',
  };
}
