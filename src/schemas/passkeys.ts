import { z } from 'zod';
import { line } from './fields.ts';

const LONGEST_ANSWER = 20_000;
const UNREADABLE = 'Cette réponse n’est pas celle d’une clé d’accès\u00a0: recommencez.';

/** Bytes, as browsers write them. */
const bytes = z.string().regex(/^[\w-]+$/);

const answerOf = <T extends z.ZodType>(response: T) =>
  z
    .object({
      id: bytes.max(1400),
      rawId: bytes,
      type: z.literal('public-key'),
      response,
    })
    .refine(({ id, rawId }) => id === rawId)
    .transform((answer) => ({ ...answer, clientExtensionResults: {} }));

/** What a browser answers for a passkey, as a JSON text. */
const answered = <T extends z.ZodType>(shape: T) =>
  z
    .string({ error: UNREADABLE })
    .max(LONGEST_ANSWER, UNREADABLE)
    .transform((text, context): z.output<T> => {
      const parsed = shape.safeParse(jsonOf(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: UNREADABLE });
      return z.NEVER;
    });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const signature = z
  .object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.nullish(),
  })
  .transform(({ userHandle, ...signed }) => (userHandle ? { ...signed, userHandle } : signed));

const newKey = z.object({
  clientDataJSON: bytes,
  attestationObject: bytes,
  transports: z
    .array(z.string().regex(/^[a-z-]{1,20}$/))
    .max(10)
    .catch([]),
});

/** A passkey that shows who one is. */
export const passkeyForm = z.object({ reponse: answered(answerOf(signature)) });

/** What its person calls one. */
export const passkeyNameForm = z.object({ nom: line(60, 'Donnez un nom à cette clé d’accès.') });

/** One that is added. */
export const newPasskeyForm = passkeyNameForm.extend({
  reponse: answered(answerOf(newKey)),
});
