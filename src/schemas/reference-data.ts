import { z } from 'zod';
import { DEPARTMENTS } from '../domain/departments.ts';
import { ARTICLES, type Article } from '../domain/organism-name.ts';
import { folded } from '../domain/search.ts';
import { asciiDomain } from '../domain/text.ts';
import { line, paragraph, webAddress } from './fields.ts';

/** Longest default duration of a right, in days: ten years. */
const MOST_DAYS = 3650;

/** The version that the form was shown; anything else is a form that is out of date. */
const version = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number)
  .catch(0);

const closed = z
  .enum(['ouvert', 'ferme'], 'Choisissez «\u00a0Ouvert\u00a0» ou «\u00a0Fermé\u00a0».')
  .transform((state) => state === 'ferme');

/** A text without accents or signs, to make a code of a name. */
const slug = (text: string): string =>
  folded(text)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);

/** The code of an application or a role; made of its name where it is left empty. */
const code = line(60)
  .default('')
  .refine(
    (value) => value === '' || /^[a-z0-9][a-z0-9-]*$/.test(value),
    'Un code n’a que des lettres minuscules sans accent, des chiffres et des tirets, par exemple energie-lecteur.',
  );

type Coded = { code: string };

/** Fills an empty code from the name, where the name gives one. */
const withCode =
  <T extends Coded>(nameOf: (values: T) => string) =>
  (values: T, context: z.RefinementCtx): T => {
    if (values.code !== '') return values;
    const made = slug(nameOf(values)).replace(/-$/, '');
    if (made !== '') return { ...values, code: made };
    context.addIssue({ code: 'custom', path: ['code'], message: 'Indiquez un code.' });
    return z.NEVER;
  };

const application = {
  nom: line(100, 'Indiquez le nom de l’application.'),
  theme: line(100, 'Indiquez le thème, par exemple «\u00a0Ressources humaines\u00a0».'),
  adresse: webAddress(500),
};

/** « Modification de l'application ». */
export const applicationForm = z.object({ ...application, version });

/** « Nouvelle application ». */
export const newApplicationForm = z.object({ ...application, code }).transform(withCode(({ nom }) => nom));

const words = {
  libelle: line(100, 'Indiquez le libellé du rôle.'),
  description: paragraph(1000, 'Dites en une phrase ce que le rôle permet.'),
  public: paragraph(500, 'Dites à qui le rôle s’adresse.'),
};

const days = z
  .string()
  .trim()
  .default('')
  .refine(
    (value) => value === '' || (/^[1-9]\d{0,3}$/.test(value) && Number(value) <= MOST_DAYS),
    'Indiquez un nombre de jours entier, de 1 à 3\u00a0650 (dix ans), ou laissez ce champ vide.',
  )
  .transform((value) => (value === '' ? null : Number(value)));

const given = {
  validation: z.enum(['local_administrator', 'ucanss', 'free'], 'Choisissez qui valide le rôle.'),
  demande: z.enum(['online', 'procedure', 'none'], 'Choisissez comment le rôle se demande.'),
  procedure: paragraph(1000),
  duree: days,
  etat: closed,
};

type Given = { validation: string; demande: string; procedure: string };

// Told beside the faults of other fields, once these three can be read.
const together = z.object({
  validation: given.validation,
  demande: given.demande,
  procedure: given.procedure,
});
const when = ({ value }: { value: unknown }) => together.safeParse(value).success;

/** What goes together: a free role is not asked for (P4), and a procedure is told where there is one (F5). */
const coherent = <T extends z.ZodType<Given>>(form: T) =>
  form
    .refine(({ validation, demande }) => validation !== 'free' || demande === 'none', {
      path: ['demande'],
      when,
      error: 'Un rôle en accès libre ne se demande pas\u00a0: choisissez «\u00a0Ne se demande pas\u00a0».',
    })
    .refine(({ demande, procedure }) => demande !== 'procedure' || procedure !== '', {
      path: ['procedure'],
      when,
      error: 'Décrivez la procédure à suivre\u00a0: elle est affichée à qui veut ce rôle.',
    })
    .refine(({ demande, procedure }) => demande === 'procedure' || procedure === '', {
      path: ['procedure'],
      when,
      error:
        'Une procédure n’est affichée que si le rôle se demande «\u00a0Par une procédure\u00a0»\u00a0: choisissez-le, ou videz ce champ.',
    });

/** « Modification du rôle ». */
export const roleForm = coherent(z.object({ ...words, ...given, version }));

/** The same for « Administrateur local » and the national roles, of which only the words change (P3b). */
export const roleWordsForm = z.object({ ...words, version });

/** « Nouveau rôle », of one of these applications. */
export const newRoleForm = (applications: readonly { id: number }[]) =>
  coherent(
    z.object({
      application: z
        .string({ error: 'Choisissez l’application du rôle.' })
        .refine(
          (value) => applications.some(({ id }) => String(id) === value),
          'Choisissez l’application du rôle.',
        )
        .transform(Number),
      ...words,
      code,
      ...given,
    }),
  ).transform(withCode(({ libelle }) => libelle));

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

const mailDomain = line(253)
  .default('')
  .transform((value) => asciiDomain(value.toLowerCase().replace(/^@/, '')))
  .refine(
    (value) => value === '' || DOMAIN.test(value),
    'Indiquez ce qui suit l’arobase, par exemple caf39.caf.fr, ou laissez ce champ vide.',
  )
  .transform((value) => value || null);

/** What stands before the name in a sentence; null, unless told, for what its first word says. */
const article = z
  .enum(['', ...ARTICLES.filter((each) => each !== ''), 'aucun'], 'Choisissez un article de la liste.')
  .default('')
  .transform((value) => (value === '' ? null : value === 'aucun' ? '' : value) as Article | null);

const organism = (branches: readonly { name: string }[]) => ({
  nom: line(150, 'Indiquez le nom de l’organisme.'),
  sigle: line(30, 'Indiquez le sigle, par exemple CAF.'),
  branche: z
    .string({ error: 'Choisissez une branche.' })
    .refine((name) => branches.some((branch) => branch.name === name), 'Choisissez une branche.'),
  departement: z
    .string({ error: 'Choisissez un département.' })
    .refine((value) => DEPARTMENTS.some((each) => each.code === value), 'Choisissez un département.'),
  ville: line(100, 'Indiquez la ville du siège.'),
  domaine: mailDomain,
  article,
  etat: closed,
});

/** « Modification de l'organisme ». */
export const organismForm = (branches: readonly { name: string }[]) =>
  z.object({ ...organism(branches), version });

/** « Nouvel organisme ». */
export const newOrganismForm = (branches: readonly { name: string }[]) =>
  z.object({
    code: line(20, 'Indiquez le code de l’organisme.')
      .transform((value) => value.toLocaleUpperCase('fr'))
      .refine(
        (value) => /^[A-Z0-9][A-Z0-9-]{1,19}$/.test(value),
        'Un code a de 2 à 20 lettres sans accent, chiffres et tirets, par exemple CAF-391.',
      ),
    ...organism(branches),
  });
