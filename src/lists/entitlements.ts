import { dayInParis } from '../domain/calendar.ts';
import { paths } from '../paths.ts';
import { labelOf, showPerson } from '../presenters/entitlements.ts';
import type { Column, Row } from '../presenters/table.ts';
import {
  type EntitlementRow,
  entitlementList,
  type GrantedAssignment,
} from '../repositories/lists/entitlements.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { declareList } from './declaration.ts';
import { asSource, rowsOf } from './files.ts';

/** « Aucune habilitation » (R14). */
const NONE = 'Aucune habilitation';

/** « État des habilitations » (R7-R14), and its files: two sheets, « Personnes » and « Habilitations » (R12, R13). */
export const entitlements = declareList({
  name: 'entitlements',
  path: paths.entitlements.index,
  noun: ['personne', 'personnes'],
  knows: ({ snapshot }) => snapshot.current(),
  criteria: (ask) => ({ name: ask.search('nom', 'Nom :'), words: ask.search() }),
  sorts: ['nom', 'prenom', 'email', 'fonction', 'organisme', 'habilitations'],
  page: ({ db, snapshot }) => entitlementList(db, snapshot).page,
  file: {
    subject: 'etat-des-habilitations',
    sheet: 'Personnes',
    stream: ({ db, snapshot }) => entitlementList(db, asSource(snapshot)).stream,
    // A printed list says when a right ends; a workbook has a sheet for it.
    told: (person, { snapshot, format }) => toldOf(person, snapshot, { dated: format === 'pdf' }),
    further: (filter, { db, snapshot, ...reading }) => {
      const assignments = entitlementList(db, asSource(snapshot)).streamGrants(filter, reading);
      const rows = rowsOf(assignments, (person) => assignmentRows(person, snapshot));
      return [{ name: 'Habilitations', columns: ASSIGNMENT_COLUMNS, rows }];
    },
  },
  columns: [
    { label: 'Nom', sort: 'nom', width: 19, strong: true, cell: ({ lastName }) => lastName },
    { label: 'Prénom', sort: 'prenom', width: 14, cell: ({ firstName }) => firstName },
    { label: 'Email', sort: 'email', width: 36, cell: ({ email }) => email },
    { label: 'Fonction', sort: 'fonction', width: 26, cell: ({ functionTitle }) => functionTitle },
    {
      label: 'Organisme',
      sort: 'organisme',
      width: 18,
      cell: ({ organism }) => organism,
      shown: ({ actor }) => actor.national !== null,
    },
    { label: 'Compte', shown: false, width: 10, cell: (told) => stateOf(told) },
    {
      label: 'Habilitations',
      sort: 'habilitations',
      className: 'cell-roles',
      width: 60,
      cell: ({ assignments }) => assignments,
    },
  ],
  title: 'État des habilitations',
  empty: (_visit, { list }) => ({
    title: 'Aucune personne ne correspond',
    text: list.filtered
      ? 'Vérifiez l’orthographe, ou effacez les filtres pour retrouver toutes les personnes.'
      : 'Personne n’a encore de compte dans cet organisme.',
  }),
  caption: () => "Droits d'accès au site ucanss.fr",
  captionShown: true,
  row: 'management/entitlements/row',
  show: (person, { known, actor }) => ({ ...showPerson(person, known), national: actor.national !== null }),
});

function toldOf(person: EntitlementRow, snapshot: Snapshot, { dated }: { dated: boolean }) {
  const shown = showPerson(person, snapshot);
  const assignments = shown.roles.map(({ label }) => label).join(' ; ') || NONE;
  const ends = shown.roles.flatMap(({ label, endsOn }) => (endsOn ? [`${label} jusqu’au ${endsOn}`] : []));
  return {
    ...shown,
    assignments: dated && ends.length > 0 ? `${assignments} (${ends.join(' ; ')})` : assignments,
  };
}

const stateOf = ({ active }: { active: boolean }): string => (active ? 'Actif' : 'Inactif');

/** Sheet « Habilitations »: a row a right. */
const ASSIGNMENT_COLUMNS: readonly Column[] = [
  { header: 'Nom', width: 22 },
  { header: 'Prénom', width: 18 },
  { header: 'Email', width: 34 },
  { header: 'Organisme', width: 26 },
  { header: 'Application', width: 28 },
  { header: 'Rôle', width: 40 },
  { header: 'Depuis le', width: 11, kind: 'date' },
  { header: 'Accordée par', width: 26 },
  { header: 'Jusqu’au', width: 11, kind: 'date' },
  { header: 'Compte', width: 10 },
];

function assignmentRows(person: EntitlementRow<GrantedAssignment>, snapshot: Snapshot): Row[] {
  return person.assignments.map((assignment) => [
    person.lastName,
    person.firstName,
    person.email,
    snapshot.organisms.get(person.organismId)?.name ?? '',
    snapshot.roles.get(assignment.roleId)?.application ?? '',
    labelOf(assignment, person, snapshot),
    dayInParis(assignment.grantedAt),
    assignment.grantedBy,
    assignment.endsOn,
    stateOf(person),
  ]);
}
