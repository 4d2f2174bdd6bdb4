import type { MessageName, MessageValues } from '../domain/message.ts';
import type { Site } from './site.ts';

/** A piece of a message; the text and the HTML part are both written from it. */
export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'facts'; rows: readonly (readonly [label: string, value: string])[] }
  | { kind: 'quote'; label: string; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'button'; label: string; href: string };

/** One message of the portal, in French, from what the act that causes it tells. */
export interface Template<V> {
  subject(values: V): string;
  /** The first line; « Bonjour, » where the recipient's name cannot be vouched for. */
  greeting(values: V): string;
  blocks(values: V, site: Site): Block[];
}

export function defineTemplate<N extends MessageName>(template: Template<MessageValues[N]>) {
  return template;
}

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

/** A sentence that ends on an address. */
export const link = (text: string, href: string): Block => ({ kind: 'link', text, href });

export const button = (label: string, href: string): Block => ({ kind: 'button', label, href });

/** Labels and values, one a line; a null row is left out. */
export const facts = (...rows: (readonly [label: string, value: string] | null)[]): Block => ({
  kind: 'facts',
  rows: rows.filter((row) => row !== null),
});

/** A reason that somebody wrote, or nothing where they wrote none. */
export const quote = (label: string, text: string): Block[] =>
  text === '' ? [] : [{ kind: 'quote', label, text }];
