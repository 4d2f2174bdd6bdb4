import { createHash, createHmac } from 'node:crypto';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { withFormKey } from '../database/form-under-way.ts';
import { DoneBefore, SentWithOther } from '../domain/errors.ts';
import { fieldsOf, withoutSecrets } from '../domain/form-fields.ts';
import { localPath, paths } from '../paths.ts';
import { recordOf } from '../presenters/act-record.ts';
import type { SentForm } from '../repositories/form-keys.ts';
import type { Services } from '../services/index.ts';
import type { FormPage } from './form-pages.ts';

declare global {
  namespace Express {
    interface Request {
      /** The key of this form has done something else: its page is shown again with it, or not at all. */
      sentWithOther?: SentWithOther;
      /** Where what its form did before is to be seen. */
      formRecord?: string;
    }
  }
}

interface Context {
  services: Pick<Services, 'formKeys'>;
  /** The pages that are only looked at, by their patterns. */
  pages: ReadonlySet<string>;
}

const KEY = /^[\w-]{16,64}$/;

/** The form that this request is, as this account sends it; null where it carries no key of ours. */
function sentForm({ body, originalUrl }: Request, accountId: number): SentForm | null {
  const key: unknown = body?._cle;
  if (typeof key !== 'string' || !KEY.test(key)) return null;
  const input = JSON.stringify([originalUrl, withoutSecrets(fieldsOf(body))]);
  return {
    accountId,
    keyHash: createHash('sha256').update(key).digest('base64url'),
    inputHash: createHmac('sha256', key).update(input).digest('base64url'),
  };
}

/** A form sent twice is done once (docs/decisions/0021-forms-sent-twice.md): the second sending is led where the first was. */
export function formKeys({ services, pages }: Context) {
  const seenAt = ({ route, path, query, body }: Request): string | null =>
    recordOf({ pattern: route.path, path, perimetre: query.perimetre ?? body?.perimetre }, pages);

  const whereLed = async (req: Request, form: SentForm): Promise<string> =>
    (await services.formKeys.whereLed(form)) ?? localPath(req.body?.retour) ?? seenAt(req) ?? paths.home;

  /** The page of the form again, with what has just been sent and what became of the one before (409). */
  async function showAgain(
    error: SentWithOther,
    page: FormPage,
    fill: () => void,
    [req, res, next]: Parameters<RequestHandler>,
  ): Promise<void> {
    req.access = page.access;
    req.formNotice = error.message;
    req.formRecord = seenAt(req) ?? paths.home;
    req.sentWithOther = error;
    fill();
    res.status(error.status);
    try {
      await page.handler(req, res, next);
    } catch {
      // The page is not there for this any more: what there is to say is said alone.
      delete req.formNotice;
      delete req.refilled;
      next(error);
    }
  }

  /** Before the act: what is known of the key is said at once; else the act takes it. */
  const begin: RequestHandler = async (req, _res, next) => {
    const form = req.user && sentForm(req, req.user.id);
    if (!form) return next();
    const judged = await services.formKeys.judge(form);
    if (judged === 'done') throw new DoneBefore();
    if (judged === 'other') throw new SentWithOther();
    withFormKey(services.formKeys.keyOf(form), next);
  };

  return {
    /** Where the form of this request led, if its person had it done; null if not, or if somebody else sends it. */
    async doneBefore(req: Request): Promise<string | null> {
      const { filledBy = null, user } = req;
      if (filledBy === null || (user && user.id !== filledBy)) return null;
      const form = sentForm(req, filledBy);
      return form && (await services.formKeys.judge(form)) === 'done' ? whereLed(req, form) : null;
    },

    begin,

    /** After it: who came second is led where the first was, and what came with another input is shown again. */
    settle:
      (
        page: FormPage,
        fillAgain: (req: Request, res: Response, page: FormPage) => void,
      ): ErrorRequestHandler =>
      async (error, req, res, next) => {
        const form = req.user && sentForm(req, req.user.id);
        if (form && error instanceof DoneBefore) return res.redirect(303, await whereLed(req, form));
        if (!(error instanceof SentWithOther && page.isFilled)) return next(error);
        await showAgain(error, page, () => fillAgain(req, res, page), [req, res, next]);
      },
  };
}

export type FormKeys = ReturnType<typeof formKeys>;
