import { z } from 'zod';
import { addDays, LATEST_DAY } from '../domain/calendar.ts';
import {
  capitals,
  cleanLine,
  cleanText,
  type EmailFault,
  emailFault,
  hasLetter,
  isPiledUp,
  isShown,
  pastedAddress,
} from '../domain/text.ts';

// What only a form made by hand can bring has a sentence too, in French.
z.config({ customError: () => 'Cette valeur n’est pas valide.' });

const tooLong = (maximum: number) => `Ce champ ne peut pas dépasser ${maximum} caractères.`;
const PILED_UP = 'Ce champ a trop d’accents sur une même lettre.';
const UNREADABLE = 'Ce champ contient des caractères qui ne peuvent pas être enregistrés.';

/**
 * What is typed, by `clean` what is stored: it alone is judged. A field that is not there is an empty one; `required` is
 * the sentence shown then.
 */
function typed(
  clean: (text: string) => string,
  maximum: number,
  required?: string,
  long: string = tooLong(maximum),
) {
  const stored = z.string().max(maximum, long);
  return z
    .string({ error: required ?? UNREADABLE })
    .refine((value) => value.isWellFormed(), { error: UNREADABLE, abort: true })
    .transform(clean)
    .pipe(required === undefined ? stored : stored.refine(isShown, { error: required, abort: true }))
    .refine((value) => !isPiledUp(value), PILED_UP)
    .prefault('');
}

/** A line of text, as cleanLine() makes it. */
export const line = (maximum: number, required?: string) => typed(cleanLine, maximum, required);

/** A text of several lines, as cleanText() makes it. */
export const paragraph = (maximum: number, required?: string) => typed(cleanText, maximum, required);

// Names and functions stand in the greeting of messages: what leads elsewhere has no place there.
const LINK = /:\/\/|www\./i;
const NO_LINK = 'Ce champ ne peut pas contenir l’adresse d’un site.';
const withoutLink = (value: string): boolean => !LINK.test(value);

/** Where a link may lead: a site, named, without anybody's name or password in the address. */
function isWebAddress(value: string): boolean {
  if (!/^https?:\/\/[^\s/\\]/i.test(value) || /[\s\\]/.test(value)) return false;
  const url = URL.parse(value);
  return url !== null && url.username === '' && url.password === '';
}

/** The address of a site, as typed, or null when left empty. */
export const webAddress = (maximum: number) =>
  line(maximum)
    .refine(
      (value) => value === '' || isWebAddress(value),
      'Indiquez une adresse complète, qui commence par https:// ou http://, par exemple https://energie.exemple.fr, ou laissez ce champ vide.',
    )
    .transform((value) => value || null);

/** What a person does: a line without a link. */
export const named = (maximum: number, required?: string) =>
  line(maximum, required).refine(withoutLink, NO_LINK);

const LONGEST_NAME = 80;
const nameOf = (clean: (text: string) => string, required: string, called: string) =>
  typed(clean, LONGEST_NAME, required, `${called} ne peut pas dépasser ${LONGEST_NAME} caractères.`)
    .refine(withoutLink, NO_LINK)
    .refine((name) => hasLetter(name), 'Un nom a au moins une lettre.')
    .refine((name) => !/^\p{M}/u.test(name), 'Un nom ne commence pas par un accent seul.');

/** A first name: a line without a link, with something to call the person by. */
export const firstName = (required: string) => nameOf(cleanLine, required, 'Le prénom');

/** A last name, in the capitals that every screen shows it in: « Prénom NOM ». */
export const lastName = (required: string) =>
  nameOf((text) => capitals(cleanLine(text)), required, 'Le nom, une fois en capitales,');

const PHONE = /^\+?[\d .()/-]+$/;
const FEWEST_DIGITS = 6;
const isPhone = (text: string): boolean =>
  PHONE.test(text) && text.replace(/\D/g, '').length >= FEWEST_DIGITS;

/** A telephone number, or nothing. Spaces and hyphens are those of a keyboard, whatever was pasted. */
export const phone = typed(
  (text) =>
    cleanLine(text)
      .replace(/\p{Zs}/gu, ' ')
      .replace(/\p{Pd}/gu, '-'),
  30,
).refine(
  (value) => value === '' || isPhone(value),
  'Indiquez un numéro de téléphone, par exemple 03 84 00 00 00, ou laissez ce champ vide.',
);

const TAKEN = "seulement des lettres sans accent, des chiffres et . - _ + '";
const COMPLETE = 'Indiquez une adresse complète, par exemple nom@organisme.fr.';

