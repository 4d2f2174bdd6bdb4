import { paths, type Query } from '../paths.ts';

/** Where a message's links lead. */
export interface Site {
  /** The address of a page of the portal. */
  url(path: string, query?: Query): string;
  /** The one-use link of this very message, made when it leaves; '' where it has none. */
  link: string;
}

/** The page that each one-use link opens. */
const LINK_PATHS = {
  activation: paths.activation,
  email_change: paths.emailChanges.confirmation,
  email_mailbox: paths.emailChanges.confirmation,
  email_agreement: paths.emailChanges.confirmation,
  factor_reset: paths.factorResets.refusal,
  password_reset: paths.password.reset,
  request_confirmation: paths.registration.confirmation,
} as const;

/** The address of a one-use link. */
export const linkUrl = (baseUrl: string, purpose: keyof typeof LINK_PATHS, token: string): string =>
  baseUrl + LINK_PATHS[purpose]({ token });
