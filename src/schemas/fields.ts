import { z } from 'zod';

// Control characters never belong to what people type on one line; NUL would not even reach PostgreSQL.
const CONTROL = /\p{Cc}/u;
// In a text of several lines, only tabs and line ends are fine.
const CONTROL_IN_TEXT = /[^\P{Cc}\t\n\r]/u;

const tooLong = (maximum: number) => `Ce champ ne peut pas dépasser ${maximum} caractères.`;
const UNREADABLE = 'Ce champ contient des caractères qui ne peuvent pas être enregistrés.';

/** A line of text, trimmed; `required` is the sentence shown when it is empty. */
export function line(maximum: number, required?: string) {
  const text = z
    .string({ error: required ?? UNREADABLE })
    .trim()
    .max(maximum, tooLong(maximum))
    .refine((value) => !CONTROL.test(value) && value.isWellFormed(), UNREADABLE);
  return required === undefined ? text : text.min(1, required);
}

// Names and functions stand in the greeting of messages: what leads elsewhere has no place there.
const LINK = /:\/\/|www\./i;

/** Who a person is, or what they do: a line without a link. */
export const named = (maximum: number, required?: string) =>
  line(maximum, required).refine(
    (value) => !LINK.test(value),
    'Ce champ ne peut pas contenir l’adresse d’un site.',
  );

/** A last name, in the capitals that every screen shows it in: « Prénom NOM ». */
export const lastName = (required: string) =>
  named(80, required).transform((name) => name.toLocaleUpperCase('fr'));

/** A text of several lines, trimmed. */
export function paragraph(maximum: number, required?: string) {
  const text = z
    .string({ error: required ?? UNREADABLE })
    .trim()
    .max(maximum, tooLong(maximum))
    .refine((value) => !CONTROL_IN_TEXT.test(value) && value.isWellFormed(), UNREADABLE);
  return required === undefined ? text : text.min(1, required);
}

/** A professional e-mail, in lower case: the identifier of an account (R49). `required` is said when it is empty. */
export const emailOf = (required: string) =>
  line(254, required)
    .toLowerCase()
    .pipe(z.email('Indiquez une adresse complète, par exemple nom@organisme.fr.'));

/** One's own professional e-mail. */
export const email = emailOf('Indiquez votre adresse professionnelle.');

/** A password as typed: any character but NUL, at most 128 (more would only cost time to hash). */
export const password = z
  .string({ error: 'Indiquez votre mot de passe.' })
  .min(1, 'Indiquez votre mot de passe.')
  .max(128, 'Un mot de passe a 128 caractères au plus.')
  .refine((value) => !value.includes('\0'), UNREADABLE);

/** An inclusive end date, 'YYYY-MM-DD', or null when left empty; never before today, the day in Paris (P8). */
export const endDate = (today: string) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? null : value),
    z.iso
      .date('Indiquez une date complète, par exemple 31/12/2027.')
      .refine(
        (day) => day >= today,
        'Indiquez une date à venir\u00a0: un droit ne peut pas finir avant aujourd’hui.',
      )
      .refine((day) => day < '2100-01-01', 'Indiquez une date avant 2100.')
      .nullable(),
  );

/** A decimal identifier in a path or a form; anything else is as if it did not exist. */
export const identifier = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);
