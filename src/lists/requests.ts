import { addDays, dayInParis } from '../domain/calendar.ts';
import { decidesIn, LONG_DAYS, requestLabel, withAddress } from '../domain/request.ts';
import { organismIdOf, scopeName } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import { withCorrection } from '../presenters/corrections.ts';
import { formatDate } from '../presenters/format.ts';
import { REQUEST_LISTS, showRequest } from '../presenters/requests.ts';
import {
  type AwaitedDecider,
  type ListedStatus,
  type RequestSort,
  requestList,
} from '../repositories/lists/requests.ts';
import { roleRepository } from '../repositories/roles.ts';
import type { Ask } from './criteria.ts';
import { declareNarrowedList, type Visit } from './declaration.ts';
import { asSource } from './files.ts';

const SORTS: readonly [RequestSort, ...RequestSort[]] = [
  ...(['date', 'nom', 'prenom', 'email', 'fonction', 'organisme', 'role'] as const),
];

/** Age and who decides are asked of what waits alone. */
function criteriaOf(ask: Ask, waits: boolean) {
  const age = ask.oneOf('age', 'Ancienneté', [
    { value: '', label: 'Toutes' },
    { value: 'plus-de-10-jours', label: `plus de ${LONG_DAYS} jours` },
  ]);
  const decider = ask.oneOf('decideur', 'À décider par', [
    { value: '', label: 'Tous' },
    { value: 'moi', label: 'Moi' },
    { value: 'ucanss', label: 'L’Ucanss' },
    { value: 'administrateur-local', label: 'Un administrateur local' },
  ]);
  return { words: ask.search(), ...(waits ? { age, decider } : {}) };
}

function narrowed(
  age: '' | 'plus-de-10-jours' | undefined,
  who: AwaitedDecider | undefined,
  { actor, scope, today }: Visit<unknown>,
) {
  const reader = { id: actor.id, decides: decidesIn(actor, organismIdOf(scope)) };
  return {
    submittedBefore: age === 'plus-de-10-jours' ? addDays(today, -LONG_DAYS) : null,
    decider: { who: who ?? '', reader, today },
  };
}

/** « Demandes d'habilitations »: « En cours », what waits longest first; « Accepté », « Refus », the latest first (R15-R26). */
function requestsOf(status: ListedStatus) {
  const waits = status === 'pending';
  return declareNarrowedList({
    name: `${status}Requests`,
    path: paths.requests[status],
    noun: ['demande', 'demandes'],
    knows: async ({ db, snapshot }) => ({
      snapshot: await snapshot.current(),
      roles: await roleRepository(db).all(),
    }),
    criteria: (ask) => criteriaOf(ask, waits),
    sorts: waits ? SORTS : [...SORTS, 'decision'],
    direction: waits ? 'asc' : 'desc',
    page: ({ db, snapshot }) => requestList(db, snapshot).page,
    narrow: ({ age, decider, ...asked }, visit) => ({
      filter: { ...asked, status, ...(waits ? narrowed(age, decider, visit) : {}) },
    }),
    file: {
      subject: REQUEST_LISTS[status].subject,
      sheet: 'Demandes',
      stream: ({ db, snapshot }) => requestList(db, asSource(snapshot)).stream,
      told: (row, { snapshot }) => ({
        ...row,
        organism: snapshot.organisms.get(row.organismId)?.name ?? '',
        role: withCorrection(
          withAddress(
            requestLabel(row.kind, row.roleId === null ? null : snapshot.roles.get(row.roleId)?.label),
            row.newEmail,
          ),
          row.changes,
        ),
      }),
    },
    columns: [
      { label: 'Nom', sort: 'nom', width: 20, strong: true, cell: ({ lastName }) => lastName },
      { label: 'Prénom', sort: 'prenom', width: 16, cell: ({ firstName }) => firstName },
      { label: 'Email', sort: 'email', width: 30, cell: ({ email }) => email },
      { label: 'Fonction', sort: 'fonction', width: 24, cell: ({ functionTitle }) => functionTitle },
      { label: "Nom de l'organisme", sort: 'organisme', width: 26, cell: ({ organism }) => organism },
      { label: 'Rôle concerné', sort: 'role', width: 34, cell: ({ role }) => role },
      {
        label: 'Date de la demande',
        sort: 'date',
        width: 12,
        kind: 'date',
        cell: ({ submittedAt }) => dayInParis(submittedAt),
      },
      {
        label: 'Motif de la demande',
        shown: false,
        width: 40,
        cell: waits ? ({ reason }) => reason : undefined,
      },
      {
        label: 'Décidée par',
        shown: false,
        width: 22,
        cell: waits ? undefined : ({ decidedBy }) => decidedBy,
      },
      {
        label: 'Décidée le',
        shown: false,
        width: 12,
        kind: 'date',
        cell: waits ? undefined : ({ decidedAt }) => decidedAt && dayInParis(decidedAt),
      },
      {
        label: 'Motif',
        shown: false,
        width: 34,
        cell: waits ? undefined : ({ decisionReason }) => decisionReason,
      },
      waits ? { label: 'Action' } : { label: 'Décision', sort: 'decision' },
    ],
    title: `Demandes d'habilitations : ${REQUEST_LISTS[status].name}`,
    crumb: () => REQUEST_LISTS[status].name,
    under: ({ href }) => [{ label: "Demandes d'habilitations", href: href(paths.requests.pending) }],
    summary: ({ scope, href }, { count }) => [
      count,
      { text: scopeName(scope) },
      { link: { href: href(paths.refusalReasons.index), label: 'Motifs de refus' } },
    ],
    icon: 'inbox',
    empty: async ({ scope, href }, { list }, { db, snapshot }) => {
      if (list.filtered)
        return {
          title: 'Aucune demande ne correspond',
          text: 'Vérifiez l’orthographe, ou effacez les filtres pour retrouver toutes les demandes.',
        };
      const last = await requestList(db, snapshot).lastDecision(organismIdOf(scope));
      return {
        title: REQUEST_LISTS[status].none,
        text: last
          ? `La dernière demande a été traitée le ${formatDate(last)}.`
          : 'Aucune demande n’a encore été traitée.',
        action: { href: href(paths.entitlements.index), label: 'État des habilitations' },
      };
    },
    dense: true,
    row: 'management/requests/row',
    show: (row, { known: { snapshot, roles }, ...visit }) => ({
      ...showRequest(row, visit, snapshot, (id) => roles.find((role) => role.id === id) ?? null),
      status,
    }),
    selection: (_visit, { rows, here }) =>
      status === 'pending' && (rows as { lock: string | null }[]).some(({ lock }) => lock === null)
        ? {
            pageOnly: true,
            script: 'next-row',
            hidden: [{ name: 'retour', value: here }],
            buttons: [
              { label: 'Accepter la sélection', name: 'acte', value: 'accepter' },
              { label: 'Refuser la sélection', name: 'acte', value: 'refuser', kind: 'outline' },
            ],
          }
        : null,
  });
}

export const pendingRequests = requestsOf('pending');
export const acceptedRequests = requestsOf('accepted');
export const refusedRequests = requestsOf('refused');
