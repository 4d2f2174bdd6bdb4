import { paths } from '../paths.ts';
import { messagesLeft } from './batches.ts';
import { plural } from './format.ts';
import { information, type ShownNotice, success, warning } from './shown-notice.ts';
import { UNDO } from './undos.ts';

interface OfPerson {
  person: string;
  href: string;
}
/** A selection that was decided; `left`: why each of the others was not, one a line. */
type DecidedSelection = Record<'decided' | 'agreed' | 'messages' | 'left' | 'href', string> & {
  /** Where its batch is undone (R83): sessions of before have none. */
  undo?: string;
};

/** What became of requests, and of the ready-made reasons for refusing one. */
export const REQUEST_NOTICES = {
  'request-submitted': ({ label, to }: { label: string; to: string }) =>
    success(
      `Votre demande de «\u00a0${label}\u00a0» est transmise ${to}. Vous recevrez la réponse par message.`,
      { href: paths.myInformation, label: 'Suivre vos demandes' },
    ),
  'request-cancelled': ({ label }: { label: string }) =>
    success(`Votre demande de «\u00a0${label}\u00a0» est annulée.`),
  'request-accepted': ({ person, href }: OfPerson) =>
    success(`La demande de ${person} est acceptée. Un message lui est envoyé.`, {
      href,
      label: 'Voir les demandes acceptées',
    }),
  'request-refused': ({ person, href }: OfPerson) =>
    success(`La demande de ${person} est refusée. Un message en donne le motif.`, {
      href,
      label: 'Voir les demandes refusées',
    }),
  'requests-accepted': (values: DecidedSelection) =>
    selectionNotice(values, 'acceptée', 'Voir les demandes acceptées'),
  'requests-refused': (values: DecidedSelection) =>
    selectionNotice(values, 'refusée', 'Voir les demandes refusées'),
  'nothing-ticked': () => warning('Cochez au moins une ligne avant de choisir une action.'),
  'refusal-reason-added': () => success('Le motif est proposé dès maintenant.'),
  'refusal-reason-known': () => information('Ce motif est déjà proposé.'),
  'refusal-reason-changed': () => success('Le motif est réécrit.'),
  'refusal-reason-removed': () => success('Le motif n’est plus proposé.'),
};

function selectionNotice(
  { decided, agreed, messages, left, href, undo }: DecidedSelection,
  done: string,
  label: string,
): ShownNotice {
  const count = Number(decided);
  const lines = left.split('\n').filter((line) => line !== '');
  const others = plural(lines.length, 'autre a été laissée', 'autres ont été laissées');
  const agreements = Number(agreed);
  const waiting = plural(agreements, 'accord donné', 'accords donnés');
  const text =
    (count > 0 || agreements === 0
      ? `${plural(count, 'demande', 'demandes')} ${done}${count >= 2 ? 's' : ''}.`
      : '') +
    (agreements === 0
      ? ''
      : ` ${waiting}\u00a0: chaque adresse changera quand elle aura été confirmée par le lien qui y est envoyé.`) +
    (lines.length === 0 ? '' : ` ${others}.`) +
    ` ${messagesLeft(Number(messages))}` +
    (lines.length === 0 ? '' : ` Ce qui a été laissé\u00a0:`);
  return {
    kind: count + agreements > 0 ? 'success' : 'warning',
    text: text.trim(),
    lines,
    link: count > 0 ? { href, label } : null,
    further: count > 0 && undo ? { href: undo, label: UNDO } : null,
  };
}
