import type { OrganismName } from './actor.ts';
import type { AuditEvent } from './audit-event.ts';
import type { Role } from './role.ts';

/** What is given, ended and given another end date: a role, for an organism where it is a delegation. */
export interface Assigned {
  role: Pick<Role, 'id' | 'kind' | 'label'>;
  organism?: Pick<OrganismName, 'id' | 'name'>;
}

/** Whose right it is, and the organism that they belong to. */
export interface AssignmentHolder {
  id: number;
  organismId: number;
}

export interface AssignmentTerms {
  reason: string;
  /** Inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
  /** Of a delegation: « Prénom NOM » of who is replaced meanwhile (R79); '' for nobody. */
  replaces?: string;
  requestId?: number;
  /** By person, the right that this one takes the place of. */
  restoredFrom?: ReadonlyMap<number, number>;
}

/** Why a right ends before its last day. */
export interface AssignmentEnding {
  reason: string;
  /** `attached`: the person leaves the organism that they administer (P6). */
  cause?: 'removed' | 'attached';
}

const said = (reason: string) => (reason === '' ? {} : { reason });

/** A delegation is of the organism that it is for, any other right of the person's own. */
const about = ({ role, organism }: Assigned, { id, organismId }: AssignmentHolder) => ({
  organismId: organism?.id ?? organismId,
  subjectAccountId: id,
  roleId: role.id,
});

/** What the trail tells of a right that is given. */
export function givenEvent(assigned: Assigned, holder: AssignmentHolder, terms: AssignmentTerms): AuditEvent {
  const { reason, endsOn, requestId } = terms;
  const details = { ...said(reason), ...(endsOn === null ? {} : { ends_on: endsOn }) };
  const rest = { ...about(assigned, holder), requestId };
  const { kind, label } = assigned.role;
  if (kind === 'local_administrator') {
    return {
      action: 'delegation.granted',
      details: {
        organism: assigned.organism?.name ?? '',
        ...details,
        ...(terms.replaces ? { replaces: terms.replaces } : {}),
      },
      ...rest,
    };
  }
  const action = kind === 'national' ? 'national_role.granted' : 'assignment.granted';
  return { action, details: { label, ...details }, ...rest };
}

/** Of a right that somebody ends. */
export function endedEvent(
  assigned: Assigned,
  holder: AssignmentHolder,
  ending: AssignmentEnding,
): AuditEvent {
  const { reason, cause = 'removed' } = ending;
  const rest = about(assigned, holder);
  const { kind, label } = assigned.role;
  if (kind === 'local_administrator') {
    const details = { organism: assigned.organism?.name ?? '', cause, ...said(reason) };
    return { action: 'delegation.removed', details, ...rest };
  }
  const action = kind === 'national' ? 'national_role.removed' : 'assignment.removed';
  return { action, details: { label, ...said(reason) }, ...rest };
}

/** Of a right whose last day has passed (P8): no batch ended it, whichever came across it. */
export function expiredEvent(assigned: Assigned, holder: AssignmentHolder, endsOn: string): AuditEvent {
  const { kind, label } = assigned.role;
  const rest = { ...about(assigned, holder), batchId: null };
  return kind === 'local_administrator'
    ? {
        action: 'delegation.expired',
        details: { organism: assigned.organism?.name ?? '', ends_on: endsOn },
        ...rest,
      }
    : { action: 'assignment.expired', details: { label, ends_on: endsOn }, ...rest };
}

/** Of a right that is given an end date, another one, or none. */
export const redatedEvent = (
  assigned: Assigned,
  holder: AssignmentHolder,
  { from, to }: { from: string | null; to: string | null },
): AuditEvent => ({
  action: 'assignment.end_date_changed',
  details: { label: assigned.role.label, from, to },
  ...about(assigned, holder),
});
