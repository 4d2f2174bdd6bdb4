import type { Notice } from '../middlewares/request.ts';

/** A notice as the layout shows it. */
export interface ShownNotice {
  kind: 'success' | 'information' | 'warning' | 'danger';
  text: string;
  link: { href: string; label: string } | null;
}

type Writer = (values: Record<string, string>) => Omit<ShownNotice, 'link'> & { link?: ShownNotice['link'] };

/** Every notice that a redirect may leave for the next page. */
const NOTICES: Record<string, Writer> = {
  'signed-out': () => ({ kind: 'success', text: 'Vous êtes déconnecté.' }),
  'organism-changed': ({ name }) => ({ kind: 'success', text: `Vous travaillez maintenant pour ${name}.` }),
  'organism-unknown': () => ({ kind: 'danger', text: 'Vous n’administrez pas cet organisme.' }),
};

export function showNotice({ key, values }: Notice): ShownNotice {
  const writer = NOTICES[key];
  if (!writer) throw new Error(`no notice is called ${key}`);
  return { link: null, ...writer(values) };
}
