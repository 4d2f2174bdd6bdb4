import { paths } from '../routes/paths.ts';

/** Where a message's links lead. */
export interface Site {
  /** The address of a page of the portal. */
  url(path: string): string;
  /** The one-use link of this very message, made when it leaves; '' for a template that has none. */
  link: string;
}

/** The page that each one-use link opens. */
const LINK_PATHS = {
  activation: paths.activation,
  password_reset: paths.password.reset,
  request_confirmation: '/inscription/:token',
} as const;

/** The links that a message may carry. */
export type MailedLink = keyof typeof LINK_PATHS;

/** The address of a one-use link. */
export const linkUrl = (baseUrl: string, purpose: MailedLink, token: string): string =>
  baseUrl + LINK_PATHS[purpose].replace(':token', token);
