import { z } from 'zod';
import { emailOf, identifier, paragraph, password } from './fields.ts';

/** The change that a form was made for: another one may have taken its place since. */
export const changeOf = (body: unknown): number | null => {
  const parsed = identifier.safeParse((body as { changement?: unknown } | undefined)?.changement);
  return parsed.success ? parsed.data : null;
};

/** « Changement d'adresse », from the account page. */
export const emailChangeForm = z.object({
  email: emailOf('Indiquez la nouvelle adresse.'),
  motif: paragraph(500),
});

/** The same for oneself: the password is asked again, so that an open session is not enough. */
export const ownEmailChangeForm = z.object({
  email: emailOf('Indiquez votre nouvelle adresse.'),
  password,
});
