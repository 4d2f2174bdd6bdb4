import type { Request, RequestHandler, Response } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { actorOf, backTo, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { lastEdit, REQUEST_CHOICES, roleUsage, VALIDATION_CHOICES } from '../presenters/reference-data.ts';
import { applicationRepository } from '../repositories/applications.ts';
import { type EditedRole, type RoleSettings, roleRepository } from '../repositories/roles.ts';
import { messagesOf, parseForm } from '../schemas/form.ts';
import { newRoleForm, roleForm, roleWordsForm } from '../schemas/reference-data.ts';
import type { AppContext } from './context.ts';
import { smallIdOf } from './identifiers.ts';
import { formFrame, isRefused, leaveForm, refusedForm, type ShownForm } from './reference-data.ts';

const LIST = { path: paths.roles.index, label: 'Applications et rôles' };
const WORDS = { name: 'libelle', nameCalled: 'Ce libellé', changed: 'Ce rôle a été modifié' };

/** « Nouveau rôle » and « Modification du rôle ». */
export function roleEditingController({ db, clock, services }: AppContext) {
  const applications = applicationRepository(db);
  const roles = roleRepository(db);

  function render(
    req: Request,
    res: Response,
    title: string,
    { input, errors = [], conflict }: ShownForm,
    about: object,
  ) {
    res.render('management/reference-data/role', {
      ...{ title, input, errors, conflict: conflict ?? null },
      messages: messagesOf(errors),
      ...formFrame(req, LIST, title),
      ...{ validations: VALIDATION_CHOICES, requests: REQUEST_CHOICES },
      ...about,
    });
  }

  async function showCreation(req: Request, res: Response, shown: ShownForm) {
    const about = { role: null, ordinary: true, usage: null, applications: await applications.all() };
    render(req, res, 'Nouveau rôle', shown, { ...about, action: paths.roles.new, edited: null });
  }

  async function showEdition(req: Request, res: Response, role: EditedRole, shown: ShownForm) {
    const ordinary = role.kind === 'ordinary';
    render(req, res, `Modification du rôle ${role.label}`, shown, {
      ...{ role, ordinary, applications: [], action: paths.roles.edit({ id: role.id }) },
      usage: ordinary ? roleUsage(await roles.usage(role.id, dayInParis(clock.now()))) : null,
      edited: lastEdit(role),
      applicationHref: hrefOf(req)(paths.roles.editApplication({ id: role.applicationId }), {
        retour: backTo(req, LIST.path),
      }),
    });
  }

  const creation = {
    show: ((req, res) => {
      const application = String(req.query.application ?? '');
      const input = { application, validation: 'local_administrator', demande: 'online', etat: 'ouvert' };
      return showCreation(req, res, { input });
    }) satisfies RequestHandler,

    save: (async (req, res) => {
      const form = parseForm(newRoleForm(await applications.all()), req.body);
      if (!form.valid) return showCreation(req, res.status(422), form);
      const { application, code, ...values } = form.values;
      const role = { code, applicationId: application, settings: settingsOf(values) };
      const result = await services.roles.create(actorOf(req), role);
      if (isRefused(result)) {
        const again = refusedForm(result, req.body, WORDS);
        return showCreation(req, res.status(again.status), again);
      }
      leaveNotice(req, 'reference-created', {
        sentence: `Le rôle «\u00a0${values.libelle}\u00a0» est créé.`,
        href: hrefOf(req)(paths.roles.edit({ id: result.id })),
        label: 'Revoir le rôle',
      });
      await redirectTo(req, res, backTo(req, LIST.path));
    }) satisfies RequestHandler,
  };

  const edition = {
    show: (async (req, res) => {
      const role = await roles.getEdited(smallIdOf(req));
      await showEdition(req, res, role, { input: inputOf(role) });
    }) satisfies RequestHandler,

    save: (async (req, res) => {
      const role = await roles.getEdited(smallIdOf(req));
      const form = parseRole(role, req.body);
      if (!form.valid) return showEdition(req, res.status(422), role, form);
      const { version, settings } = form.values;
      const result = await services.roles.change(actorOf(req), { id: role.id, version, settings });
      if (isRefused(result)) {
        const again = refusedForm(result, req.body, WORDS);
        return showEdition(req, res.status(again.status), role, again);
      }
      await leaveForm(req, res, LIST.path, {
        kind: result.kind,
        sentence: `Le rôle «\u00a0${settings.label}\u00a0» est modifié.`,
        href: hrefOf(req)(paths.roles.edit({ id: role.id })),
      });
    }) satisfies RequestHandler,
  };

  return { creation, edition };
}

type Values = Omit<ReturnType<typeof roleForm.parse>, 'version'>;

const settingsOf = (values: Values): RoleSettings => ({
  ...{ label: values.libelle, description: values.description, audience: values.public },
  ...{ validator: values.validation, requestMode: values.demande, procedure: values.procedure || null },
  ...{ defaultDurationDays: values.duree, closed: values.etat },
});

/** Of a role that is not ordinary only the words are read; the rest is what it is (P3b). */
function parseRole(role: EditedRole, body: unknown) {
  if (role.kind === 'ordinary') {
    const form = parseForm(roleForm, body);
    if (!form.valid) return form;
    const { version, ...values } = form.values;
    return { valid: true as const, values: { version, settings: settingsOf(values) } };
  }
  const form = parseForm(roleWordsForm, body);
  if (!form.valid) return form;
  const { version, libelle, description, public: audience } = form.values;
  const settings: RoleSettings = { ...role, label: libelle, description, audience };
  return { valid: true as const, values: { version, settings } };
}

const inputOf = (role: EditedRole): Record<string, string> => ({
  ...{ libelle: role.label, description: role.description, public: role.audience },
  ...{ validation: role.validator, demande: role.requestMode, procedure: role.procedure ?? '' },
  duree: role.defaultDurationDays === null ? '' : String(role.defaultDurationDays),
  etat: role.closed ? 'ferme' : 'ouvert',
  version: String(role.version),
});
