import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isDatabaseAway } from '../database/failure.ts';
import { CrossSite, DomainError, NotFound, TooMany } from '../domain/errors.ts';
import { paths } from '../routes/paths.ts';

interface ErrorPage {
  status: number;
  heading: string;
  message: string;
}

const PAGES: Record<number, Omit<ErrorPage, 'status'>> = {
  403: {
    heading: 'Accès refusé',
    message: 'Votre profil ne donne pas accès à cette page. Cette tentative a été enregistrée.',
  },
  404: {
    heading: 'Page introuvable',
    message: 'Cette page n’existe pas, ou elle ne fait pas partie de votre périmètre.',
  },
  409: { heading: 'La situation a changé', message: 'Les informations affichées ne sont plus à jour.' },
  413: { heading: 'Envoi trop volumineux', message: 'Les informations envoyées dépassent la taille admise.' },
  415: { heading: 'Format non pris en charge', message: 'Cet envoi n’est pas un formulaire du portail.' },
  422: { heading: 'Demande refusée', message: 'Les informations envoyées ne sont pas valides.' },
  429: { heading: 'Trop de tentatives', message: 'Patientez quelques minutes avant de recommencer.' },
  500: {
    heading: 'Une erreur est survenue',
    message:
      'Votre action n’a pas été enregistrée. Vous pouvez recommencer, ou nous écrire en citant la référence.',
  },
  503: {
    heading: 'Service momentanément indisponible',
    message:
      'Le portail ne peut pas joindre ses données. Il reprendra de lui-même\u00a0: réessayez dans un instant.',
  },
};

function statusOf(error: unknown): number {
  if (error instanceof DomainError) return error.status;
  if (!(error instanceof Error)) return 500;
  if (isDatabaseAway(error)) return 503;
  // body-parser and the router give a status to what the client did wrong.
  const status = (error as { status?: unknown }).status;
  if (error instanceof URIError || status === 400) return 404;
  return typeof status === 'number' && status in PAGES ? status : 500;
}

const CROSS_SITE =
  'Cette demande ne vient pas d’une page du portail, ou votre session a changé. Revenez à la page et recommencez.';

/** A path that no route has. */
export const notFound: RequestHandler = () => {
  throw new NotFound();
};

/** Maps every error to a status and a French page; a 500 shows a reference, never a detail. */
export const errors: ErrorRequestHandler = (error, req, res, next) => {
  const status = statusOf(error);
  if (status >= 500) req.log.error({ err: error }, 'request failed');
  if (res.headersSent) return next(error);
  const page = PAGES[status] ?? { heading: '', message: '' };
  const said = error instanceof CrossSite ? CROSS_SITE : error instanceof DomainError ? error.message : '';
  if (error instanceof TooMany) res.set('Retry-After', String(error.retryAfter));
  res.status(status);
  res.render('errors/error', {
    title: page.heading,
    status,
    heading: page.heading,
    message: said || page.message,
    reference: status === 500 ? String(req.id) : null,
    back: { href: paths.home, label: 'Revenir à l’accueil' },
  });
};
