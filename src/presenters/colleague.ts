import type { Colleague, CopyOutcome } from '../domain/colleague.ts';
import { ofOrganism } from '../domain/organism-name.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import { fullName, plural } from './format.ts';
import { information, type ShownNotice } from './shown-notice.ts';

/** The roles of a colleague by what became of each. */
type Copied = ReadonlyMap<CopyOutcome, readonly RoleDetails[]>;

/** What becomes of those that are not copied, and what says so. */
const LEFT: readonly [CopyOutcome, string][] = [
  ['closed', 'rôle fermé'],
  ['free', 'accès libre'],
  ['delegation', 'une délégation se donne à part'],
  ['national', 'donné par l’Ucanss'],
];

const UNSAVED = 'Rien n’est encore enregistré\u00a0: vérifiez les habilitations ci-dessous.';

/** What was taken from a colleague, in words, before anything is saved (R77). */
export function copiedNotice(colleague: Colleague, copied: Copied): ShownNotice {
  const name = fullName(colleague);
  const labelsOf = (outcome: CopyOutcome) => (copied.get(outcome) ?? []).map(({ label }) => label);
  const left = LEFT.flatMap(([outcome, why]) => labelsOf(outcome).map((label) => `${label} (${why})`));
  const told: [string, string[]][] = [
    ['À demander à l’Ucanss', labelsOf('requested')],
    ['Déjà demandé à l’Ucanss', labelsOf('asked')],
    ['Déjà là', labelsOf('there')],
    ['Non repris', left],
  ];
  const granted = labelsOf('granted');
  const text =
    copied.size === 0
      ? `${name} n’a aucune habilitation\u00a0: il n’y a rien à reprendre.`
      : granted.length === 0
        ? `Aucun droit repris de ${name}.`
        : `${plural(granted.length, 'droit repris', 'droits repris')} de ${name}\u00a0: ${granted.join(', ')}.`;
  const lines = told.flatMap(([said, labels]) =>
    labels.length === 0 ? [] : [`${said}\u00a0: ${labels.join(', ')}.`],
  );
  const isChange = granted.length > 0 || copied.has('requested');
  return { ...information(isChange ? `${text} ${UNSAVED}` : text), lines };
}

/** Why a text names no colleague: nobody, or several; `other` where the person themselves is left out. */
export function unclearColleague(
  choice: { kind: 'unknown' } | { kind: 'choices'; more: boolean },
  typed: string,
  { organism, other }: { organism: string; other: boolean },
): string {
  const quoted = `«\u00a0${typed}\u00a0»\u00a0:`;
  if (choice.kind === 'unknown')
    return `Aucune ${other ? 'autre ' : ''}personne active ${ofOrganism(organism)} ne correspond à ${quoted} vérifiez le nom, ou indiquez l’email.`;
  return choice.more
    ? `De nombreuses personnes correspondent à ${quoted} choisissez-en une, ou précisez le nom.`
    : `Plusieurs personnes correspondent à ${quoted} choisissez-en une.`;
}

/** A colleague was named, and the form sent without taking their roles. */
export const TAKEN_UNASKED =
  'Un collègue était indiqué\u00a0: ses rôles viennent d’être repris. Vérifiez les habilitations, puis envoyez de nouveau le formulaire.';

/** Ucanss has not said yet of which organism the person is. */
export const ORGANISM_MISSING = { field: 'perimetre', message: 'Choisissez l’organisme de la personne.' };
