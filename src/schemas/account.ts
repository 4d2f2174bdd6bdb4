import { z } from 'zod';
import { hasFewWords, MAX_SEARCH_LENGTH, MAX_SEARCH_WORDS } from '../domain/search.ts';
import {
  emailOf,
  endDate,
  firstName,
  lastName,
  line,
  named,
  paragraph,
  phone,
  smallIdentifier,
} from './fields.ts';

/** Roles as the two lists send them: none, one, or several. */
const roleIds = z.preprocess(
  (value) => (value === undefined ? [] : [value].flat()),
  z
    .array(smallIdentifier)
    .max(200)
    .transform((ids) => [...new Set(ids)]),
);

const identity = {
  civilite: z
    .enum(['', 'M.', 'Mme'], 'Choisissez une civilité, ou aucune.')
    .default('')
    .transform((value) => value || null),
  nom: lastName('Indiquez le nom.'),
  prenom: firstName('Indiquez le prénom.'),
  fonction: named(150),
  telephone: phone,
};

/** « Création d'un compte » (R50): mandatory fields have an asterisk on screen. */
export const newAccountForm = z.object({
  ...identity,
  email: emailOf('Indiquez l’adresse professionnelle de la personne.'),
  roles: roleIds,
});

/** Who the person was when the form was shown; whatever a form made by hand has there is as if it were not there. */
const shownAs = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .preprocess((value) => {
      try {
        return JSON.parse(String(value));
      } catch {
        return undefined;
      }
    }, z.object(shape).optional())
    .catch(undefined);

/** « modification de compte » (R47): `tenus` is what the person held when the form was shown, `avant` who they were. */
export const accountForm = z.object({
  ...identity,
  roles: roleIds,
  tenus: roleIds,
  avant: shownAs(identity),
  motif: paragraph(1000),
});

/** The same upon somebody whose identity is not for the actor to change (P9): the two lists alone. */
export const assignmentsForm = accountForm.pick({ roles: true, tenus: true, motif: true });

/** The two lists when « >> » or « << » was pressed without script, or forgotten: lines are ticked and not moved. */
export const listMove = z
  .object({
    deplacer: z.enum(['ajouter', 'retirer']).optional(),
    roles: roleIds,
    ajouter: roleIds,
    retirer: roleIds,
  })
  .refine(({ deplacer, ajouter, retirer }) => deplacer !== undefined || ajouter.length + retirer.length > 0);

/** « Comme un collègue » (R77): who is named, and the one picked among those who could be meant. */
export const colleagueForm = z.object({
  collegue: line(MAX_SEARCH_LENGTH, 'Indiquez un collègue, par son nom ou par son email.').refine(
    hasFewWords,
    `Indiquez seulement le nom, ou l’email\u00a0: ${MAX_SEARCH_WORDS} mots au plus.`,
  ),
  collegue_choisi: line(20).catch(''),
});

/** One's own phone; empty for none. */
export const ownPhoneForm = z.object({ telephone: phone });

const corrected = { nom: identity.nom, prenom: identity.prenom, fonction: identity.fonction };

/** « Proposer une correction » of one's own record (R78). */
export const ownCorrectionForm = z.object({
  ...corrected,
  avant: shownAs(corrected),
  motif: paragraph(1000),
});

/** The end date of a right: empty for none. */
export const endDateForm = (today: string) => z.object({ fin: endDate(today) });
