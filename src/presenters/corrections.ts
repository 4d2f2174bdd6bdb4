import type { Changes } from '../domain/changes.ts';
import { quoted } from './event-wording.ts';

/** « Fonction : « Agent » devient « Cadre » », a line a field, of a correction of one's own record (R78); none of any other request. */
export const correctionLines = (changes: Changes | null | undefined): string[] =>
  Object.entries(changes ?? {}).map(
    ([field, { from, to }]) =>
      `${field.charAt(0).toUpperCase()}${field.slice(1)}\u00a0: ${quoted(from)} devient ${quoted(to)}`,
  );

/** « Rôle concerné » with what it would correct, in one line. */
export const withCorrection = (label: string, changes: Changes | null): string =>
  changes === null ? label : `${label} (${correctionLines(changes).join('\u00a0; ')})`;
