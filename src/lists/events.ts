import type { Actor } from '../domain/actor.ts';
import { addDays, firstOfMonth } from '../domain/calendar.ts';
import { actionsOf, isOfGenre } from '../domain/event-genre.ts';
import type { Scope } from '../domain/scope.ts';
import { searchWords } from '../domain/search.ts';
import { paths } from '../paths.ts';
import { batchHref } from '../presenters/batches.ts';
import { EVENT_CHOICES, GENRE_CHOICES, GENRES, namedIn } from '../presenters/event-filters.ts';
import { showEvent } from '../presenters/events.ts';
import { fullName, instantCell } from '../presenters/format.ts';
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

const labelOf = (genre: string): string | undefined =>
  GENRE_CHOICES.find(({ value }) => value === genre)?.label;

/** Their address where events are searched by it, as everything of the organism's own people is. */
const authorOf = (actor: Actor, scope: Scope): string =>
  scope.kind === 'national' || scope.organism.id === actor.organismId ? actor.email : fullName(actor);

/** « Journal »: everything that was done in the organism, or everywhere for the national profiles. */
export const events = declareNarrowedList({
  name: 'events',
  path: paths.events.index,
  noun: ['événement', 'événements'],
  criteria: (ask) => ({
    words: ask.search(),
    subject: ask.search('personne', 'Personne'),
    actor: ask.search('acteur', 'Auteur'),
    genre: {
      ...ask.oneOf('genre', 'Genre', GENRE_CHOICES, {
        refusal: 'Genre\u00a0: cette valeur est inconnue, les actes sont affichés.',
      }),
      // A file says it with the act (`about`), which comes before it.
      words: () => null,
    },
    ...byActAndPeriod(ask, EVENT_CHOICES),
  }),
  sorts: ['date'],
  direction: 'desc',
  size: 25,
  page: ({ db }) => eventList(db).page,
  narrow: async (
    { words, subject, actor, genre, action, from, to, direction, organismId },
    _visit,
    { db, snapshot },
  ) => {
    const wanted = GENRES[genre];
    const named = async (text: string) => {
      const names = searchWords(text);
      return names.length === 0 ? null : peopleNamed(db, names, { organismId });
    };
    const [subjects, actors, searched] = await Promise.all([named(subject), named(actor), named(words)]);
    return {
      filter: {
        subjectIds: subjects?.ids ?? null,
        actorIds: actors?.ids ?? null,
        organismId,
        // An act that was chosen is shown, whatever the genre beside it.
        actions: action !== '' ? [action] : wanted === null ? [] : actionsOf(wanted),
        // « Tout » has each event on its line, and so has who looks for somebody.
        folded: wanted !== null && subjects === null && searched === null,
        named: searched && { peopleIds: searched.ids, ...namedIn(await snapshot.current(), words) },
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
    about: (_visit, { genre, action }) =>
      action !== '' || genre === 'tout' ? [] : [`Genre\u00a0: ${labelOf(genre)}`],
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
  shortcuts: ({ actor, scope, today }, { asked, list }) => {
    const during = (label: string, du: string) => ({
      label,
      href: list.hrefTo({ du, au: today, page: null }),
      current: asked.from === du && asked.to === today,
    });
    const author = authorOf(actor, scope);
    const mine = {
      label: 'Mes actes',
      href: list.hrefTo({ acteur: author, page: null }),
      current: asked.actor === author,
    };
    return [
      // Who only reads has none.
      ...(actor.national === 'auditor' ? [] : [mine]),
      during('Aujourd’hui', today),
      during('7 jours', addDays(today, -6)),
      during('Ce mois', firstOfMonth(today)),
    ];
  },
  remarks: (_visit, { genre, action, from, to }) => {
    const wanted = GENRES[genre];
    return [
      ...(action !== '' && wanted !== null && !isOfGenre(action, wanted)
        ? ['Genre\u00a0: il n’a pas été pris en compte, l’acte choisi étant d’un autre.']
        : []),
      ...(from !== null && to !== null && from > to
        ? ['La période finit avant de commencer\u00a0: aucun événement ne peut y figurer.']
        : []),
    ];
  },
  icon: 'clock-history',
  empty: (_visit, { asked, list }) => ({
    title: 'Aucun événement',
    text:
      asked.genre === 'tout' || asked.action !== ''
        ? 'Aucun événement ne correspond à ces critères.'
        : `Aucun événement du genre «\u00a0${labelOf(asked.genre)}\u00a0» ne correspond à ces critères.`,
    action:
      asked.genre === 'tout' || asked.action !== ''
        ? { href: list.resetHref, label: 'Effacer les filtres' }
        : { href: list.hrefTo({ genre: 'tout', page: null }), label: 'Chercher dans tous les genres' },
  }),
  caption: () => 'Événements du journal',
  row: 'management/events/row',
  show: (row, { scope, href }, { here }) => ({
    ...showEvent(row),
    batchHref: batchHref(row, scope, href),
    href: href(paths.events.show({ id: row.id }), { retour: here }),
  }),
});
