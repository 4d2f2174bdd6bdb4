import { type AccountFault, judgeAccountAct } from '../domain/account-acts.ts';
import { isBeyond, isClosedByUcanss } from '../domain/acting-upon.ts';
import type { Actor } from '../domain/actor.ts';
import { ofOrganism, theOrganism } from '../domain/organism-name.ts';
import { isGrantable, isReserved, type Role } from '../domain/role.ts';
import type { Scope } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import type { AccountRow } from '../repositories/lists/accounts.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { BEYOND } from './account-acts.ts';
import { formatDate, fullName } from './format.ts';
import type { Href } from './href.ts';

interface RowContext {
  actor: Actor;
  snapshot: Snapshot;
  /** « Rôle sélectionné », and whether those shown have it. */
  role: RoleDetails | null;
  holding: boolean;
  /** True for people of other organisms. */
  outside: boolean;
  /** Whether this person may act in what the page covers. */
  mayAct: boolean;
  href: Href;
}

/** A row, with what this person may do on it (R37-R45, R57-R61, P1, P5). */
export function showAccount(row: AccountRow, context: RowContext) {
  const { actor, snapshot, outside, href, mayAct } = context;
  const organism = snapshot.organisms.get(row.organismId);
  const actsHere = mayAct && row.id !== actor.id;
  const lock = actsHere ? lockOf(row, context) : null;
  const page = outside ? null : href(paths.accounts.show({ id: row.id }));
  return {
    id: row.id,
    person: fullName(row),
    email: row.email,
    active: row.active,
    organism: organism?.name ?? '',
    branch: organism?.branch ?? '',
    /** Null outside the organism: hidden (P5). */
    phone: outside ? null : row.phone,
    lastSignInAt: row.lastSignInAt && formatDate(row.lastSignInAt),
    grantedAt: row.grantedAt && formatDate(row.grantedAt),
    grantedBy: row.grantedBy,
    endsOn: row.endsOn && formatDate(row.endsOn),
    href: page,
    tags: tagsOf(row, context),
    acts: [
      ...(page ? linksOf(row, page, href) : []),
      ...(actsHere ? actsOf(row, context, lock !== null) : []),
    ],
    lock,
    departs: actsHere && lock === null && row.active && !outside,
  };
}

const tagsOf = (row: AccountRow, { actor, outside }: RowContext) =>
  [
    row.isExecutive && { kind: 'executive', text: 'ADD', drawn: true },
    !row.active && { kind: 'inactive', text: 'Inactif', drawn: true },
    row.id === actor.id && { kind: 'neutral', text: 'Vous', drawn: true },
    // What somebody holds elsewhere is not to be found out (P5).
    row.leavesOn && !outside && { kind: 'ends', text: `Départ le ${formatDate(row.leavesOn)}`, drawn: true },
    row.toReview && !outside && { kind: 'review', text: 'Droits à revoir', drawn: true },
  ].filter((tag) => typeof tag === 'object' && tag !== null);

/** To the account page and its history. */
const linksOf = (row: AccountRow, page: string, href: Href) => [
  { label: 'Accéder à la fiche', complement: `de ${fullName(row)}`, icon: 'person-vcard', href: page },
  {
    label: "Consulter l'historique des actions sur le compte",
    complement: `de ${fullName(row)}`,
    icon: 'clock-history',
    href: href(paths.accounts.history({ id: row.id })),
  },
];

/** « Départ de Prénom NOM » leads to that act, and back `here` (R76). */
export const departureLink = ({ id, person }: { id: number; person: string }, href: Href, here: string) => ({
  label: 'Départ',
  complement: `de ${person}`,
  icon: 'person-down',
  href: href(paths.accounts.depart({ id }), { retour: here }),
});

/** Why this person is not attached, or their access not changed (R61, P9). */
function lockOf(row: AccountRow, { actor, outside }: RowContext): string | null {
  const act = outside ? 'attach' : row.active ? 'deactivate' : 'reactivate';
  const beyond = isBeyond(actor, row) || isClosedByUcanss(actor, row);
  const fault = judgeAccountAct(act, { actor, person: row, beyond });
  return (fault && LOCKS[fault]) ?? null;
}

/** What a row says of the faults that it knows. */
const LOCKS: Partial<Record<AccountFault, string>> = {
  executive: 'Seuls les agents non ADD peuvent être rattachés.',
  beyond: `${BEYOND}.`,
};

