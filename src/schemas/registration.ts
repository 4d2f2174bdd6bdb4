import { z } from 'zod';
import { chooseOrganism, type OpenOrganism, type OrganismChoice } from '../domain/organism-choice.ts';
import type { Registration } from '../services/registration.ts';
import { email, firstName, lastName, line, named, paragraph, phone } from './fields.ts';
import { type FieldError, type FormResult, inputOf, parseForm } from './form.ts';

const ORGANISM_REQUIRED = 'Indiquez votre organisme, par son nom ou par son code.';

/** « S'inscrire ». */
const registrationForm = z.object({
  nom: lastName('Indiquez votre nom.'),
  prenom: firstName('Indiquez votre prénom.'),
  email,
  fonction: named(150, 'Indiquez votre fonction.'),
  telephone: phone,
  organisme: line(200, ORGANISM_REQUIRED),
  organisme_choisi: line(20),
  motif: paragraph(1000, 'Indiquez le motif de votre demande.'),
});

const ORDER = Object.keys(registrationForm.shape);

/** With the organisms that what was typed could mean. */
type RegistrationResult = FormResult<Registration> & { locals: { choices: OpenOrganism[] } };

/** Parses « S'inscrire »; the organism is looked up even beside other faults, so that all are told at once. */
export function parseRegistration(body: unknown, organisms: readonly OpenOrganism[]): RegistrationResult {
  const form = parseForm(registrationForm, body);
  const input = inputOf(body);
  const read = form.valid ? form.values : input;
  const errors = form.valid ? [] : form.errors;
  const readable = !errors.some(({ field }) => field === 'organisme' || field === 'organisme_choisi');
  const choice = readable
    ? chooseOrganism(read.organisme ?? '', read.organisme_choisi ?? '', organisms)
    : ({ kind: 'unread' } as const);
  if (form.valid && choice.kind === 'found') {
    const { nom, prenom, fonction, telephone, motif } = form.values;
    const person = { lastName: nom, firstName: prenom, email: form.values.email, functionTitle: fonction };
    const values = { ...person, phone: telephone, reason: motif, organism: choice.organism };
    return { valid: true, values, input, locals: { choices: [] } };
  }
  const fault = choice.kind === 'unread' ? null : organismFault(choice, input.organisme ?? '');
  const all = fault === null ? errors : [...errors, fault];
  const rank = ({ field }: FieldError) => ORDER.indexOf(field ?? '');
  return {
    valid: false,
    errors: all.toSorted((one, other) => rank(one) - rank(other)),
    input,
    locals: { choices: choice.kind === 'choices' ? choice.organisms : [] },
  };
}

function organismFault(choice: OrganismChoice, typed: string): FieldError | null {
  if (choice.kind === 'found') return null;
  if (choice.kind === 'unknown') {
    const message = `Aucun organisme ne correspond à «\u00a0${typed}\u00a0»\u00a0: indiquez son nom exact, son code, sa ville ou son département.`;
    return { field: 'organisme', message };
  }
  const one = choice.organisms.length === 1;
  const found = one
    ? 'Un organisme correspond'
    : choice.more
      ? 'De nombreux organismes correspondent'
      : 'Plusieurs organismes correspondent';
  const next = one
    ? 'confirmez que c’est le vôtre'
    : choice.more
      ? 'choisissez le vôtre, ou précisez son nom'
      : 'choisissez le vôtre';
  return { field: 'organisme_choisi', message: `${found} à «\u00a0${typed}\u00a0»\u00a0: ${next}.` };
}
