import { DEPARTMENTS, regionOf } from '../domain/departments.ts';
import { hrefOf } from '../middlewares/href.ts';
import { paths } from '../paths.ts';
import { lastEdit, organismUsage } from '../presenters/reference-data.ts';
import { type EditedOrganism, type OrganismSettings, organismRepository } from '../repositories/organisms.ts';
import { parseForm } from '../schemas/form.ts';
import { newOrganismForm, organismForm } from '../schemas/reference-data.ts';
import type { AppContext } from './context.ts';
import { smallIdOf } from './identifiers.ts';
import { type RecordWords, recordForm, toldOfChange } from './reference-data.ts';

const WORDS: RecordWords = {
  list: { path: paths.organisms.index, label: 'Organismes' },
  view: 'organism',
  name: 'nom',
  nameCalled: 'Ce nom',
  changed: 'Cet organisme a été modifié',
};

/** « Nouvel organisme » and « Modification de l'organisme ». */
export function organismEditingController({ db, services }: AppContext) {
  const organisms = organismRepository(db);
  const choices = async () => ({ branches: await organisms.branches(), departments: DEPARTMENTS });

  const creation = recordForm(WORDS, {
    about: () => null,
    page: async () => ({
      title: 'Nouvel organisme',
      organism: null,
      usage: null,
      edited: null,
      ...(await choices()),
      action: paths.organisms.new,
    }),
    input: () => ({ etat: 'ouvert' }),
    parse: async (body) => parseForm(newOrganismForm(await organisms.branches()), body),
    perform: (actor, { code, ...values }) =>
      services.organisms.create(actor, { code, ...settingsOf(values) }),
    tell: (req, _outcome, { code, nom }) => ({
      notice: 'done-there',
      values: {
        sentence: `L’organisme «\u00a0${nom}\u00a0» est créé. Il lui reste à avoir un administrateur local.`,
        href: hrefOf(req)(paths.delegations.new, { perimetre: code }),
        label: 'Désigner son administrateur local',
      },
    }),
  });

  const edition = recordForm(WORDS, {
    about: (req) => organisms.getEdited(smallIdOf(req)),
    page: async (_req, organism) => ({
      title: `Modification de l’organisme ${organism.name}`,
      organism,
      ...(await choices()),
      edited: lastEdit(organism),
      usage: organismUsage(await organisms.usage(organism.id)),
      action: paths.organisms.edit({ id: organism.id }),
    }),
    input: (_req, organism) => inputOf(organism),
    parse: async (body) => parseForm(organismForm(await organisms.branches()), body),
    perform: (actor, { version, ...values }, { id }) =>
      services.organisms.change(actor, { id, version, settings: settingsOf(values) }),
    tell: (req, outcome, { nom }, { id }) =>
      toldOfChange(
        req,
        outcome,
        `L’organisme «\u00a0${nom}\u00a0» est modifié.`,
        paths.organisms.edit({ id }),
      ),
  });

  return { creation, edition };
}

type Values = Omit<ReturnType<ReturnType<typeof organismForm>['parse']>, 'version'>;

const settingsOf = (values: Values): OrganismSettings => ({
  name: values.nom,
  acronym: values.sigle,
  branch: values.branche,
  department: values.departement,
  region: regionOf(values.departement) ?? '',
  city: values.ville,
  mailDomain: values.domaine,
  article: values.article,
  closed: values.etat,
});

const inputOf = (organism: EditedOrganism): Record<string, string> => ({
  nom: organism.name,
  sigle: organism.acronym,
  branche: organism.branch,
  departement: organism.department,
  ville: organism.city,
  domaine: organism.mailDomain ?? '',
  article: organism.article === '' ? 'aucun' : (organism.article ?? ''),
  etat: organism.closed ? 'ferme' : 'ouvert',
  version: String(organism.version),
});
