import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs from 'ejs';

type Locals = Record<string, unknown>;
type Include = (path: string, data?: Locals) => string;
type Compiled = (locals: Locals, escapeText: (value: unknown) => string, include: Include) => string;

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};
const SPECIAL = /[&<>"']/;
const EVERY_SPECIAL = /[&<>"']/g;

/** What `<%=` writes: most texts have nothing to escape, and are only looked at. */
function escapeText(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = String(value);
  return SPECIAL.test(text) ? text.replace(EVERY_SPECIAL, (character) => ESCAPES[character] ?? '') : text;
}

/**
 * Views of a folder, compiled once by EJS, whose includes are resolved from the folder by their bare name. EJS's own
 * include looks for the file and copies every variable each time; here an included view inherits the variables of
 * the one that includes it, at a fifth of the cost (docs/decisions/0006-views.md).
 */
export function templates(root: string): (name: string, locals: Locals) => string {
  const compiled = new Map<string, Compiled>();

  function find(name: string): Compiled {
    let template = compiled.get(name);
    if (!template) {
      template = compile(join(root, `${name}.ejs`));
      compiled.set(name, template);
    }
    return template;
  }

  function render(name: string, locals: Locals): string {
    const include: Include = (path, data) =>
      render(path, data ? Object.assign(Object.create(locals), data) : locals);
    return find(name)(locals, escapeText, include);
  }

  return render;
}

/** The function that EJS generates for a view, without the wrapper that EJS puts around it. */
function compile(file: string): Compiled {
  const template = new ejs.Template(readFileSync(file, 'utf8'), {
    _with: false,
    compileDebug: false,
    filename: file,
  });
  template.compile();
  return new Function(
    'locals',
    'escapeFn',
    'include',
    (template as unknown as { source: string }).source,
  ) as Compiled;
}
