import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob, normalize } from 'node:path';

export const root = join(import.meta.dirname, '../..');

// What is not of our writing; in a second worktree, `.git` is a file.
const LEFT_OUT = new Set(['node_modules', '.git', 'var', 'coverage']);

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (LEFT_OUT.has(path)) return [];
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [path] : [];
  });
}

const all = walk('').sort();

/** The paths of the project's files, from its root, that match one of the patterns; all of them without any. */
export function files(...patterns: string[]): string[] {
  return all.filter(
    (path) => patterns.length === 0 || patterns.some((pattern) => matchesGlob(path, pattern)),
  );
}

/** The text of a file of the project. */
export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** How many lines a file has. */
export const lineCount = (file: string): number => textOf(file).trimEnd().split('\n').length;

interface Import {
  /** As written. */
  specifier: string;
  /** The file it names, from the root; null for a package. */
  target: string | null;
  typeOnly: boolean;
}

const STATEMENT =
  /^(?:import|export)\b(\s+type\b)?[^;'"]*?\sfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;

/** What a TypeScript file imports or re-exports. */
export function importsOf(file: string): Import[] {
  return [...textOf(file).matchAll(STATEMENT)].map(([, type, from, bare, dynamic]) => {
    const specifier = from ?? bare ?? dynamic ?? '';
    const target = specifier.startsWith('.') ? normalize(join(file, '..', specifier)) : null;
    return { specifier, target, typeOnly: type !== undefined };
  });
}

const DECLARED =
  /^export (?:(?:async|abstract|declare) )*(function\*?|const|let|class|interface|type|enum) (\w+)/gm;
const LISTED = /^export (?:type )?\{([^}]*)\}/gm;

interface Exported {
  name: string;
  /** True for what is no more once types are stripped. */
  typeOnly: boolean;
}

/** What stands in braces, without what it is renamed to. */
const listed = (braces: string, separator = ' as '): string[] =>
  braces
    .split(',')
    .map(
      (each) =>
        each
          .trim()
          .replace(/^type /, '')
          .split(separator)[0] ?? '',
    )
    .filter((name) => name !== '');

/** What a TypeScript file exports by a name. @throws where it exports in a way that is not known here */
export function exportsOf(file: string): Exported[] {
  const text = textOf(file);
  const declared = [...text.matchAll(DECLARED)];
  const lists = [...text.matchAll(LISTED)];
  if (declared.length + lists.length < (text.match(/^export\b/gm) ?? []).length)
    throw new Error(`${file} exports in a way that is not known`);
  return [
    ...declared.map(([, kind, name = '']) => ({ name, typeOnly: kind === 'interface' || kind === 'type' })),
    ...lists.flatMap(([all, names = '']) =>
      names.split(',').flatMap((each) => {
        const name =
          each
            .trim()
            .split(/ as | /)
            .at(-1) ?? '';
        return name === '' ? [] : [{ name, typeOnly: /^export type|^\s*type /.test(all) }];
      }),
    ),
  ];
}

const CLAUSES = /^(?:import|export)\s+(?:type\s+)?([^;'"]*?)\s+from\s+'(\.[^']+)'/gm;
const AWAITED = /(?:\{([^{}]*)\}\s*=\s*)?await import\(\s*'(\.[^']+)'\s*\)/g;
const TYPE_OF = /\bimport\('(\.[^']+)'\)\.(\w+)/g;

/** The names that a file takes from others, as « file#name »; « file#* » for all that the file has. */
export function namesImportedBy(file: string): string[] {
  const text = textOf(file);
  const of = (specifier: string, names: string[]) =>
    names.map((name) => `${normalize(join(file, '..', specifier))}#${name}`);
  const ofNamespace = (alias: string) => {
    const uses = [...text.matchAll(new RegExp(`\\b${alias}\\b(?:\\.(\\w+))?`, 'g'))].slice(1);
    return uses.map(([, name = '*']) => name);
  };
  const namesOf = (clause: string): string[] => {
    const alias = /\* as (\w+)/.exec(clause)?.[1];
    if (alias !== undefined) return ofNamespace(alias);
    return clause.startsWith('*') ? ['*'] : listed(/\{([^}]*)\}/.exec(clause)?.[1] ?? '');
  };
  return [
    ...[...text.matchAll(CLAUSES)].flatMap(([, clause = '', from = '']) => of(from, namesOf(clause))),
    ...[...text.matchAll(AWAITED)].flatMap(([, names, from = '']) =>
      of(from, names === undefined ? ['*'] : listed(names, ':')),
    ),
    ...[...text.matchAll(TYPE_OF)].flatMap(([, from = '', name = '']) => of(from, [name])),
  ];
}
