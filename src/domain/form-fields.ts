/** The fields of a form, in order: a name may come several times. */
export type FormFields = readonly (readonly [name: string, value: string])[];

/** Fields whose value is in no page, and kept nowhere. */
const SECRETS = new Set(['password', 'confirmation', 'actuel', 'facteur', 'reponse']);

/** What a form was sent with, as it was read from its body. */
export function fieldsOf(body: unknown): FormFields {
  const fields = Object.entries((body ?? {}) as Record<string, string | string[]>);
  return fields.flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const));
}

/** True where a form has something that no page repeats. */
export const hasSecrets = (fields: FormFields): boolean => fields.some(([name]) => SECRETS.has(name));

/** Fields that are of the sending, not of what was typed: token, key, and the mark of a form that is only kept. */
const OF_THE_SENDING = new Set(['_csrf', '_cle', '_garder']);

/** What may be kept of a form: neither passwords nor what is of its sending. */
export const withoutSecrets = (fields: FormFields): FormFields =>
  fields.filter(([name]) => !SECRETS.has(name) && !OF_THE_SENDING.has(name));

/** The values of each field, by its name. */
export function valuesOf(fields: FormFields): Record<string, string[]> {
  // Without prototype: « constructor » is a name like any other.
  const values: Record<string, string[]> = Object.create(null);
  for (const [name, value] of fields) {
    values[name] ??= [];
    values[name].push(value);
  }
  return values;
}
