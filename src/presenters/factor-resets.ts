import { RESET_AFTER_HOURS, RESET_UNDONE_WITHIN_DAYS } from '../domain/factor-reset.ts';
import { paths } from '../paths.ts';
import type { Account } from '../repositories/accounts.ts';
import type { FactorReset } from '../repositories/factor-resets.ts';
import type { FormerFactor } from '../repositories/factors.ts';
import type { ResetRefusal, ResetRefused } from '../services/factor-reset-answers.ts';
import type { ForeseenReset } from '../services/factor-resets.ts';
import { accountFaultSentence } from './account-acts.ts';
import type { Confirmation } from './confirmation.ts';
import { formatDateTime, fullName } from './format.ts';

type Waiting = Pick<FactorReset, 'askedAt' | 'askedBy' | 'effectiveAt'>;

/** Since when a reset waits, by whom, and until when. */
export const waitingReset = ({ askedAt, askedBy, effectiveAt }: Waiting): string =>
  `Réinitialisation demandée le ${formatDateTime(askedAt)} par ${askedBy ?? 'une commande'}, prévue le ${formatDateTime(effectiveAt)}`;

export const alreadyWaiting = (person: string, waiting: Waiting): string =>
  `Une réinitialisation attend déjà pour ${person}, et celle-ci ne la remplace pas. ${waitingReset(waiting)}.`;

const EFFECT = 'ses seconds facteurs et ses codes de secours ne servent plus, et ses sessions prennent fin';

/** « Réinitialiser le second facteur » (R89): at once or a day later; or the one that waits, and the way to give it up. */
export function resetConfirmation(
  account: Account,
  { fault, effectiveAt, waiting }: ForeseenReset,
  giveUpHref: string,
): Confirmation {
  const person = fullName(account);
  const waits = fault === null && waiting !== null;
  return {
    title: `Réinitialiser le second facteur de ${person}`,
    organism: account.organismName,
    effect:
      effectiveAt === null
        ? `${person} (${account.email})\u00a0: ${EFFECT} aussitôt.`
        : `${person} (${account.email})\u00a0: ${EFFECT} dans ${RESET_AFTER_HOURS}\u00a0heures, le ${formatDateTime(effectiveAt)}, sauf si la personne s’y oppose d’ici là.`,
    points: [
      'Son mot de passe ne change pas, et suffit ensuite pour se connecter et ajouter un autre second facteur. Assurez-vous que c’est bien la personne qui vous l’a demandé.',
      `Un message part aussitôt à son adresse, avec le motif\u00a0: par son lien «\u00a0Ce n’est pas moi\u00a0», la personne ${effectiveAt === null ? 'a' : 'l’arrête, ou a ensuite'} ${RESET_UNDONE_WITHIN_DAYS}\u00a0jours pour tout remettre en place.`,
    ],
    refusal: waits ? alreadyWaiting(person, waiting) : fault && accountFaultSentence(fault, person, []),
    ...(waits ? { way: { href: giveUpHref, label: 'Abandonner celle qui attend' } } : {}),
    danger: true,
    fields: [{ view: 'reason', hint: 'La personne le lira.', required: true }],
  };
}

/** The same for giving up the one that waits. */
export function givingUpConfirmation(account: Account, { fault, waiting }: ForeseenReset): Confirmation {
  const person = fullName(account);
  const refused = fault === 'no_factor' ? null : fault;
  return {
    title: `Abandonner la réinitialisation du second facteur de ${person}`,
    organism: account.organismName,
    effect: `${person} (${account.email}) garde son second facteur, et un message le lui dit.`,
    points: waiting ? [`${waitingReset(waiting)}.`, `Motif de la demande\u00a0: ${waiting.reason}`] : [],
    refusal: refused
      ? accountFaultSentence(refused, person, [])
      : waiting === null
        ? nothingWaits(person)
        : null,
  };
}

export const nothingWaits = (person: string): string =>
  `Aucune réinitialisation du second facteur n’attend pour ${person}\u00a0: elle a eu lieu, ou n’aura pas lieu.`;

