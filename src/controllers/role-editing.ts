import type { Request } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { hrefOf } from '../middlewares/href.ts';
import { backTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { Confirmation } from '../presenters/confirmation.ts';
import {
  lastEdit,
  REQUEST_CHOICES,
  roleClosing,
  roleUsage,
  VALIDATION_CHOICES,
} from '../presenters/reference-data.ts';
import { applicationRepository } from '../repositories/applications.ts';
import { type EditedRole, type RoleSettings, roleRepository } from '../repositories/roles.ts';
import { type FormResult, parseForm } from '../schemas/form.ts';
import { newRoleForm, roleForm, roleWordsForm } from '../schemas/reference-data.ts';
import type { AppContext } from './context.ts';
import { smallIdOf } from './identifiers.ts';
import { type RecordWords, recordForm, toldOfChange } from './reference-data.ts';

const WORDS: RecordWords = {
  list: { path: paths.roles.index, label: 'Applications et rôles' },
  view: 'role',
  name: 'libelle',
  nameCalled: 'Ce libellé',
  changed: 'Ce rôle a été modifié',
};
const CHOICES = { validations: VALIDATION_CHOICES, requests: REQUEST_CHOICES };

/** « Nouveau rôle » and « Modification du rôle ». */
export function roleEditingController({ db, clock, services }: AppContext) {
  const applications = applicationRepository(db);
  const roles = roleRepository(db);

  const creation = recordForm(WORDS, {
    about: () => null,
    page: async () => ({
      title: 'Nouveau rôle',
      role: null,
      ordinary: true,
      usage: null,
      edited: null,
      ...CHOICES,
      applications: await applications.all(),
      action: paths.roles.new,
    }),
    input: ({ query }) => ({
      application: String(query.application ?? ''),
      validation: 'local_administrator',
      demande: 'online',
      etat: 'ouvert',
    }),
    parse: async (body) => parseForm(newRoleForm(await applications.all()), body),
    perform: (actor, { application: applicationId, code, ...values }) =>
      services.roles.create(actor, { code, applicationId, settings: settingsOf(values) }),
    tell(req, { id }, { libelle, application }) {
      const href = hrefOf(req);
      const another = href(paths.roles.new, { application, retour: backTo(req, WORDS.list.path) });
      return {
        notice: 'done-there',
        values: {
          sentence: `Le rôle «\u00a0${libelle}\u00a0» est créé.`,
          href: href(paths.roles.edit({ id })),
          label: 'Revoir le rôle',
        },
        ...(req.body.suivant !== undefined && { to: another }),
      };
    },
  });

  async function editionPage(req: Request, role: EditedRole) {
    const ordinary = role.kind === 'ordinary';
    const retour = backTo(req, WORDS.list.path);
    return {
      title: `Modification du rôle ${role.label}`,
      role,
      ordinary,
      applications: [],
      edited: lastEdit(role),
      ...CHOICES,
      usage: ordinary ? roleUsage(await roles.usage(role.id, dayInParis(clock.now()))) : null,
      applicationHref: hrefOf(req)(paths.roles.editApplication({ id: role.applicationId }), { retour }),
      action: paths.roles.edit({ id: role.id }),
    };
  }

  /** Closing a role is asked again: it cannot be granted any more, and what waits for it can only be refused. */
  const closing = async (role: EditedRole): Promise<Confirmation> =>
    roleClosing(role, await roles.usage(role.id, dayInParis(clock.now())));

  const edition = recordForm(WORDS, {
    about: (req) => roles.getEdited(smallIdOf(req)),
    page: editionPage,
    input: (_req, role) => inputOf(role),
    parse: (body, role) => parseRole(role, body),
    asks: async (_req, { settings }, role) => (settings.closed && !role.closed ? closing(role) : null),
    perform: (actor, { version, settings }, { id }) =>
      services.roles.change(actor, { id, version, settings }),
    tell: (req, outcome, { settings }, { id }) =>
      toldOfChange(
        req,
        outcome,
        `Le rôle «\u00a0${settings.label}\u00a0» est modifié.`,
        paths.roles.edit({ id }),
      ),
  });

  return { creation, edition };
}

type Values = Omit<ReturnType<typeof roleForm.parse>, 'version'>;

const settingsOf = (values: Values): RoleSettings => ({
  label: values.libelle,
  description: values.description,
  audience: values.public,
  validator: values.validation,
  requestMode: values.demande,
  procedure: values.procedure || null,
  defaultDurationDays: values.duree,
  closed: values.etat,
});

/** Of a role that is not ordinary only the words are read; the rest is what it is (P3b). */
function parseRole(role: EditedRole, body: unknown): FormResult<{ version: number; settings: RoleSettings }> {
  if (role.kind === 'ordinary') {
    const form = parseForm(roleForm, body);
    if (!form.valid) return form;
    const { version, ...values } = form.values;
    return { ...form, values: { version, settings: settingsOf(values) } };
  }
  const form = parseForm(roleWordsForm, body);
  if (!form.valid) return form;
  const { version, libelle, description, public: audience } = form.values;
  const settings: RoleSettings = { ...role, label: libelle, description, audience };
  return { ...form, values: { version, settings } };
}

const inputOf = (role: EditedRole): Record<string, string> => ({
  libelle: role.label,
  description: role.description,
  public: role.audience,
  validation: role.validator,
  demande: role.requestMode,
  procedure: role.procedure ?? '',
  duree: role.defaultDurationDays === null ? '' : String(role.defaultDurationDays),
  etat: role.closed ? 'ferme' : 'ouvert',
  version: String(role.version),
});
