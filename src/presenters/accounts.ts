import { type AccountFault, judgeAccountAct } from '../domain/account-acts.ts';
import { isBeyond, isClosedByUcanss } from '../domain/acting-upon.ts';
import type { Actor } from '../domain/actor.ts';
import { canActInManagement } from '../domain/permissions.ts';
import { isReserved, type Role } from '../domain/role.ts';
import { type Scope, scopeName } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import type { AccountRow } from '../repositories/lists/accounts.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { BEYOND } from './account-acts.ts';
import type { Href } from './href.ts';

/** One act of a row: a button in a form of its own, that leads to a confirmation. */
interface RowAct {
  icon: string;
  /** What is drawn beside the icon on a card; with `complement`, the button's name (CONTRACT.md, « Rows »). */
  label: string;
  complement: string;
  action: string;
  /** Code of the role that the act is about. */
  role: string | null;
}

/** A line of « Gestion des comptes » (R37). */
interface ShownAccount {
  id: number;
  person: string;
  organism: string;
  branch: string;
  email: string;
  /** Null outside the organism: hidden. */
  phone: string | null;
  isExecutive: boolean;
  active: boolean;
  isActor: boolean;
  /** The account page and its history; null outside the organism (P5). */
  href: string | null;
  historyHref: string | null;
  acts: RowAct[];
  /** Why nothing can be done, where that needs saying. */
  lock: string | null;
}

interface RowContext {
  actor: Actor;
  snapshot: Snapshot;
  /** « Rôle sélectionné », and whether those shown have it. */
  role: RoleDetails | null;
  holding: boolean;
  /** True for people of other organisms. */
  outside: boolean;
  href: Href;
}

/** A row, with the acts that this person may do on it (R38-R45, R57-R61, P1, P5). */
export function showAccount(row: AccountRow, context: RowContext): ShownAccount {
  const { actor, snapshot, outside, href } = context;
  const organism = snapshot.organisms.get(row.organismId);
  const mayAct = canActInManagement(actor) && row.id !== actor.id;
  const lock = mayAct ? lockOf(row, context) : null;
  return {
    id: row.id,
    person: `${row.firstName} ${row.lastName}`,
    email: row.email,
    isExecutive: row.isExecutive,
    active: row.active,
    isActor: row.id === actor.id,
    organism: organism?.name ?? '',
    branch: organism?.branch ?? '',
    phone: outside ? null : row.phone,
    href: outside ? null : href(paths.accounts.show({ id: row.id })),
    historyHref: outside ? null : href(paths.accounts.history({ id: row.id })),
    acts: mayAct ? actsOf(row, context, lock !== null) : [],
    lock,
  };
}

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
function actsOf(row: AccountRow, { holding, role, outside }: RowContext, locked: boolean): RowAct[] {
  const person = `${row.firstName} ${row.lastName}`;
  const act = (
    icon: string,
    label: string,
    complement: string,
    page: (typeof paths.accounts)['attach' | 'remove' | 'grant' | 'deactivate' | 'reactivate'],
    code: string | null = null,
  ) => ({
    icon,
    label,
    complement,
    role: code,
    action: page({ id: row.id }),
  });
  if (outside) {
    return locked
      ? []
      : [act('person-plus', 'Rattacher', `${person} à mon organisme`, paths.accounts.attach)];
  }
  const acts: RowAct[] = [];
  if (role !== null && holding) {
    acts.push(act('dash-circle', 'Supprimer des droits', `de ${person}`, paths.accounts.remove, role.code));
  }
  if (role !== null && !holding && row.active) {
    acts.push(act('key', 'Activer des droits', `de ${person}`, paths.accounts.grant, role.code));
  }
  if (locked) return acts;
  acts.push(
    row.active
      ? act('person-slash', 'Désactiver le compte', `de ${person}`, paths.accounts.deactivate)
      : act('person-check', 'Réactiver le compte', `de ${person}`, paths.accounts.reactivate),
  );
  return acts;
}

interface RoleOption {
  value: string;
  label: string;
  group?: string;
}

/** « Rôle sélectionné »: « Aucun » first, then by application; reserved ones say so (R29, P3, P3b, P4). */
export const roleOptions = (roles: readonly RoleDetails[]): [RoleOption, ...RoleOption[]] => [
  { value: '', label: 'Aucun' },
  ...roles.map((role) => ({ value: role.code, label: taggedLabel(role), group: role.applicationName })),
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
}

/** The filters read as a sentence, up to the number of people. */
export function filterSentence(scope: Scope, filters: SentenceFilters, role: RoleDetails | null): string {
  const outside = !filters.within;
  const where =
    scope.kind === 'organism'
      ? outside
        ? `des organismes autres que ${scopeName(scope)}`
        : `de ${scopeName(scope)}`
      : 'de tous les organismes';
  const named = (what: string, text: string) =>
    text === '' ? '' : `, dont ${what} contient «\u00a0${text}\u00a0»`;
  return [
    `Personnes ${filters.active ? 'actives' : 'inactives'} ${where}`,
    filters.executives ? '' : ', hors ADD',
    role === null || outside ? '' : ` qui ${filters.holding ? 'ont' : 'n’ont pas'} ${role.label}`,
    named('le nom', filters.lastName),
    named('le prénom', filters.firstName),
    filters.words === '' ? '' : `, où l’on trouve «\u00a0${filters.words}\u00a0»`,
  ].join('');
}
