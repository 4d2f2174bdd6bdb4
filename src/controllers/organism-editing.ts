import type { Request, RequestHandler, Response } from 'express';
import { DEPARTMENTS, regionOf } from '../domain/departments.ts';
import { actorOf, backTo, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { lastEdit, organismUsage } from '../presenters/reference-data.ts';
import { type EditedOrganism, type OrganismSettings, organismRepository } from '../repositories/organisms.ts';
import { messagesOf, parseForm } from '../schemas/form.ts';
import { newOrganismForm, organismForm } from '../schemas/reference-data.ts';
import type { AppContext } from './context.ts';
import { smallIdOf } from './identifiers.ts';
import { formFrame, isRefused, leaveForm, refusedForm, type ShownForm } from './reference-data.ts';

const LIST = { path: paths.organisms.index, label: 'Organismes' };
const WORDS = { name: 'nom', nameCalled: 'Ce nom', changed: 'Cet organisme a été modifié' };

/** « Nouvel organisme » and « Modification de l'organisme ». */
export function organismEditingController({ db, services }: AppContext) {
  const organisms = organismRepository(db);

  async function show(
    req: Request,
    res: Response,
    organism: EditedOrganism | null,
    { input, errors = [], conflict }: ShownForm,
  ) {
    const title = organism === null ? 'Nouvel organisme' : `Modification de l’organisme ${organism.name}`;
    res.render('management/reference-data/organism', {
      ...{ title, organism, input, errors, conflict: conflict ?? null },
      messages: messagesOf(errors),
      ...formFrame(req, LIST, title),
      ...{ branches: await organisms.branches(), departments: DEPARTMENTS },
      usage: organism === null ? null : organismUsage(await organisms.usage(organism.id)),
      edited: organism && lastEdit(organism),
      action: organism === null ? paths.organisms.new : paths.organisms.edit({ id: organism.id }),
    });
  }

  const creation = {
    show: ((req, res) => show(req, res, null, { input: { etat: 'ouvert' } })) satisfies RequestHandler,

    save: (async (req, res) => {
      const form = parseForm(newOrganismForm(await organisms.branches()), req.body);
      if (!form.valid) return show(req, res.status(422), null, form);
      const { code, ...values } = form.values;
      const result = await services.organisms.create(actorOf(req), { code, ...settingsOf(values) });
      if (isRefused(result)) {
        const again = refusedForm(result, req.body, WORDS);
        return show(req, res.status(again.status), null, again);
      }
      leaveNotice(req, 'reference-created', {
        sentence: `L’organisme «\u00a0${values.nom}\u00a0» est créé. Il lui reste à avoir un administrateur local.`,
        href: hrefOf(req)(paths.delegations.new, { perimetre: code }),
        label: 'Désigner son administrateur local',
      });
      await redirectTo(req, res, backTo(req, LIST.path));
    }) satisfies RequestHandler,
  };

  const edition = {
    show: (async (req, res) => {
      const organism = await organisms.getEdited(smallIdOf(req));
      await show(req, res, organism, { input: inputOf(organism) });
    }) satisfies RequestHandler,

    save: (async (req, res) => {
      const organism = await organisms.getEdited(smallIdOf(req));
      const form = parseForm(organismForm(await organisms.branches()), req.body);
      if (!form.valid) return show(req, res.status(422), organism, form);
      const { version, ...values } = form.values;
      const change = { id: organism.id, version, settings: settingsOf(values) };
      const result = await services.organisms.change(actorOf(req), change);
      if (isRefused(result)) {
        const again = refusedForm(result, req.body, WORDS);
        return show(req, res.status(again.status), organism, again);
      }
      await leaveForm(req, res, LIST.path, {
        kind: result.kind,
        sentence: `L’organisme «\u00a0${values.nom}\u00a0» est modifié.`,
        href: hrefOf(req)(paths.organisms.edit({ id: organism.id })),
      });
    }) satisfies RequestHandler,
  };

  return { creation, edition };
}

type Values = Omit<ReturnType<ReturnType<typeof organismForm>['parse']>, 'version'>;

const settingsOf = (values: Values): OrganismSettings => ({
  ...{ name: values.nom, acronym: values.sigle, branch: values.branche, department: values.departement },
  ...{ region: regionOf(values.departement) ?? '', city: values.ville },
  ...{ mailDomain: values.domaine, closed: values.etat },
});

const inputOf = (organism: EditedOrganism): Record<string, string> => ({
  ...{ nom: organism.name, sigle: organism.acronym, branche: organism.branch },
  ...{ departement: organism.department, ville: organism.city, domaine: organism.mailDomain ?? '' },
  etat: organism.closed ? 'ferme' : 'ouvert',
  version: String(organism.version),
});
