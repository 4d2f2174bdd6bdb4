import { z } from 'zod';
import { email, password } from './fields.ts';

/** « Connexion ». Other fields (_csrf, retour) are read apart. */
export const signInForm = z.object({ email, password });
