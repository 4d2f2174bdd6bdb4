import type { DepartureTerms } from './departure.ts';

/** What is asked now, and done on a day (P10). */
export interface PlannedTerms {
  departure: DepartureTerms;
  /** `replaces`: « Prénom NOM » of who is replaced meanwhile (R79); '' for nobody. `endsOn`: inclusive. */
  delegation: { reason: string; endsOn: string | null; replaces: string };
  /** The line of a file that asks it; `person`: « Prénom NOM », who may have no account yet; `what`, as it is told. */
  nomination: { lineId: number; person: string; what: string };
}

export type PlannedKind = keyof PlannedTerms;

/** As messages, pages and the trail name each. */
export const PLANNED_NAMES: Readonly<Record<PlannedKind, string>> = {
  departure: 'Départ',
  delegation: 'Délégation',
  nomination: 'Nomination',
};

/**
 * Why what was planned is not done: who asked it may no more; the person's account was closed, or they joined another
 * organism; the rule of the act forbids it on its day; another day was asked for; or the file that asked it is undone.
 */
export type PlannedEnd = 'asker' | 'deactivated' | 'attached' | 'refused' | 'replaced' | 'undone';

/** Why what is planned is not given up by somebody. */
export type CancelFault = 'oneself' | 'beyond';

/** P1, P9: nobody gives up what is planned for themselves, nor a local administrator what Ucanss planned. */
export function cancelFault(
  actor: { id: number; national: string | null },
  act: { accountId: number | null; byUcanss: boolean },
): CancelFault | null {
  if (act.accountId === actor.id) return 'oneself';
  return act.byUcanss && actor.national !== 'administrator' ? 'beyond' : null;
}

/** What the trail tells of it. */
export function plannedDetails(act: PlannedOf): PlannedDetails {
  const { kind, effectiveOn: on } = act;
  if (act.kind === 'departure') {
    const { reason, rights, requests } = act.terms;
    return { kind, on, reason, rights, requests };
  }
  if (act.kind === 'nomination') return { kind, on };
  const { reason, endsOn, replaces } = act.terms;
  return {
    kind,
    on,
    ...(reason === '' ? {} : { reason }),
    ...(endsOn === null ? {} : { ends_on: endsOn }),
    ...(replaces === '' ? {} : { replaces }),
  };
}

type PlannedOf = {
  [K in PlannedKind]: { kind: K; effectiveOn: string; terms: PlannedTerms[K] };
}[PlannedKind];

export interface PlannedDetails {
  kind: PlannedKind;
  /** The day on which it is to be done. */
  on: string;
  reason?: string;
  ends_on?: string;
  replaces?: string;
  rights?: boolean;
  requests?: boolean;
}
