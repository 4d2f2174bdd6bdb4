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

export interface Import {
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
