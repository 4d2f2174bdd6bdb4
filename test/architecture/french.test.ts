import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, textOf } from '../tools/sources.ts';
import { spacingFaults } from '../tools/spacing.ts';

/** The texts of one line that code has between quotes; what is put into them counts as a word, and its own texts as others. */
function textsIn(code: string): string[] {
  const inner: string[] = [];
  let rest = code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  for (;;) {
    const put = /\$\{((?:[^{}`]|`[^`]*`)*)\}/.exec(rest);
    if (put === null) break;
    inner.push(put[1] ?? '');
    rest = rest.replace(put[0], () => 'X');
  }
  const quoted = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`\n]*)`/g;
  return [rest, ...inner].flatMap((part) =>
    [...part.matchAll(quoted)].map(([, ...texts]) => texts.find((text) => text !== undefined) ?? ''),
  );
}

/** What a view says: its texts, and those between quotes in its code. */
function saidBy(view: string): string[] {
  const source = view.replace(/<%#[\s\S]*?%>/g, '');
  const code = [...source.matchAll(/<%[-=]?([\s\S]*?)%>/g)].flatMap(([, inside = '']) => textsIn(inside));
  return [source.replace(/<%[\s\S]*?%>/g, 'X'), ...code];
}

// Messages of the commands are for the console, those of the probes for machines; SQL is no French.
const SILENT = /^src\/(cli|config|database|repositories|middlewares\/health)\b/;

test('no text of a source or of a view has a plain space before « : ; ? ! », nor inside quotation marks', () => {
  const sources = files('src/**/*.ts').filter((file) => !SILENT.test(file));
  const said = [
    ...sources.map((file) => [file, textsIn(textOf(file))] as const),
    ...files('views/**/*.ejs').map((file) => [file, saidBy(textOf(file))] as const),
  ];
  assert.ok(
    said.some(([, texts]) => texts.some((text) => text.includes('\\u00a0'))),
    'texts are found',
  );
  // A word before, a space or the end after: anything else is code.
  const french = (fault: string) => /« | »|[\p{L}»)…] [:;?!](\s|$)/u.test(fault);
  const faults = said.flatMap(([file, texts]) =>
    texts
      .flatMap(spacingFaults)
      .filter(french)
      .map((fault) => `${file}: ${fault}`),
  );
  assert.deepEqual(faults, []);
});
