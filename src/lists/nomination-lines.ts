import { type NominationVerdict, toDoOf } from '../domain/nomination.ts';
import { paths } from '../paths.ts';
import { formatDate, formatDateTime, fullName } from '../presenters/format.ts';
import { ACTS, percentOf, saidOf, VERDICTS, verdictCounts, verdictTag } from '../presenters/nominations.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { nominationLineList } from '../repositories/lists/nomination-lines.ts';
import { nominationRepository } from '../repositories/nominations.ts';
import { declareNarrowedList } from './declaration.ts';

/** The verdicts, as addresses have them. */
const WORDS: Readonly<Record<NominationVerdict, string>> = {
  error: 'en-erreur',
  attach: 'a-rattacher',
  create: 'a-creer',
  update: 'a-modifier',
  end: 'fin-de-fonction',
  future: 'a-venir',
  done: 'deja-fait',
};
const KNOWN = Object.keys(VERDICTS) as NominationVerdict[];
const CHOICES = KNOWN.map((verdict) => ({ value: WORDS[verdict], label: VERDICTS[verdict] }));

/** A file of nominations: what becomes of each line, then what has (R81). */
export const nominationLines = declareNarrowedList({
  name: 'nominationLines',
  path: paths.nominations.show,
  covers: 'country',
  acts: 'national-act',
  noun: ['ligne', 'lignes'],
  /** @throws NotFound */
  knows: async ({ db }, { id }) => {
    const file = await nominationRepository(db).get(id);
    const progress = await nominationRepository(db).progress(id);
    const by = file.createdBy === null ? null : await accountRepository(db).get(file.createdBy);
    return { file, progress, by: by === null ? 'une commande' : fullName(by) };
  },
  criteria: (ask) => ({
    words: ask.search(),
    verdict: ask.oneOf('verdict', 'Verdict', [{ value: '', label: 'Tous' }, ...CHOICES]),
  }),
  sorts: ['verdict', 'ligne', 'nom', 'effet'],
  size: 100,
  page: ({ db }) => nominationLineList(db).page,
  narrow: ({ words, verdict, sort, direction }, { known: { file } }) => ({
    filter: {
      importId: file.id,
      words,
      sort,
      direction,
      verdict: KNOWN.find((known) => WORDS[known] === verdict) ?? null,
    },
  }),
  file: {
    subject: ({ known: { file } }) => `nominations-${file.id}`,
    title: ({ known: { file } }) => `Nominations, fichier n°\u00a0${file.id}`,
    under: 'lignes',
    sheet: 'Nominations',
    stream: ({ db }) => nominationLineList(db).stream,
    order: ['Ligne', 'Référence'],
    about: ({ known: { file, by } }) => [
      `Fichier «\u00a0${file.fileName}\u00a0», comparé le ${formatDateTime(file.createdAt)} par ${by}`,
    ],
    kept: ({ known: { file } }) => ({ fichier: String(file.id) }),
  },
  columns: [
    {
      label: 'Nom',
      sort: 'nom',
      width: 22,
      strong: true,
      cell: ({ lastName }) => lastName,
      draws: ({ firstName, lastName, email, accountId: id }, { href }) => ({
        text: `${firstName} ${lastName}`.trim() || email || 'Sans nom',
        // The account page shows a person of any organism only without perimeter.
        href: id === null ? null : href(paths.accounts.show({ id }), { perimetre: 'tous' }),
        ...(email === '' ? {} : { detailMail: email }),
      }),
    },
    { label: 'Prénom', shown: false, width: 18, cell: ({ firstName }) => firstName },
    { label: 'Email', shown: false, width: 34, cell: ({ email }) => email },
    {
      label: 'Verdict',
      sort: 'verdict',
      look: 'date',
      width: 18,
      cell: ({ verdict }) => VERDICTS[verdict],
      draws: ({ verdict }) => ({ tags: [verdictTag(verdict)] }),
    },
    { label: 'À savoir', width: 50, look: 'text', cell: (row) => saidOf(row) },
    {
      label: 'Acte',
      width: 18,
      cell: ({ act }) => (act === null ? '' : ACTS[act]),
      draws: ({ act, reference }) => ({ text: act === null ? '' : ACTS[act], detail: reference }),
    },
    { label: 'Référence', shown: false, width: 20, cell: ({ reference }) => reference },
    {
      label: 'Date d’effet',
      sort: 'effet',
      width: 12,
      kind: 'date',
      cell: ({ effectiveOn }) => effectiveOn,
      draws: ({ effectiveOn }) => (effectiveOn === null ? '' : formatDate(effectiveOn)),
    },
    { label: 'Fonction', width: 30, cell: ({ functionTitle }) => functionTitle },
    {
      label: 'Organisme',
      width: 28,
      cell: ({ organism, organismCode }) => organism ?? organismCode,
      draws: ({ organism, organismCode }) => ({
        text: organism ?? organismCode,
        detail: organism === null ? null : organismCode,
      }),
    },
    { label: 'Ligne', sort: 'ligne', width: 8, look: 'date', cell: ({ line }) => String(line) },
  ],
  title: ({ known: { file } }) => `Nominations, fichier n°\u00a0${file.id}`,
  crumb: ({ known: { file } }) => `Fichier n°\u00a0${file.id}`,
  under: ({ href }) => [{ label: 'Nominations', href: href(paths.nominations.index) }],
  above: 'management/nominations/import',
  beside: async ({ known: { file, progress }, href, mayAct }) => ({
    nominations: {
      file,
      progress,
      mayAct,
      counts: verdictCounts(file.verdicts),
      toDo: toDoOf(file.verdicts),
      percent: percentOf(file.verdicts, progress.waiting),
      apply: href(paths.nominations.apply({ id: file.id })),
      resume: href(paths.nominations.resume({ id: file.id })),
      here: href(paths.nominations.show({ id: file.id })),
      batch: file.batchId === null ? null : href(paths.batches.show({ id: file.batchId })),
    },
  }),
  summary: ({ known: { file, by } }) => [
    { strong: file.fileName },
    { text: `comparé le ${formatDateTime(file.createdAt)} par ${by}` },
  ],
  shortcuts: ({ known: { file }, href }, { written }) =>
    KNOWN.flatMap((verdict) => {
      const count = file.verdicts[verdict] ?? 0;
      const there = { verdict: WORDS[verdict] };
      const link = href(paths.nominations.show({ id: file.id }), there);
      const current = written.verdict === there.verdict;
      return count === 0 ? [] : [{ label: `${VERDICTS[verdict]}\u00a0: ${count}`, href: link, current }];
    }),
  filters: { quiet: true },
  icon: 'file-earmark-excel',
  empty: ({ known: { file } }) => ({
    title: 'Aucune ligne ne correspond',
    text:
      file.state === 'applied'
        ? 'Vérifiez la recherche. Les lignes qui n’ont rien changé sont oubliées au bout de 30\u00a0jours.'
        : 'Vérifiez l’orthographe, ou effacez les filtres pour retrouver toutes les lignes.',
  }),
  caption: () => 'Ce que devient chaque ligne',
  dense: true,
});
