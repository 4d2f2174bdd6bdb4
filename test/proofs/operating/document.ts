import { textOf } from '../../tools/sources.ts';

export const DOCUMENT = 'docs/operating.md';

interface Block {
  language: string;
  text: string;
}

/** The blocks of code of the document, without the indentation of the list that they stand in. */
const BLOCKS: readonly Block[] = [...textOf(DOCUMENT).matchAll(/^( *)```([a-z]+)\n([\s\S]*?)^\1```$/gm)].map(
  ([, indent = '', language = '', text = '']) => ({
    language,
    text: text.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }),
);

const used = new Set<Block>();

/** The one block of the document that has these words: what is done is what is written there. */
export function blockWith(words: string): string {
  const [block, ...others] = BLOCKS.filter(({ text }) => text.includes(words));
  if (!block || others.length > 0) throw new Error(`${DOCUMENT} has not one block with « ${words} »`);
  used.add(block);
  return block.text;
}

/** Every block of this language that nothing has asked for yet. */
export function otherBlocks(language: string): string[] {
  const blocks = BLOCKS.filter((block) => block.language === language && !used.has(block));
  for (const block of blocks) used.add(block);
  return blocks.map(({ text }) => text);
}

/** The first line of each block that was not asked for: nobody knows whether it works. */
export const unprovedBlocks = (): string[] =>
  BLOCKS.filter((block) => !used.has(block)).map(({ text }) => text.split('\n')[0] ?? '');

/** What the document says between two words of a sentence: a figure, a command. */
export function said(pattern: RegExp): string {
  const found = pattern.exec(textOf(DOCUMENT).replace(/\s+/g, ' '))?.[1];
  if (found === undefined) throw new Error(`${DOCUMENT} no longer says ${pattern}`);
  return found;
}
