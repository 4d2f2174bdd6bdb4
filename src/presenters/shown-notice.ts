/** A notice as the layout shows it. */
export interface ShownNotice {
  kind: 'success' | 'information' | 'warning' | 'danger';
  text: string;
  link: { href: string; label: string } | null;
  /** A second one. */
  further?: { href: string; label: string } | null;
  /** What there is to say line by line. */
  lines?: string[];
}

/** What a notice of each kind is made of: its text, and a link where there is more to see. */
const saying =
  (kind: ShownNotice['kind']) =>
  (text: string, link: ShownNotice['link'] = null): ShownNotice => ({ kind, text, link });

export const success = saying('success');
export const information = saying('information');
export const warning = saying('warning');
export const danger = saying('danger');
