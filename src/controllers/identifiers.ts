import type { Request } from 'express';
import { NotFound } from '../domain/errors.ts';
import { identifier, smallIdentifier } from '../schemas/fields.ts';

/** @throws NotFound for anything but a decimal identifier. */
function read(kind: typeof identifier | typeof smallIdentifier, text: unknown): number {
  const parsed = kind.safeParse(text);
  if (!parsed.success) throw new NotFound();
  return parsed.data;
}

/** The identifier in the path of this request. @throws NotFound for anything but a decimal identifier. */
export const idOf = (req: Request, name = 'id'): number => read(identifier, req.params[name]);

/** The same, of a record whose identifier takes four bytes. @throws NotFound for anything else. */
export const smallIdOf = (req: Request): number => read(smallIdentifier, req.params.id);

/** The secret of a link, as its address carries it. */
export const tokenOf = (req: Request): string => String(req.params.token);
