import { z } from 'zod';
import { email, line, password } from './fields.ts';

/** « Connexion ». Other fields (_csrf, retour) are read apart. */
export const signInForm = z.object({ email, password });

/** One's password, asked again. */
export const passwordForm = z.object({ password });

/** A code of an application, or a recovery code, as it is typed. */
export const codeForm = z.object({ facteur: line(40, 'Saisissez le code.') });
