import type { EventAction } from '../domain/audit-event.ts';
import { changed, quoted, type Wording } from './event-wording.ts';
import { plural } from './format.ts';

type ReferenceAction = Extract<
  EventAction,
  | `application.${string}`
  | `organism.${string}`
  | `role.${string}`
  | `refusal_reason.${string}`
  | 'text.normalised'
  | 'seed.loaded'
>;

/** The acts on the reference data in French. */
export const REFERENCE_WORDINGS: { [A in ReferenceAction]: Wording<A> } = {
  'organism.created': {
    label: 'Organisme créé',
    sentence: (_e, { code, name }) => `Organisme ${quoted(name)} créé (${code})`,
    tone: 'success',
    icon: 'building',
  },
  'organism.updated': {
    label: 'Organisme modifié',
    sentence: (_e, { code, changes }) => `Organisme ${code} modifié, ${changed(changes)}`,
    icon: 'building',
  },
  'application.created': {
    label: 'Application créée',
    sentence: (_e, { code, name }) => `Application ${quoted(name)} créée (${code})`,
    tone: 'success',
    icon: 'plus-lg',
  },
  'application.updated': {
    label: 'Application modifiée',
    sentence: (_e, { code, changes }) => `Application ${code} modifiée, ${changed(changes)}`,
    icon: 'pencil',
  },
  'role.created': {
    label: 'Rôle créé',
    sentence: (_e, { code, label }) => `Rôle ${quoted(label)} créé (${code})`,
    tone: 'success',
    icon: 'plus-lg',
  },
  'role.updated': {
    label: 'Rôle modifié',
    sentence: (_e, { code, changes }) => `Rôle ${code} modifié, ${changed(changes)}`,
    icon: 'pencil',
  },
  'refusal_reason.saved': {
    label: 'Motif de refus proposé',
    sentence: (_e, { label, from }) =>
      from === undefined
        ? `Motif de refus proposé\u00a0: ${quoted(label)}`
        : `Motif de refus ${quoted(from)} réécrit\u00a0: ${quoted(label)}`,
  },
  'refusal_reason.removed': {
    label: 'Motif de refus retiré',
    sentence: (_e, { label }) => `Motif de refus retiré\u00a0: ${quoted(label)}`,
  },
  'text.normalised': {
    label: 'Textes nettoyés',
    sentence: (_e, details) => {
      const rows = Object.values(details.changed).reduce((sum, count) => sum + count, 0);
      const people = [...new Set(details.named.map(({ name }) => name))];
      const named =
        people.length === 0 ? '' : `\u00a0; noms illisibles remplacés\u00a0: ${people.join(', ')}`;
      return `Caractères invisibles retirés de ${plural(rows, 'ligne', 'lignes')}${named}`;
    },
  },
  'seed.loaded': {
    label: 'Données de référence',
    sentence: (_e, { organisms, roles }) => `${organisms} organismes et ${roles} rôles chargés`,
  },
};
