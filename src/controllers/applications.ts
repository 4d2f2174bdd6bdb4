import type { Request, RequestHandler, Response } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { NotFound } from '../domain/errors.ts';
import { actorOf, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { askingRefusal, passedOnTo } from '../presenters/asking.ts';
import { showApplications } from '../presenters/catalogue.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { readOwnEntitlements } from '../repositories/lists/my-information.ts';
import { roleRepository } from '../repositories/roles.ts';
import { askingForm } from '../schemas/asking.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import type { AppContext } from './context.ts';

/** The page of an application: its roles, where the person stands, and asking for one (F4-F8). */
export function applicationsController({ db, clock, services }: AppContext) {
  /** @throws NotFound for an application that the catalogue does not show. */
  async function applicationOf(req: Request) {
    const today = dayInParis(clock.now());
    const [roles, own] = await Promise.all([
      roleRepository(db).all(),
      readOwnEntitlements(db, actorOf(req).id, today),
    ]);
    const application = showApplications(roles, own).find(({ code }) => code === req.params.code);
    if (!application) throw new NotFound();
    return application;
  }

  async function showPage(
    req: Request,
    res: Response,
    errors: FieldError[] = [],
    input: Record<string, string> = {},
  ) {
    const actor = actorOf(req);
    const application = await applicationOf(req);
    const local = await deciderRepository(db, dayInParis(clock.now())).localAdministrators([
      actor.organismId,
    ]);
    res.render('catalogue/show', {
      title: application.name,
      breadcrumb: [
        { label: 'Applications', href: paths.catalogue.index },
        { label: application.name, href: null },
      ],
      application,
      administrators: (local.get(actor.organismId) ?? []).filter(({ id }) => id !== actor.id),
      errors,
      messages: messagesOf(errors),
      input,
    });
  }

  const show: RequestHandler = (req, res) => showPage(req, res);

  /** « Demander l'accès à l'application » (F5). */
  const ask: RequestHandler = async (req, res) => {
    const application = await applicationOf(req);
    const form = parseForm(askingForm, req.body);
    if (!form.valid) {
      res.status(422);
      return showPage(req, res, form.errors, form.input);
    }
    const { role, motif } = form.values;
    const listed = application.roles.some(({ code }) => code === role);
    const asking = listed
      ? await services.asking.submit(actorOf(req), role, motif)
      : ({ kind: 'refused', refusal: 'unknown' } as const);
    if (asking.kind === 'refused') {
      res.status(422);
      return showPage(req, res, [{ field: 'role', message: askingRefusal(asking.refusal) }], form.values);
    }
    leaveNotice(req, {
      notice: 'request-submitted',
      values: { label: asking.label, to: passedOnTo(asking.by) },
    });
    await redirectTo(req, res, application.href);
  };

  return { show, ask };
}