/** Ordinary roles are given and taken away whoever it is; the rest is for who may act upon the person (P9). */
function actsOf(row: AccountRow, { holding, role, outside }: RowContext, locked: boolean) {
  const { attach, remove, grant, deactivate, reactivate } = paths.accounts;
  const complement = `de ${fullName(row)}`;
  const act = (icon: string, label: string, page: (parameters: { id: number }) => string) => ({
    icon,
    label,
    complement,
    action: page({ id: row.id }),
  });
  if (outside) {
    const attaching = {
      ...act('person-plus', 'Rattacher', attach),
      complement: `${fullName(row)} à mon organisme`,
    };
    return locked ? [] : [attaching];
  }
  const ofRole = { fields: [{ name: 'role', value: role?.code ?? '' }] };
  return [
    ...(role && holding ? [{ ...act('dash-circle', 'Supprimer des droits', remove), ...ofRole }] : []),
    ...(role && isGrantable(role) && !holding && row.active
      ? [{ ...act('key', 'Activer des droits', grant), ...ofRole }]
      : []),
    ...(locked || !row.active ? [] : [act('person-slash', 'Désactiver le compte', deactivate)]),
    ...(locked || row.active ? [] : [act('person-check', 'Réactiver le compte', reactivate)]),
  ];
}

interface RoleOption {
  value: string;
  label: string;
  group?: string;
}

/** « Rôle sélectionné »: « Aucun » first, then by application, closed ones last; reserved ones say so (R29, P3, P3b, P4). */
export const roleOptions = (roles: readonly RoleDetails[]): [RoleOption, ...RoleOption[]] => [
  { value: '', label: 'Aucun' },
  ...roles
    .toSorted((one, other) => Number(one.closed) - Number(other.closed))
    .map((role) => ({
      value: role.code,
      label: taggedLabel(role),
      group: role.closed ? 'Rôles fermés' : role.applicationName,
    })),
];

const taggedLabel = (role: Role): string =>
  isReserved(role) ? `${role.label} (Validation Ucanss)` : role.label;

interface SentenceFilters {
  lastName: string;
  firstName: string;
  words: string;
  holding: boolean;
  within: boolean;
  active: boolean;
  executives: boolean;
  rights: 'tous' | 'a-revoir' | 'fin-proche';
  signedIn: 'toutes' | 'jamais' | 'plus-de-90-jours';
}

/** R37, letter for letter. */
const ACCOUNTS_INTRODUCTION =
  "Vous pouvez, via le formulaire ci-dessous, mettre à jour les droits des personnes de votre organisme ayant déjà un accès sur le portail UCANSS. Si vous souhaitez attribuer des droits à une personne n'ayant pas de compte d'accès au portail UCANSS, vous pouvez créer une nouvelle fiche agent via le bouton « nouveau » ci-dessus.";

/** What « Gestion des comptes » is for, to who reads it: the auditor changes nothing, Ucanss is of no organism here. */
export function accountsIntroduction(actor: Actor, scope: Scope): string {
  if (actor.national === null) return ACCOUNTS_INTRODUCTION;
  const of = scope.kind === 'organism' ? ofOrganism(scope.organism.name) : 'de tous les organismes';
  return actor.national === 'auditor'
    ? `Vous consultez les comptes et les droits des personnes ${of}, sans rien modifier.`
    : `Vous pouvez mettre à jour les droits des personnes ${of}. Pour une personne qui n’a pas encore de compte, créez sa fiche par le bouton «\u00a0Nouveau\u00a0»${scope.kind === 'organism' ? '' : '\u00a0; pour agir sur plusieurs personnes à la fois, choisissez d’abord un organisme'}.`;
}

const RIGHTS_SENTENCE = {
  tous: '',
  'a-revoir': ' dont des droits sont à revoir',
  'fin-proche': ' dont un droit finit dans les 30 jours',
};
const SIGNED_IN_SENTENCE = {
  toutes: '',
  jamais: ', qui ne se sont jamais connectées',
  'plus-de-90-jours': ', qui ne se sont pas connectées depuis plus de 90 jours',
};

/** The filters read as a sentence, up to the number of people. */
export function filterSentence(scope: Scope, filters: SentenceFilters, role: RoleDetails | null): string {
  const outside = !filters.within;
  const where =
    scope.kind === 'organism'
      ? outside
        ? `des organismes autres que ${theOrganism(scope.organism.name)}`
        : ofOrganism(scope.organism.name)
      : 'de tous les organismes';
  const named = (what: string, text: string) =>
    text === '' ? '' : `, dont ${what} contient «\u00a0${text}\u00a0»`;
  return [
    `Personnes ${filters.active ? 'actives' : 'inactives'} ${where}`,
    filters.executives ? '' : ', hors ADD',
    outside ? '' : RIGHTS_SENTENCE[filters.rights],
    outside ? '' : SIGNED_IN_SENTENCE[filters.signedIn],
    role === null || outside ? '' : ` qui ${filters.holding ? 'ont' : 'n’ont pas'} ${role.label}`,
    named('le nom', filters.lastName),
    named('le prénom', filters.firstName),
    filters.words === '' ? '' : `, où l’on trouve «\u00a0${filters.words}\u00a0»`,
  ].join('');
}
