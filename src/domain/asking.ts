import type { Role } from './role.ts';

/** Why a role cannot be asked for online. */
export type RoleRefusal =
  | 'unknown'
  | 'closed'
  | 'free'
  | 'delegated'
  | 'national'
  | 'procedure'
  | 'not_online';

/** Why a person cannot ask for a role: the role itself, or what they hold or asked already. */
export type AskingRefusal = RoleRefusal | 'held' | 'pending';

/** Why this role cannot be asked for, or null (F5, P3b, P4). What the person holds is for the caller to know. */
export function roleRefusal(role: Role | undefined): RoleRefusal | null {
  if (role === undefined) return 'unknown';
  if (role.closed) return 'closed';
  if (role.kind === 'local_administrator') return 'delegated';
  if (role.kind === 'national') return 'national';
  if (role.validator === 'free') return 'free';
  if (role.requestMode === 'online') return null;
  return role.requestMode === 'procedure' ? 'procedure' : 'not_online';
}
