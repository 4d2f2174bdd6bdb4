import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { contacts, paths, withQuery } from '../paths.ts';
import { templateOf } from './templates.ts';
import { textOf } from './text.ts';

/** A message as it is sent: the same words in text and in HTML. */
export interface Rendered {
  subject: string;
  text: string;
  html: string;
}

const VIEWS = fileURLToPath(new URL('../../views', import.meta.url));

/** Writes a message. `link` is the whole address of its one-use link, '' where it has none. */
export async function renderMessage(
  name: string,
  values: unknown,
  { baseUrl, link }: { baseUrl: string; link: string },
): Promise<Rendered> {
  const template = templateOf(name);
  const subject = template.subject(values);
  const greeting = template.greeting(values);
  const blocks = template.blocks(values, {
    url: (path, query = {}) => baseUrl + withQuery(path, query),
    link,
  });
  const home = baseUrl + paths.home;
  const html = await ejs.renderFile(
    `${VIEWS}/mail/message.ejs`,
    { subject, greeting, blocks, home, contacts },
    { _with: false, views: [VIEWS], cache: true },
  );
  return { subject, text: textOf(greeting, blocks, home), html };
}
