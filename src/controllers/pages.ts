import type { RequestHandler } from 'express';
import { linkLifetimeInWords } from '../domain/link.ts';
import { KEPT_FORM_MINUTES, RETENTION_DAYS } from '../domain/retention.ts';
import { MAXIMUM_TAGGED_ROWS } from '../exports/report/report.ts';
import type { AppContext } from './context.ts';

/** What anyone may read: « Aide », the declaration of accessibility, personal data. */
export function pagesController({ environment }: AppContext) {
  const session = {
    idleMinutes: environment.sessionIdle / 60_000,
    absoluteHours: environment.sessionAbsolute / 3_600_000,
  };
  const page =
    (view: string, title: string, values: object): RequestHandler =>
    (_req, res) => {
      res.render(`pages/${view}`, { title, breadcrumb: [], column: 'text', ...values });
    };

  return {
    help: page('help', 'Aide', {
      ...session,
      keptFormMinutes: KEPT_FORM_MINUTES,
      lifetimes: {
        activation: linkLifetimeInWords('activation'),
        address: linkLifetimeInWords('email_mailbox'),
        confirmation: linkLifetimeInWords('request_confirmation'),
        reset: linkLifetimeInWords('password_reset'),
      },
    }),
    accessibility: page('accessibility', 'Déclaration d’accessibilité', { taggedRows: MAXIMUM_TAGGED_ROWS }),
    personalData: page('personal-data', 'Données personnelles', {
      ...session,
      days: RETENTION_DAYS,
      keptFormMinutes: KEPT_FORM_MINUTES,
    }),
  };
}
