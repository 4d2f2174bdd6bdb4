import { paths } from '../paths.ts';
import { PEOPLE_NOTICES } from './people-notices.ts';
import { REQUEST_NOTICES } from './request-notices.ts';
import { danger, information, type ShownNotice, success, warning } from './shown-notice.ts';

interface Sentence {
  sentence: string;
}

/** A form could not be shown again: what it was about has changed meanwhile, which is said beside. */
export const FORM_NOT_SHOWN =
  'Rien n’a été enregistré de ce que vous aviez saisi, et le formulaire ne peut plus être repris\u00a0: la situation a changé entre-temps.';

/**
 * Every notice that a redirect may leave for the next page. An act that words its own sentence takes one of the first
 * four. Sessions outlive a release: the values of a key stay what they are, other values ask for another key.
 */
const NOTICES = {
  done: ({ sentence }: Sentence) => success(sentence),
  'done-there': ({ sentence, href, label }: Sentence & { href: string; label: string }) =>
    success(sentence, { href, label }),
  'not-done': ({ sentence }: Sentence) => warning(sentence),
  refused: ({ sentence }: Sentence) => danger(sentence),
  'reference-unchanged': () =>
    information('Rien n’a été modifié\u00a0: les valeurs sont celles qui étaient enregistrées.'),
  'organism-changed': ({ name }: { name: string }) => success(`Vous travaillez maintenant pour ${name}.`),
  'organism-unknown': () => danger('Vous n’administrez pas cet organisme.'),
  'form-not-shown': () => warning(FORM_NOT_SHOWN),
  'kept-form-dropped': () =>
    information(
      'Un formulaire attendait sur ce navigateur, rempli sous un autre compte que le vôtre\u00a0: il est effacé, et rien n’en a été enregistré.',
    ),
  'kept-form-waits': ({ href }: { href: string }) =>
    information(
      'Un formulaire que vous n’aviez pas pu envoyer est gardé encore quelques minutes, comme vous l’aviez rempli.',
      { href, label: 'Le reprendre' },
    ),
  'signed-in-instead': ({ person }: { person: string }) =>
    information(`Vous étiez connecté en tant que ${person}\u00a0: cette session est fermée.`),
  'second-step-over': () =>
    warning(
      'Le temps pour saisir un code est passé, ou votre compte a changé\u00a0: connectez-vous de nouveau.',
    ),
  'recovery-code-used': ({ left }: { left: number }) =>
    information(
      `Votre code de secours ne servira plus\u00a0: ${left === 0 ? 'c’était le dernier' : `il vous en reste ${left}`}.`,
      { href: paths.security.show, label: 'Ma sécurité' },
    ),
  'signed-out': () => success('Vous êtes déconnecté.'),
  'password-chosen': () => success('Votre mot de passe est enregistré. Vous êtes connecté.'),
  'password-chosen-half': () =>
    success('Votre nouveau mot de passe est enregistré. Il reste à montrer votre second facteur.'),
  'password-link-asked': () =>
    success(
      'Si cette adresse est celle d’un compte, un message vient de lui être envoyé avec un lien pour choisir un mot de passe. Il peut mettre quelques minutes à arriver\u00a0: pensez à regarder dans les indésirables.',
    ),

  ...PEOPLE_NOTICES,
  ...REQUEST_NOTICES,
};

type Notices = typeof NOTICES;

/** The key of every notice. */
export const NOTICE_KEYS: readonly string[] = Object.keys(NOTICES);

/** A notice to leave: its key, and the values that it is told with. */
export type Notice = {
  [Key in keyof Notices]: Parameters<Notices[Key]> extends [infer Values]
    ? { notice: Key; values: Values }
    : { notice: Key; values?: never };
}[keyof Notices];

/** A notice as a session keeps it, which another release may have left. */
export interface KeptNotice {
  key: string;
  values: object;
}

/**
 * The names that the release before has for those of a sentence. The first is what sessions keep: that release fails on
 * a key which it does not know.
 */
const BEFORE: Partial<Record<keyof Notices, readonly string[]>> = {
  done: ['account-changed', 'message-resent', 'reference-saved'],
  'done-there': ['reference-created'],
  'not-done': ['message-not-resent'],
  refused: [
    'account-act-refused',
    'decision-refused',
    'delegation-refused',
    'national-role-refused',
    'request-too-late',
  ],
};

const WRITERS = new Map<string, (values: never) => ShownNotice>(Object.entries(NOTICES));
const NOW = new Map(Object.entries(BEFORE).flatMap(([key, names]) => names.map((name) => [name, key])));

/** What a session keeps of a notice. */
export const keptNotice = ({ notice, values }: Notice): KeptNotice => ({
  key: BEFORE[notice]?.[0] ?? notice,
  values: values ?? {},
});

/** A notice as it is shown; null for a key of another release, which is passed over. */
export function showNotice({ key, values }: KeptNotice): ShownNotice | null {
  // What was left under a key is what its writer takes: see NOTICES.
  return WRITERS.get(NOW.get(key) ?? key)?.(values as never) ?? null;
}
