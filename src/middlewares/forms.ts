import express, { type RequestHandler } from 'express';
import { NotAForm } from '../domain/errors.ts';
import { localPath, paths } from '../paths.ts';
import { carriesFile } from './uploads.ts';

const FORM = 'application/x-www-form-urlencoded';

/** A body of any other kind would be taken for a form without fields: it is told apart (415). */
const onlyForms: RequestHandler = (req, _res, next) => {
  const other = req.is(FORM) === false && req.get('Content-Length') !== '0' && !carriesFile(req);
  next(other ? new NotAForm() : undefined);
};

/** Reads the form that a request carries, within bounds (413). */
export const forms: readonly RequestHandler[] = [
  express.urlencoded({ extended: false, type: FORM, limit: '100kb', parameterLimit: 1000 }),
  onlyForms,
];

/** « Annuler » on the page of a confirmation: back to where the person was, whatever the form would have done. */
export const cancelled: RequestHandler = (req, res, next) => {
  const back: unknown = req.method === 'POST' ? req.body?.annuler : undefined;
  if (back === undefined) return next();
  res.redirect(303, localPath(back) ?? paths.home);
};
