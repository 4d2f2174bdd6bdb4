import type { z } from 'zod';

/** A fault of a form: the field it is about (null: the whole form) and the sentence to show. */
export interface FieldError {
  field: string | null;
  message: string;
}

/** `input` is what was typed, to be shown again. */
export type FormResult<T> =
  | { valid: true; values: T; input: Record<string, string> }
  | { valid: false; errors: FieldError[]; input: Record<string, string> };

/** What was typed, to be shown again; repeated or structured fields are dropped. */
export function inputOf(body: unknown): Record<string, string> {
  const input: Record<string, string> = {};
  for (const [name, value] of Object.entries(body ?? {})) {
    if (typeof value === 'string') input[name] = value;
  }
  return input;
}

/** Parses a posted form: its values, or one error a field with what was typed (rule 7). */
export function parseForm<T extends z.ZodType>(schema: T, body: unknown): FormResult<z.output<T>> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return { valid: true, values: parsed.data, input: inputOf(body) };
  const errors = new Map<string | null, FieldError>();
  for (const issue of parsed.error.issues) {
    const field = issue.path.length > 0 ? String(issue.path[0]) : null;
    if (!errors.has(field)) errors.set(field, { field, message: issue.message });
  }
  return { valid: false, errors: [...errors.values()], input: inputOf(body) };
}

/** The message of a field, for the view. */
export function messagesOf(errors: readonly FieldError[]): Record<string, string> {
  return Object.fromEntries(
    errors.filter(({ field }) => field !== null).map(({ field, message }) => [field, message]),
  );
}