/** What to type in place of a sign that a word processor made of one of the keyboard's; null for any other. */
function keyOf(sign: string): string | null {
  const made = (what: string, key: string) => `${what} d’un traitement de texte\u00a0: tapez ${key}.`;
  if (/[\u2018\u2019\u02bc\u00b4\u0060\u2032\uff07]/.test(sign))
    return made('l’apostrophe', "celle du clavier, '");
  return /\p{Pd}/u.test(sign) ? made('le trait d’union', 'celui du clavier, -') : null;
}

/** What an address cannot have, even where nothing of it is seen. */
function told(sign: string): string {
  if (/\s/u.test(sign)) return 'd’espace';
  return /[\p{C}\p{M}]/u.test(sign) ? 'de caractère invisible' : `le caractère «\u00a0${sign}\u00a0»`;
}

/** Why an address is refused, in a sentence. */
function emailFaultSentence(fault: EmailFault): string {
  switch (fault.kind) {
    case 'no-at':
      return `${COMPLETE} Il manque l’arobase (@).`;
    case 'several':
      return 'Indiquez une seule adresse, avec une seule arobase (@).';
    case 'nothing-before':
      return `${COMPLETE} Il manque ce qui précède l’arobase (@).`;
    case 'dots':
      return 'Avant l’arobase, une adresse ne commence ni ne finit par un point, et n’en a pas deux de suite.';
    case 'incomplete':
      return COMPLETE;
    case 'too-long':
      return 'Avant l’arobase, une adresse ne peut pas dépasser 64 caractères.';
    case 'domain':
      return `Ce qui suit l’arobase n’est pas un nom de domaine. ${COMPLETE}`;
    case 'character': {
      const { culprit } = fault;
      const keyed = keyOf(culprit);
      const rest = keyed === null ? `\u00a0: ${TAKEN}` : `, ${keyed}`;
      return `Avant l’arobase, une adresse ne peut pas avoir ${told(culprit)}${rest}`;
    }
  }
}

/**
 * A professional e-mail, in lower case: the identifier of an account (R49). The address is taken out of what was pasted
 * with it, a domain with accents is in punycode; `required` is said when it is empty.
 */
export const emailOf = (required: string) =>
  typed(pastedAddress, 254, required).superRefine((address, context) => {
    const fault = address === '' ? null : emailFault(address);
    if (fault !== null) context.addIssue({ code: 'custom', message: emailFaultSentence(fault) });
  });

/** One's own professional e-mail. */
export const email = emailOf('Indiquez votre adresse professionnelle.');

/**
 * A password as typed: any character but NUL, at most 128 (more would only cost time to hash).
 * @param missing what is said of none
 */
export const passwordOr = (missing: string) =>
  z
    .string({ error: missing })
    .min(1, missing)
    .max(128, 'Un mot de passe a 128 caractères au plus.')
    .refine((value) => !value.includes('\0'), UNREADABLE);

export const password = passwordOr('Indiquez votre mot de passe.');

/** « 29/12/2026 » as a field of dates sends it where it is one; anything else as it is. */
const isoDay = (value: unknown): unknown =>
  typeof value === 'string' ? value.trim().replace(/^(\d\d)\/(\d\d)\/(\d{4})$/, '$3-$2-$1') : value;

const COMPLETE_DAY = 'Indiquez une date complète et qui existe, par exemple 31/12/2027.';
/** What is planned further ahead is forgotten. */
const FARTHEST_DAYS = 730;

/** An inclusive end date, 'YYYY-MM-DD', or null when left empty; never before today, the day in Paris (P8). */
export const endDate = (today: string) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? null : isoDay(value)),
    z.iso
      .date(COMPLETE_DAY)
      .refine(
        (day) => day >= today,
        'Indiquez une date à venir\u00a0: un droit ne peut pas finir avant aujourd’hui.',
      )
      .refine((day) => day <= LATEST_DAY, 'Indiquez une date avant la fin de 2100.')
      .nullable(),
  );

/** The day of an act to come, 'YYYY-MM-DD', or null for now: left empty, or today. The day in Paris (P8). */
export const effectiveDay = (today: string) =>
  z
    .preprocess(
      (value) => (value === undefined || value === '' ? null : isoDay(value)),
      z.iso
        .date(COMPLETE_DAY)
        .refine(
          (day) => day >= today,
          'Cette date est passée\u00a0: laissez ce champ vide pour agir tout de suite.',
        )
        .refine((day) => day <= addDays(today, FARTHEST_DAYS), 'Indiquez une date dans les deux ans à venir.')
        .nullable(),
    )
    .transform((day) => (day === today ? null : day));

/** The greatest identifier of four bytes: those of the reference data and of the ready-made reasons. */
const GREATEST_SMALL = 2_147_483_647;

/** A decimal identifier in a path or a form; anything else is as if it did not exist. */
export const identifier = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** The same, of a record whose identifier takes four bytes. */
export const smallIdentifier = identifier.refine((id) => id <= GREATEST_SMALL);
