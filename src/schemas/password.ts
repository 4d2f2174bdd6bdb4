import { z } from 'zod';
import { email, password, passwordOr } from './fields.ts';

/** « Mot de passe oublié ». */
export const forgottenPasswordForm = z.object({ email });

/** « Nouveau mot de passe », typed twice. How hard it is to guess is judged by the service. */
export const newPasswordForm = z
  .object({
    password,
    confirmation: z
      .string({ error: 'Confirmez votre mot de passe.' })
      .min(1, 'Confirmez votre mot de passe.'),
  })
  .refine((values) => values.password === values.confirmation, {
    path: ['confirmation'],
    message: 'Les deux mots de passe sont différents.',
  });

/** « Changer de mot de passe »: the present one, then another. */
export const changedPasswordForm = newPasswordForm.safeExtend({
  actuel: z
    .string({ error: 'Saisissez votre mot de passe actuel.' })
    .min(1, 'Saisissez votre mot de passe actuel.')
    .max(128),
  password: passwordOr('Saisissez votre nouveau mot de passe.'),
});

/** Its fields, as they stand. */
export const PASSWORD_FIELDS = ['actuel', 'password', 'confirmation'];

/** What the page asks while one types; of who is signed in and changes theirs, there is no link. */
export const strengthForm = z.object({
  usage: z.enum(['activation', 'password_reset', 'change']),
  lien: z.string().max(64),
  password,
});
