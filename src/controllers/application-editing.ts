import { hrefOf } from '../middlewares/href.ts';
import { backTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { cataloguePreview } from '../presenters/catalogue.ts';
import { lastEdit } from '../presenters/reference-data.ts';
import { applicationRepository } from '../repositories/applications.ts';
import { roleRepository } from '../repositories/roles.ts';
import { parseForm } from '../schemas/form.ts';
import { applicationForm, newApplicationForm } from '../schemas/reference-data.ts';
import type { AppContext } from './context.ts';
import { smallIdOf } from './identifiers.ts';
import { type RecordWords, recordForm, toldOfChange } from './reference-data.ts';

const WORDS: RecordWords = {
  list: { path: paths.roles.index, label: 'Applications et rôles' },
  view: 'application',
  name: 'nom',
  nameCalled: 'Ce nom',
  changed: 'Cette application a été modifiée',
};

/** « Nouvelle application » and « Modification de l'application ». */
export function applicationEditingController({ db, services }: AppContext) {
  const applications = applicationRepository(db);

  const creation = recordForm(WORDS, {
    about: () => null,
    page: async () => ({
      title: 'Nouvelle application',
      application: null,
      edited: null,
      usage: null,
      themes: await applications.themes(null),
      action: paths.roles.newApplication,
    }),
    input: () => ({}),
    parse: (body) => parseForm(newApplicationForm, body),
    perform: (actor, { code, nom: name, theme, adresse: address }) =>
      services.applications.create(actor, { code, name, theme, address }),
    tell(req, { id }, { nom }) {
      const href = hrefOf(req);
      return {
        notice: 'done-there',
        values: {
          sentence: `L’application «\u00a0${nom}\u00a0» est créée. Donnez-lui un premier rôle\u00a0: sans rôle, le catalogue ne la montre pas.`,
          href: href(paths.roles.editApplication({ id })),
          label: 'Revoir l’application',
        },
        // Without a role it is in no catalogue: that comes next.
        to: href(paths.roles.new, { application: id, retour: backTo(req, WORDS.list.path) }),
      };
    },
  });

  const edition = recordForm(WORDS, {
    about: (req) => applications.getEdited(smallIdOf(req)),
    page: async (_req, application) => ({
      title: `Modification de l’application ${application.name}`,
      application,
      edited: lastEdit(application),
      usage: null,
      themes: await applications.themes(null),
      action: paths.roles.editApplication({ id: application.id }),
    }),
    input: (_req, { name: nom, theme, address, version }) => ({
      nom,
      theme,
      adresse: address ?? '',
      version: String(version),
    }),
    parse: (body) => parseForm(applicationForm, body),
    preview: async ({ nom: name, theme, adresse: address }, { id }) =>
      cataloguePreview(
        { name, theme, address },
        (await roleRepository(db).all()).filter(({ applicationId }) => applicationId === id),
      ),
    perform: (actor, { nom: name, theme, adresse: address, version }, { id }) =>
      services.applications.change(actor, { id, version, settings: { name, theme, address } }),
    tell: (req, outcome, { nom }, { id }) =>
      toldOfChange(
        req,
        outcome,
        `L’application «\u00a0${nom}\u00a0» est modifiée.`,
        paths.roles.editApplication({ id }),
      ),
  });

  return { creation, edition };
}
