import type { Request, Response } from 'express';
import { backTo, leaveNotice, managementCrumb, redirectTo } from '../middlewares/request.ts';
import { staleForm } from '../presenters/reference-data.ts';
import type { FieldError } from '../schemas/form.ts';
import type { Changing, Creating, Taken } from '../services/reference-data.ts';

/** What every form of the reference data shows beside its own fields. */
export const formFrame = (req: Request, list: { path: string; label: string }, label: string) => {
  const back = backTo(req, list.path);
  return {
    back,
    breadcrumb: [managementCrumb(req), { label: list.label, href: back }, { label, href: null }],
  };
};

/** A form as it is shown again. */
export interface ShownForm {
  input: Record<string, string>;
  errors?: FieldError[];
  /** Where somebody else changed the record meanwhile. */
  conflict?: ReturnType<typeof staleForm>;
}

/** How the form of a record calls it, its name, and what somebody else did to it. */
export interface FormWords {
  /** The field of the name. */
  name: string;
  /** « Ce libellé ». */
  nameCalled: string;
  /** « Ce rôle a été modifié ». */
  changed: string;
}

type Refused = Taken | Extract<Changing, { kind: 'stale' }>;

export const isRefused = (result: Changing | Creating): result is Refused =>
  result.kind === 'taken' || result.kind === 'stale';

/** The form again, with what was typed: a name or a code that is taken (422), or a record changed meanwhile (409). */
export function refusedForm(
  result: Refused,
  input: Record<string, string>,
  { name, nameCalled, changed }: FormWords,
): ShownForm & { status: number } {
  if (result.kind === 'stale') {
    const conflict = staleForm(changed, result);
    return { status: 409, input: { ...input, version: String(conflict.version) }, conflict };
  }
  const errors = result.faults.map(({ field, by }) =>
    field === 'name'
      ? { field: name, message: `${nameCalled} est déjà celui de «\u00a0${by}\u00a0».` }
      : {
          field: 'code',
          message: `Ce code est déjà celui de «\u00a0${by}\u00a0»\u00a0: indiquez-en un autre.`,
        },
  );
  return { status: 422, input, errors };
}

/** After a change: back to the list, with what was done. `href` is the form again. */
export async function leaveForm(
  req: Request,
  res: Response,
  list: string,
  outcome: { kind: 'changed' | 'unchanged'; sentence: string; href: string },
): Promise<void> {
  const { kind, sentence, href } = outcome;
  if (kind === 'unchanged') leaveNotice(req, 'reference-unchanged');
  else leaveNotice(req, 'reference-saved', { sentence, href });
  await redirectTo(req, res, backTo(req, list));
}
