import { LATE_AFTER } from '../domain/sending.ts';
import { subjectOf } from '../mail/templates.ts';
import { paths } from '../paths.ts';
import { MESSAGE_SELECTIONS, showMessage } from '../presenters/messages.ts';
import { type MessageSelection, messageList } from '../repositories/lists/messages.ts';
import { declareNarrowedList } from './declaration.ts';

const stateName = (selection: MessageSelection): string =>
  MESSAGE_SELECTIONS.find(({ value }) => value === selection)?.label ?? '';

/** « Messages »: a message that cannot be sent stays visible to who administers nationally. */
export const messages = declareNarrowedList({
  name: 'messages',
  path: paths.messages.index,
  covers: 'country',
  acts: 'national-act',
  noun: ['message', 'messages'],
  criteria: (ask) => ({
    selection: ask.oneOf('etat', 'État', MESSAGE_SELECTIONS, {
      refusal: 'État\u00a0: cette valeur est inconnue, «\u00a0En échec ou en retard\u00a0» est gardé.',
    }),
    words: ask.search('q', 'Destinataire'),
  }),
  sorts: ['date'],
  direction: 'desc',
  page: ({ db }) => messageList(db).page,
  narrow: (asked, { now }) => ({ filter: { ...asked, lateBefore: new Date(now.getTime() - LATE_AFTER) } }),
  show: (row, { now }) => showMessage(row, subjectOf(row), now),
  columns: [
    { label: 'Destinataire', strong: true, draws: ({ recipient: mail }) => ({ mail }) },
    { label: 'Objet', look: 'text', draws: ({ subject }) => subject },
    { label: 'État', look: 'date', draws: ({ state }) => ({ tags: [state] }) },
    {
      label: 'Date',
      sort: 'date',
      look: 'date',
      draws: ({ at, resent }) => ({ at, detail: resent && `Renvoyé le ${resent}` }),
    },
    { label: 'Essais', look: 'short', draws: ({ attempts }) => String(attempts) },
    { label: 'Dernière erreur', look: 'text', draws: ({ error }) => error ?? 'Aucune' },
    {
      label: 'Action',
      shown: ({ mayAct }) => mayAct,
      acts: ({ stuck, id, recipient }) => ({
        acts: stuck
          ? [
              {
                label: 'Renvoyer',
                complement: `le message à ${recipient}`,
                action: paths.messages.resend({ id }),
                post: true,
              },
            ]
          : [],
      }),
    },
  ],
  title: (_visit, { selection }) => `Messages\u00a0: ${stateName(selection)}`,
  heading: () => 'Messages',
  summary: (_visit, { count, asked }) => [count, { text: stateName(asked.selection) }],
  introduction:
    'Les messages que le portail envoie aux personnes. Il essaie de lui-même plusieurs fois\u00a0; ce qui n’a pas pu partir reste ici, et peut être renvoyé.',
  filters: { submit: 'Filtrer' },
  icon: 'envelope',
  empty: (_visit, { list }) =>
    list.filtered
      ? {
          title: 'Aucun message ne correspond',
          text: 'Aucun message n’est dans cet état, à ce destinataire.',
        }
      : {
          title: 'Aucun message en échec ou en retard',
          text: 'Aucun envoi n’a échoué, aucun ne tarde.',
          action: {
            href: list.hrefTo({ etat: 'tous', q: null, page: null }),
            label: 'Voir tous les messages',
          },
        },
  caption: () => 'Messages du portail',
  dense: true,
});