const formerName = ({ name, addedAt }: FormerFactor): string =>
  `${name === null ? 'l’application d’authentification ajoutée' : `la clé d’accès «\u00a0${name}\u00a0», ajoutée`} le ${formatDateTime(addedAt)}`;

/** Whoever had reset it may have added one of theirs, and reset that one too. */
const otherReset = ({ endedAt, askedAt }: FactorReset): string =>
  `Une autre réinitialisation avait eu lieu le ${formatDateTime(endedAt ?? askedAt)}\u00a0: si ce second facteur n’est pas le vôtre, ne confirmez pas ici, mais par le lien du message de ce jour-là, qui remet celui d’avant.`;

/** What « Ce n'est pas moi » will do, before it does. */
export function resetRefusalWords(refusal: Exclude<ResetRefusal, { kind: 'over' }>) {
  const { kind, reset } = refusal;
  const asked = `La réinitialisation a été demandée le ${formatDateTime(reset.askedAt)} par ${reset.askedBy ?? 'une commande'}.`;
  if (kind === 'stops')
    return {
      effect: `Si vous confirmez, le second facteur de ${fullName(reset)} ne sera pas réinitialisé\u00a0: rien ne changera.`,
      points: [
        asked,
        'La personne qui l’a demandée, les administrateurs de l’organisme et l’Ucanss en seront prévenus.',
      ],
    };
  return {
    effect: `Si vous confirmez, le second facteur de ${fullName(reset)} est de nouveau celui d’avant la réinitialisation, avec ses codes de secours.`,
    points: [
      asked,
      `De nouveau en vigueur\u00a0: ${refusal.back.map(formerName).join(', ')}.`,
      ...(refusal.earlier === null ? [] : [otherReset(refusal.earlier)]),
      'Ce qui a été ajouté depuis ne servira plus, et toutes les sessions ouvertes de ce compte seront fermées.',
      'Le mot de passe ne change pas\u00a0: si vous pensez que quelqu’un d’autre le connaît, choisissez-en un nouveau.',
      ...(refusal.moved ? [MOVED] : []),
      'L’Ucanss en sera prévenue.',
    ],
  };
}

/** Whoever had reset it may have changed the address too: another link puts that back. */
const MOVED =
  'L’adresse de ce compte a changé depuis, et le reste\u00a0: si ce n’est pas vous, répondez aussi «\u00a0Ce n’est pas moi\u00a0» par le lien du message qui l’a annoncé.';

/** What an answer came to, as the address of its page names it. */
const OUTCOMES = {
  arretee: {
    heading: 'Réinitialisation arrêtée',
    text: 'Votre second facteur n’est pas réinitialisé\u00a0: rien n’est changé.',
    next: 'La personne qui l’avait demandé, les administrateurs de votre organisme et l’Ucanss en sont prévenus.',
  },
  retabli: {
    heading: 'Second facteur rétabli',
    text: 'Votre second facteur d’avant est de nouveau en vigueur. Toutes les sessions sont fermées, et l’Ucanss est prévenue.',
    next: 'Connectez-vous comme avant. Si vous pensez que quelqu’un d’autre connaît votre mot de passe, choisissez-en un nouveau.',
  },
  inchange: {
    heading: 'Rien n’est changé',
    text: 'Vous n’avez rien confirmé\u00a0: tout reste comme c’était.',
    next: `Le lien du message reste valable jusqu’à ${RESET_UNDONE_WITHIN_DAYS}\u00a0jours après la réinitialisation.`,
  },
} as const;

type Outcome = keyof typeof OUTCOMES;

const NAMES: Record<Exclude<ResetRefused, 'over'> | 'unchanged', Outcome> = {
  stopped: 'arretee',
  put_back: 'retabli',
  unchanged: 'inchange',
};

/** The page that tells what an answer came to. */
export const resetOutcomeHref = (kind: keyof typeof NAMES): string =>
  paths.factorResets.outcome({ outcome: NAMES[kind] });

export const isResetOutcome = (name: unknown): name is Outcome =>
  typeof name === 'string' && Object.hasOwn(OUTCOMES, name);

export const resetOutcomeOf = (name: Outcome) => OUTCOMES[name];
