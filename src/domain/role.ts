/** A role as rules look at it. */
export interface Role {
  id: number;
  code: string;
  label: string;
  kind: 'ordinary' | 'local_administrator' | 'national';
  validator: 'local_administrator' | 'ucanss' | 'free';
  requestMode: 'online' | 'procedure' | 'none';
  closed: boolean;
}

/** Reserved to Ucanss: shown « Validation Ucanss » to local administrators (P3). */
export const isReserved = (role: Role): boolean => role.kind === 'ordinary' && role.validator === 'ucanss';

/** Of those that are given and taken away in lists: ordinary, not free (P3b, P4). Closed, one is only taken away. */
export const isManaged = (role: Role): boolean => role.kind === 'ordinary' && role.validator !== 'free';

/** In the lists to grant: the same, not closed. */
export const isGrantable = (role: Role): boolean => isManaged(role) && !role.closed;

/** No longer given by accepting a request: it was closed, or is free now (P4). */
export const isWithdrawn = (role: Role): boolean => role.closed || role.validator === 'free';

/** Who validates a role, as screens, files and the trail say it (F6, F8). */
export const VALIDATOR_NAMES: Readonly<Record<Role['validator'], string>> = {
  local_administrator: 'Administrateur local',
  ucanss: 'Ucanss',
  free: 'Accès libre',
};

/** How a role is asked for, the same way (F5). */
export const REQUEST_MODE_NAMES: Readonly<Record<Role['requestMode'], string>> = {
  online: 'En ligne',
  procedure: 'Par une procédure',
  none: 'Ne se demande pas',
};
