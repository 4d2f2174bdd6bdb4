import { searchWords } from '../domain/search.ts';
import { paths } from '../paths.ts';
import { batchHref } from '../presenters/batches.ts';
import { actsNamed, EVENT_CHOICES } from '../presenters/event-filters.ts';
import { showEvent } from '../presenters/events.ts';
import { instantCell } from '../presenters/format.ts';
import { eventList } from '../repositories/lists/events.ts';
import { type NamedPeople, peopleNamed } from '../repositories/lists/named-people.ts';
import { declareNarrowedList } from './declaration.ts';
import { byActAndPeriod } from './event-criteria.ts';

/** Said where a name is of more people than a filter can be about. */
const tooMany = (field: string, people: NamedPeople | null): string[] =>
  people?.more
    ? [
        `${field}\u00a0: plus de 100 personnes portent ce nom. Précisez-le, ou indiquez une adresse\u00a0: seules les premières ont été cherchées.`,
      ]
    : [];

/** « Journal »: everything that was done in the organism, or everywhere for the national profiles. */
export const events = declareNarrowedList({
  name: 'events',
  path: paths.events.index,
  noun: ['événement', 'événements'],
  criteria: (ask) => ({
    words: ask.search(),
    subject: ask.search('personne', 'Personne'),
    actor: ask.search('acteur', 'Auteur'),
    ...byActAndPeriod(ask, EVENT_CHOICES),
  }),
  sorts: ['date'],
  direction: 'desc',
  size: 25,
  page: ({ db }) => eventList(db).page,
  narrow: async ({ words, subject, actor, action, from, to, direction, organismId }, _visit, { db }) => {
    const named = async (text: string) => {
      const wanted = searchWords(text);
      return wanted.length === 0 ? null : peopleNamed(db, wanted, { organismId });
    };
    const [subjects, actors, searched] = await Promise.all([named(subject), named(actor), named(words)]);
    return {
      filter: {
        subjectIds: subjects?.ids ?? null,
        actorIds: actors?.ids ?? null,
        organismId,
        actions: action === '' ? [] : [action],
        named: searched && { peopleIds: searched.ids, actions: actsNamed(words) },
        from,
        to,
        direction,
      },
      faults: [
        ...tooMany('Rechercher', searched),
        ...tooMany('Personne', subjects),
        ...tooMany('Auteur', actors),
      ],
    };
  },
  file: {
    subject: 'journal',
    sheet: 'Journal',
    stream: ({ db }) => eventList(db).stream,
    told: (row) => showEvent(row),
    order: ['Date', 'Acte', 'Événement', 'Organisme'],
  },
  columns: [
    {
      label: 'Date',
      sort: 'date',
      width: 18,
      kind: 'instant',
      cell: ({ occurredAt }) => instantCell(occurredAt),
    },
    { label: 'Acte', shown: false, width: 20, cell: ({ label }) => label },
    { label: 'Événement', width: 52, cell: ({ text }) => text },
    { label: 'Par', width: 22, cell: ({ actor }) => actor },
    {
      label: 'Organisme',
      width: 24,
      shown: ({ scope }) => scope.kind === 'national',
      cell: ({ organism }) => organism,
    },
    { label: 'Motif', width: 28, cell: ({ reason }) => reason },
    { label: 'N°', shown: false, width: 10, kind: 'number', cell: ({ id }) => String(id) },
  ],
  title: 'Journal',
  filters: { submit: 'Filtrer' },
  remarks: (_visit, { from, to }) =>
    from !== null && to !== null && from > to
      ? ['La période finit avant de commencer\u00a0: aucun événement ne peut y figurer.']
      : [],
  icon: 'clock-history',
  empty: (_visit, { list }) => ({
    title: 'Aucun événement',
    text: 'Aucun événement ne correspond à ces critères.',
    action: list.filtered ? { href: list.resetHref, label: 'Voir tout le journal' } : null,
  }),
  caption: () => 'Événements du journal',
  row: 'management/events/row',
  show: (row, { scope, href }, { here }) => ({
    ...showEvent(row),
    batchHref: batchHref(row, scope, href),
    href: href(paths.events.show({ id: row.id }), { retour: here }),
  }),
});
