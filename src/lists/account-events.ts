import { actionsOf } from '../domain/event-genre.ts';
import { organismIdOf } from '../domain/scope.ts';
import { searchWords } from '../domain/search.ts';
import { paths } from '../paths.ts';
import { batchHref } from '../presenters/batches.ts';
import { MOVEMENT_CHOICES, namedIn } from '../presenters/event-filters.ts';
import { showEvent } from '../presenters/events.ts';
import { fullName, instantCell } from '../presenters/format.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { type EventFilter, eventList } from '../repositories/lists/events.ts';
import { peopleNamed } from '../repositories/lists/named-people.ts';
import { requestRepository } from '../repositories/requests.ts';
import { declareNarrowedList, type Sources } from './declaration.ts';
import { byActAndPeriod } from './event-criteria.ts';

// « Rattachement … à …, venant de … » tells the departure too, that the journal of the organism left has for itself.
const TOLD_TWICE = ['account.left'];

const EVERYTHING = { words: '', action: '', from: null, to: null, direction: 'desc' } as const;

/** « Derniers mouvements »: the acts, the latest first, and not each time that the person signed in. */
export const latestActsOn = async (
  sources: Pick<Sources, 'db' | 'snapshot'>,
  account: Account,
): Promise<EventFilter> => ({
  ...(await movementsOf(sources, account, EVERYTHING)),
  actions: actionsOf('acts'),
});

/** What was done to an account. */
async function movementsOf(
  { db, snapshot }: Pick<Sources, 'db' | 'snapshot'>,
  { id, organismId }: Account,
  asked: Pick<EventFilter, 'from' | 'to' | 'direction'> & { words: string; action: string },
): Promise<EventFilter> {
  const words = searchWords(asked.words);
  const searched = words.length === 0 ? null : await peopleNamed(db, words, { organismId, accountId: id });
  return {
    organismId: null,
    actorIds: null,
    except: TOLD_TWICE,
    subjectIds: [id],
    named: searched && { peopleIds: searched.ids, ...namedIn(await snapshot.current(), asked.words) },
    requestIds: await requestRepository(db).madeAccount(id),
    actions: asked.action === '' ? [] : [asked.action],
    from: asked.from,
    to: asked.to,
    direction: asked.direction,
  };
}

/** « Historique du compte » (R39, R64). */
export const accountEvents = declareNarrowedList({
  name: 'movements',
  path: paths.accounts.history,
  noun: ['mouvement', 'mouvements'],
  /** @throws NotFound outside what the page covers. */
  knows: ({ db }, { id, scope }) => accountRepository(db).getManaged(id, organismIdOf(scope)),
  criteria: (ask) => ({ words: ask.search(), ...byActAndPeriod(ask, MOVEMENT_CHOICES) }),
  sorts: ['date'],
  direction: 'desc',
  size: 25,
  page: ({ db }) => eventList(db).page,
  narrow: async (asked, { known }, sources) => ({ filter: await movementsOf(sources, known, asked) }),
  file: {
    subject: 'historique-du-compte',
    sheet: 'Historique',
    stream: ({ db }) => eventList(db).stream,
    told: (row) => showEvent(row),
    about: ({ known }) => [`Compte\u00a0: ${fullName(known)} (${known.email})`],
    kept: ({ known }) => ({ compte: String(known.id) }),
  },
  columns: [
    {
      label: 'Date',
      sort: 'date',
      width: 18,
      kind: 'instant',
      cell: ({ occurredAt }) => instantCell(occurredAt),
    },
    { label: 'Acte', shown: false, width: 22, cell: ({ label }) => label },
    { label: 'Mouvement', width: 60, cell: ({ text }) => text },
    { label: 'Par', width: 26, cell: ({ actor }) => actor },
    { label: 'Motif', width: 36, cell: ({ reason }) => reason },
  ],
  title: ({ known }) => `Historique du compte de ${fullName(known)}`,
  heading: () => 'Historique du compte',
  under: ({ href, known }) => [
    { label: 'Gestion des comptes', href: href(paths.accounts.index) },
    { label: fullName(known), href: href(paths.accounts.show({ id: known.id })) },
  ],
  summary: ({ known }, { count }) => [
    { strong: fullName(known) },
    { text: known.email },
    { text: `${count.strong} ${count.text}` },
  ],
  filters: { submit: 'Filtrer' },
  icon: 'clock-history',
  empty: (_visit, { list }) => ({
    title: 'Aucun mouvement',
    text: list.filtered
      ? 'Aucun mouvement ne correspond à ces critères.'
      : 'Rien n’est enregistré sur ce compte.',
    action: list.filtered ? { href: list.resetHref, label: 'Voir tous les mouvements' } : null,
  }),
  caption: ({ known }) => `Mouvements de la fiche de ${fullName(known)}`,
  row: 'management/accounts/history-row',
  show: (row, { scope, href }) => ({ ...showEvent(row), batchHref: batchHref(row, scope, href) }),
});
