import type { Request, RequestHandler, Response } from 'express';
import { actorOf, backTo, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { lastEdit } from '../presenters/reference-data.ts';
import { applicationRepository, type EditedApplication } from '../repositories/applications.ts';
import { messagesOf, parseForm } from '../schemas/form.ts';
import { applicationForm, newApplicationForm } from '../schemas/reference-data.ts';
import type { AppContext } from './context.ts';
import { smallIdOf } from './identifiers.ts';
import { formFrame, isRefused, leaveForm, refusedForm, type ShownForm } from './reference-data.ts';

const LIST = { path: paths.roles.index, label: 'Applications et rôles' };
const WORDS = { name: 'nom', nameCalled: 'Ce nom', changed: 'Cette application a été modifiée' };

/** « Nouvelle application » and « Modification de l'application ». */
export function applicationEditingController({ db, services }: AppContext) {
  const applications = applicationRepository(db);

  async function show(
    req: Request,
    res: Response,
    application: EditedApplication | null,
    { input, errors = [], conflict }: ShownForm,
  ) {
    const title =
      application === null ? 'Nouvelle application' : `Modification de l’application ${application.name}`;
    res.render('management/reference-data/application', {
      ...{ title, application, input, errors, conflict: conflict ?? null },
      messages: messagesOf(errors),
      ...formFrame(req, LIST, title),
      themes: await applications.themes(null),
      edited: application && lastEdit(application),
      action:
        application === null
          ? paths.roles.newApplication
          : paths.roles.editApplication({ id: application.id }),
    });
  }

  const creation = {
    show: ((req, res) => show(req, res, null, { input: {} })) satisfies RequestHandler,

    save: (async (req, res) => {
      const form = parseForm(newApplicationForm, req.body);
      if (!form.valid) return show(req, res.status(422), null, form);
      const { code, nom, theme } = form.values;
      const result = await services.applications.create(actorOf(req), { code, name: nom, theme });
      if (isRefused(result)) {
        const again = refusedForm(result, req.body, WORDS);
        return show(req, res.status(again.status), null, again);
      }
      // Without a role it is in no catalogue: that comes next.
      const next = { application: result.id, retour: backTo(req, LIST.path) };
      leaveNotice(req, 'reference-created', {
        sentence: `L’application «\u00a0${nom}\u00a0» est créée. Donnez-lui un premier rôle\u00a0: sans rôle, le catalogue ne la montre pas.`,
        href: hrefOf(req)(paths.roles.editApplication({ id: result.id })),
        label: 'Revoir l’application',
      });
      await redirectTo(req, res, hrefOf(req)(paths.roles.new, next));
    }) satisfies RequestHandler,
  };

  const edition = {
    show: (async (req, res) => {
      const application = await applications.getEdited(smallIdOf(req));
      const { name: nom, theme, version } = application;
      await show(req, res, application, { input: { nom, theme, version: String(version) } });
    }) satisfies RequestHandler,

    save: (async (req, res) => {
      const application = await applications.getEdited(smallIdOf(req));
      const form = parseForm(applicationForm, req.body);
      if (!form.valid) return show(req, res.status(422), application, form);
      const { nom, theme, version } = form.values;
      const change = { id: application.id, version, settings: { name: nom, theme } };
      const result = await services.applications.change(actorOf(req), change);
      if (isRefused(result)) {
        const again = refusedForm(result, req.body, WORDS);
        return show(req, res.status(again.status), application, again);
      }
      await leaveForm(req, res, LIST.path, {
        kind: result.kind,
        sentence: `L’application «\u00a0${nom}\u00a0» est modifiée.`,
        href: hrefOf(req)(paths.roles.editApplication({ id: application.id })),
      });
    }) satisfies RequestHandler,
  };

  return { creation, edition };
}
