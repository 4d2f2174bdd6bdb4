import type { Request } from 'express';
import { NotFound } from '../domain/errors.ts';
import { identifier } from '../schemas/fields.ts';

/** Identifiers of four bytes: those of the reference data and of the ready-made reasons. */
const GREATEST_SMALL = 2_147_483_647;

/**
 * The identifier in the path of this request.
 * @throws NotFound for anything but a decimal identifier.
 */
export function idOf(req: Request, name = 'id'): number {
  const parsed = identifier.safeParse(req.params[name]);
  if (!parsed.success) throw new NotFound();
  return parsed.data;
}

/**
 * The same, of a record whose identifier takes four bytes.
 * @throws NotFound for anything else.
 */
export function smallIdOf(req: Request): number {
  const id = idOf(req);
  if (id > GREATEST_SMALL) throw new NotFound();
  return id;
}

/** The secret of a link, as its address carries it. */
export const tokenOf = (req: Request): string => String(req.params.token);
