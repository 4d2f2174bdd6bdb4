/**
 * True when an address is outside the mail domain of its organism: to be flagged, never refused (F1). A sub-domain
 * is inside; an organism without known domain flags nobody. Both are in lower case.
 */
export function isOutsideMailDomain(email: string, mailDomain: string | null): boolean {
  if (mailDomain === null) return false;
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return domain !== mailDomain && !domain.endsWith(`.${mailDomain}`);
}
