import { contacts } from '../paths.ts';
import type { Block } from './content.ts';

const WRITERS: { [K in Block['kind']]: (block: Extract<Block, { kind: K }>) => string } = {
  paragraph: ({ text }) => text,
  facts: ({ rows }) => rows.map(([label, value]) => `${label}\u00a0: ${value}`).join('\n'),
  quote: ({ label, text }) => `${label}\u00a0:\n${text.replace(/\r\n?/g, '\n').replace(/^/gm, '> ')}`,
  link: ({ text, href }) => `${text}\n${href}`,
  button: ({ label, href }) => `${label}\u00a0:\n${href}`,
};

/** The plain text of a message: the same pieces as its HTML, one after the other. */
export function textOf(greeting: string, blocks: readonly Block[], home: string): string {
  const body = blocks.map((block) => WRITERS[block.kind](block as never));
  return [
    greeting,
    ...body,
    `-- \nEspace Organismes\n${home}\nCe message est automatique. Une question\u00a0? Écrivez à ${contacts.email} ou consultez ${contacts.faq}`,
  ]
    .join('\n\n')
    .concat('\n');
}
