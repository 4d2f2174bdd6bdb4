import type { Changes } from '../domain/changes.ts';
import { quoted } from './event-wording.ts';

/** « … a été modifié entre-temps »: what is stored where it differs from what was typed. `changed`: by whom, if known. */
export const conflictOf = (changed: string, changes: Changes) => ({
  sentence: `${changed} entre-temps. Votre saisie est gardée ci-dessous, et rien n’est encore enregistré\u00a0: comparez, puis enregistrez de nouveau si elle convient.`,
  differences: Object.entries(changes).map(([name, { from, to }]) => ({
    name,
    stored: quoted(from),
    typed: quoted(to),
  })),
});
