import { cancelFault } from '../domain/planned-act.ts';
import { paths } from '../paths.ts';
import { formatDate } from '../presenters/format.ts';
import { plannedEffect, plannedName, plannedPerson } from '../presenters/planned-acts.ts';
import { type PlannedRow, plannedActList } from '../repositories/lists/planned-acts.ts';
import { declareList } from './declaration.ts';

/** Where it is given up: a reset where its person's account is. */
const cancelOf = ({ id, kind, accountId }: PlannedRow): string =>
  kind === 'reset'
    ? paths.accounts.cancelFactorReset({ id: Number(accountId) })
    : paths.plannedActs.cancel({ id });

/** Why it is not given up here. */
function lockOf({ kind, accountId, byUcanss }: PlannedRow, actorId: number): string {
  if (kind === 'reset')
    return accountId === actorId
      ? 'Pour l’arrêter\u00a0: «\u00a0Ma sécurité\u00a0».'
      : 'L’Ucanss l’abandonne, ou la personne l’arrête.';
  return byUcanss ? 'Prévu par l’Ucanss, qui seule l’annule.' : 'Cet acte vous concerne.';
}

/** « Actes prévus »: what is asked for a day to come, the next first (P10). */
export const plannedActs = declareList({
  name: 'plannedActs',
  path: paths.plannedActs.index,
  acts: 'management-act',
  noun: ['acte prévu', 'actes prévus'],
  knows: ({ snapshot }) => snapshot.current(),
  criteria: () => ({}),
  sorts: ['date'],
  page: ({ db }) => plannedActList(db).page,
  columns: [
    { label: 'Date', sort: 'date', look: 'date', draws: ({ effectiveOn }) => formatDate(effectiveOn) },
    {
      label: 'Personne',
      strong: true,
      draws: (row, { href }) =>
        row.accountId === null
          ? plannedPerson(row)
          : { text: plannedPerson(row), href: href(paths.accounts.show({ id: row.accountId })) },
    },
    {
      label: 'Organisme',
      shown: ({ scope }) => scope.kind === 'national',
      draws: ({ organismId }, { known }) => known.organisms.get(organismId)?.name ?? '',
    },
    { label: 'Acte', draws: (row) => ({ text: plannedName(row), detail: plannedEffect(row) }) },
    { label: 'Demandé par', draws: ({ askedBy }) => askedBy || 'Ucanss' },
    { label: 'Le', look: 'date', draws: ({ askedAt: at }) => ({ at }) },
    {
      label: 'Action',
      shown: ({ mayAct }) => mayAct,
      acts: (row, { actor }) =>
        cancelFault(actor, row) === null
          ? {
              acts: [
                {
                  label: row.kind === 'reset' ? 'Abandonner' : 'Annuler',
                  complement: `${plannedName(row)} de ${plannedPerson(row)}`,
                  action: cancelOf(row),
                },
              ],
            }
          : {
              acts: [],
              lock: lockOf(row, actor.id),
            },
    },
  ],
  title: 'Actes prévus',
  introduction:
    'Ce qui est demandé pour un jour à venir\u00a0: chaque acte est fait ce jour-là dès 0\u00a0h\u00a005, s’il est encore permis\u00a0; la réinitialisation d’un second facteur, à son heure.',
  filters: { submit: 'Filtrer' },
  empty: ({ href }) => ({
    title: 'Aucun acte prévu',
    text: 'Un départ, une délégation ou une nomination se prévoit en indiquant un jour à venir.',
    action: { href: href(paths.accounts.index), label: 'Gestion des comptes' },
  }),
});
