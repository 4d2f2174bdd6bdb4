import type { Request } from 'express';
import { accountForm, listMove } from '../schemas/account.ts';
import type { Again } from './declared-form.ts';

/** What a form of the two lists has in one of them; undefined where it cannot be read. */
export const assignedIn = (body: Record<string, unknown>, name: 'roles' | 'tenus'): number[] | undefined =>
  accountForm.shape[name].safeParse(body[name]).data;

/** The roles that a form which is shown again was filled with; undefined for any other page. */
export function refilledIds({ refilled }: Request, name: 'roles' | 'tenus'): number[] | undefined {
  return refilled && (accountForm.shape[name].safeParse(refilled.values[name] ?? []).data ?? []);
}

const NOT_MOVED =
  'Des habilitations étaient cochées sans être déplacées\u00a0: elles viennent de l’être. Vérifiez les deux listes, puis enregistrez.';

/**
 * The second list after « >> » or « << », which only move lines without script; undefined for any other button. Where
 * neither was pressed nothing is saved either (422): what was ticked would be lost without a word.
 */
export function movedLines(body: unknown): Again | undefined {
  const move = listMove.safeParse(body);
  if (!move.success) return undefined;
  const { deplacer, roles, ajouter, retirer } = move.data;
  const [added, removed] = [deplacer === 'retirer' ? [] : ajouter, deplacer === 'ajouter' ? [] : retirer];
  const assigned = [...new Set([...roles, ...added])].filter((id) => !removed.includes(id));
  if (deplacer !== undefined) return { locals: { assigned } };
  return { status: 422, locals: { assigned }, errors: [{ field: null, message: NOT_MOVED }] };
}
