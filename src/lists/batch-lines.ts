import type { Database } from '../database/knex.ts';
import type { Actor } from '../domain/actor.ts';
import { organismIdOf } from '../domain/scope.ts';
import { undoFault } from '../domain/undo.ts';
import { paths } from '../paths.ts';
import { BATCH_TITLES, batchSummary, messagesLeft, showBatchLine } from '../presenters/batches.ts';
import { formatDateTime, fullName, plural } from '../presenters/format.ts';
import { linkedParts, UNDO, undoHref } from '../presenters/undos.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { type Batch, batchRepository } from '../repositories/batches.ts';
import { type BatchLineFilter, batchLineList } from '../repositories/lists/batch-lines.ts';
import { declareNarrowedList } from './declaration.ts';

/** With what a line is told by. */
type Filter = BatchLineFilter & { batch: Batch; actor: Actor };

/** How many messages left, where it was counted. */
const toldOf = ({ messages }: Batch): string => (messages === null ? '' : ` ${messagesLeft(messages)}`);

/** The batch that this one undid, and the one that undid it, with who did (R83). */
async function linkedTo(db: Database, { undoes, undoneBy }: Batch) {
  const [batches, accounts] = [batchRepository(db), accountRepository(db)];
  const undo = undoneBy === null ? null : await batches.getUndoable(undoneBy, null);
  return {
    undone: undoes === null ? null : await batches.getUndoable(undoes, null),
    undo: undo && { ...undo, by: fullName(await accounts.get(undo.createdBy ?? 0)) },
  };
}

const mayBeUndone = (batch: Batch, today: string): boolean =>
  undoFault({ ...batch, undone: batch.undoneBy !== null }, today) === null;

const numbered = ({ id }: Batch): string => `Lot n°\u00a0${id}`;

const RESULT_TAGS: Record<string, string> = { changed: 'accepted', requested: 'pending' };

/** The result of an act on many people: what became of each (R45, R46). */
export const batchLines = declareNarrowedList({
  name: 'batchLines',
  path: paths.batches.show,
  acts: 'management-act',
  noun: ['personne', 'personnes'],
  // Where the act was asked from: see `back`.
  ignores: ['retour'],
  /** @throws NotFound outside what the page covers. */
  knows: async ({ db, snapshot }, { id, scope }) => {
    const batch = await batchRepository(db).getManaged(id, organismIdOf(scope));
    const [{ roles, organisms }, by, linked] = await Promise.all([
      snapshot.current(),
      batch.createdBy === null ? null : accountRepository(db).get(batch.createdBy),
      linkedTo(db, batch),
    ]);
    const role = batch.roleId === null ? '' : (roles.get(batch.roleId)?.label ?? '');
    return {
      batch,
      linked,
      roles,
      by: by === null ? 'une commande' : fullName(by),
      on: formatDateTime(batch.createdAt),
      organism: organisms.get(batch.organismId ?? 0)?.name ?? 'Tous les organismes',
      summary: batchSummary(batch, role),
    };
  },
  criteria: (ask) => ({ words: ask.search() }),
  sorts: ['nom', 'resultat'],
  page:
    ({ db }) =>
    (filter: Filter, window) =>
      batchLineList(db).page(filter, window),
  narrow: ({ words, sort, direction }, { actor, known: { batch } }) => ({
    filter: { batchId: batch.id, undoes: batch.undoes, batch, actor, words, sort, direction },
  }),
  file: {
    subject: ({ known: { batch } }) => `resultat-du-lot-${batch.id}`,
    title: ({ known: { batch } }) => BATCH_TITLES[batch.kind],
    under: 'lot',
    sheet: 'Résultat',
    stream: ({ db }) => batchLineList(db).stream,
    lacks: ({ undoes }) => (undoes === null ? ['Rôle'] : []),
    told: (line, { snapshot: { roles } }, { batch, actor }) => ({
      ...line,
      ...showBatchLine(line, batch, actor),
      role: roles.get(line.roleId ?? 0)?.label ?? '',
    }),
    about: ({ known: { batch, on, summary } }) => [`${numbered(batch)}, le ${on}`, summary],
    kept: ({ known: { batch } }) => ({ lot: String(batch.id) }),
  },
  show: (line, { actor, known: { batch, roles } }) => ({
    ...showBatchLine(line, batch, actor),
    role: roles.get(line.roleId ?? 0)?.label ?? '',
  }),
  columns: [
    {
      label: 'Nom',
      sort: 'nom',
      width: 22,
      strong: true,
      cell: ({ lastName }) => lastName,
      draws: ({ person, accountId: id }, { href }) => ({
        text: person,
        href: id === null ? null : href(paths.accounts.show({ id })),
      }),
    },
    { label: 'Prénom', shown: false, width: 18, cell: ({ firstName }) => firstName },
    {
      label: 'Mail',
      header: 'Email',
      width: 34,
      cell: ({ email }) => email,
      look: 'mail',
      draws: ({ email: mail }) => ({ mail }),
    },
    {
      label: 'Rôle',
      shown: ({ known: { batch } }) => batch.undoes !== null,
      width: 34,
      cell: ({ role }) => role,
      draws: ({ role }) => role,
    },
    {
      label: 'Résultat',
      sort: 'resultat',
      width: 40,
      cell: ({ outcome }) => outcome,
      draws: ({ result, outcome: text }) => ({ tags: [{ kind: RESULT_TAGS[result] ?? 'cancelled', text }] }),
    },
  ],
  title: ({ known: { batch } }) => `${numbered(batch)}, résultat\u00a0: ${BATCH_TITLES[batch.kind]}`,
  heading: ({ known: { batch } }) => `Résultat\u00a0: ${BATCH_TITLES[batch.kind]}`,
  crumb: ({ known: { batch } }) => numbered(batch),
  under: ({ href }) => [
    { label: 'Gestion des comptes', href: href(paths.accounts.index) },
    { label: 'Actions groupées', href: href(paths.batches.index) },
  ],
  above: 'management/batches/outcome',
  beside: async ({ back, href, mayAct, today, known: { batch, summary } }) => ({
    outcome: {
      ...batch,
      summary: `${summary}.${toldOf(batch)}`,
      back: back ?? href(paths.accounts.index),
      undo: mayAct && mayBeUndone(batch, today) ? { href: undoHref(batch, href), label: UNDO } : null,
    },
  }),
  summary: ({ href, today, known: { batch, linked, organism, on, by } }) => [
    { strong: numbered(batch) },
    { text: organism },
    { text: `le ${on} par ${by}` },
    ...(batch.reason === '' ? [] : [{ text: `Motif\u00a0: «\u00a0${batch.reason}\u00a0»` }]),
    ...linkedParts(batch, linked, { href, today }),
  ],
  empty: ({ known: { batch } }) =>
    batch.planned > 0
      ? {
          title: 'Rien n’a encore changé',
          text: `${plural(batch.planned, 'acte de ce lot est', 'actes de ce lot sont')} à venir : « Actes prévus » dit pour quel jour.`,
        }
      : {
          title: 'Aucune personne ne correspond',
          text: 'Vérifiez l’orthographe, ou effacez les filtres pour retrouver toutes les personnes.',
        },
  caption: () => 'Ce qu’il est advenu de chaque personne',
  captionShown: true,
});
