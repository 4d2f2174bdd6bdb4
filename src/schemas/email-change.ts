import { z } from 'zod';
import { emailOf, paragraph, password } from './fields.ts';

/** « Changement d'adresse », from the account page. */
export const emailChangeForm = z.object({
  email: emailOf('Indiquez la nouvelle adresse.'),
  motif: paragraph(500).default(''),
});

/** The same for oneself: the password is asked again, so that an open session is not enough. */
export const ownEmailChangeForm = z.object({
  email: emailOf('Indiquez votre nouvelle adresse.'),
  password,
});
