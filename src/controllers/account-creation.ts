import type { Request } from 'express';
import type { z } from 'zod';
import type { OrganismName } from '../domain/actor.ts';
import { TheOrganism } from '../domain/organism-name.ts';
import { isGrantable } from '../domain/role.ts';
import type { Scope } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, managementCrumb, openedFrom, scopeOf } from '../middlewares/request.ts';
import { localPath, paths } from '../paths.ts';
import { listedRoles, movesSentence, recapOf } from '../presenters/account-lists.ts';
import { ORGANISM_MISSING } from '../presenters/colleague.ts';
import { KNOWN_ELSEWHERE, type KnownAddress, knownAddress } from '../presenters/email-changes.ts';
import type { Account } from '../repositories/accounts.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { newAccountForm } from '../schemas/account.ts';
import { type FormResult, parseForm } from '../schemas/form.ts';
import type { Creation } from '../services/account-creation.ts';
import { colleagueCopy } from './colleague.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm, type Page, type Typed } from './declared-form.ts';
import { assignedIn, movedLines, refilledIds } from './two-lists.ts';

/** What is typed, with the organism that the person is to join. */
interface Values {
  account: z.output<typeof newAccountForm>;
  organism: OrganismName;
}

/** « Création d'un compte » (R48-R56). */
export function accountCreationController(context: AppContext) {
  const { db, services } = context;
  const copyColleague = colleagueCopy(context);

  /** Ucanss works on every organism: it says for which one this account is made. */
  async function organismsFor(scope: Scope) {
    const organisms = organismRepository(db);
    return scope.kind === 'organism'
      ? { closed: await organisms.isClosed(scope.organism.id), organisms: [] }
      : { closed: false, organisms: await organisms.open() };
  }

  /** The two lists, and what creating would give. */
  async function listsOf(req: Request, again: Again | undefined) {
    const roles = await roleRepository(db).all();
    const assigned =
      (again?.locals?.assigned as number[] | undefined) ?? refilledIds(req, 'roles') ?? keptRoles(req, roles);
    const actsForUcanss = actorOf(req).national === 'administrator';
    const items = listedRoles(roles, {
      held: [],
      assigned,
      actsForUcanss,
      active: true,
    });
    return { items, recap: { when: 'À la création', takes: true, lines: recapOf(items) } };
  }

  async function page(req: Request, _about: null, again: Again | undefined): Promise<Page> {
    const scope = scopeOf(req);
    return {
      view: 'management/accounts/new',
      locals: {
        title: "Création d'un compte",
        breadcrumb: [
          managementCrumb(req),
          { label: 'Gestion des comptes', href: hrefOf(req)(paths.accounts.index) },
          { label: "Création d'un compte", href: null },
        ],
        scope,
        known: null,
        ...(await organismsFor(scope)),
        back: openedFrom(req),
        ...(await listsOf(req, again)),
        unsaved: again !== undefined,
        // After somebody, the next one: what was done is said, and one goes on at once.
        following: again === undefined && req.query[KEPT] !== undefined,
      },
    };
  }

  return declaredForm({
    // Ucanss chooses the organism in the form itself: there is no other page to have gone on to.
    everywhere: (req) => actorOf(req).national !== null,
    back: (req) => localPath(req.body?.retour) ?? hrefOf(req)(paths.accounts.index),
    about: () => null,
    page,
    kept: sentList,
    async change(req) {
      const scope = scopeOf(req);
      const organism = scope.kind === 'organism' ? scope.organism : null;
      const lists = { held: [], ...sentList(req) };
      return (await copyColleague(req, { organism, accountId: null, lists })) ?? movedLines(req.body);
    },
    parse,
    perform(req, { account, organism }) {
      const { roles, civilite, nom, prenom, email, fonction, telephone } = account;
      const person = {
        email,
        civility: civilite,
        lastName: nom,
        firstName: prenom,
        functionTitle: fonction,
        phone: telephone,
      };
      return services.accountCreation.create(actorOf(req), organism, person, { add: roles, remove: [] });
    },
    again,
    tell(req, created, { account: { prenom, nom, email, roles }, organism }) {
      const { accountId: id, moves, outsideDomain } = created as Made;
      const href = hrefOf(req)(paths.accounts.show({ id }), { perimetre: organism.code });
      const back = localPath(req.body.retour);
      const kept = { perimetre: organism.code, [KEPT]: roles.join('-') || '0', retour: back };
      const person = `${prenom} ${nom}`;
      return {
        notice: 'account-created',
        values: { person, email, href, moves: movesSentence(moves), outsideDomain: `${outsideDomain}` },
        to: req.body.suivant === undefined ? (back ?? href) : hrefOf(req)(paths.accounts.new, kept),
      };
    },
  });
}

/** In the address of the form for the next person: the roles of the one before, by their numbers; « 0 » for none. */
const KEPT = 'suite';

/** Those that are still given. */
function keptRoles({ query }: Request, roles: readonly RoleDetails[]): number[] {
  const asked = String(query[KEPT] ?? '').split('-');
  return roles.filter((role) => isGrantable(role) && asked.includes(String(role.id))).map(({ id }) => id);
}

/** The second list as it is sent. */
const sentList = ({ body }: Request) => ({ assigned: assignedIn(body, 'roles') ?? [] });

/** Anything else is the form again. */
type Made = Extract<Creation, { kind: 'created' }>;

/** What is typed, and the organism that the form was made for, which Ucanss may not have chosen yet. */
function parse(req: Request): FormResult<Values> {
  const form = parseForm(newAccountForm, req.body);
  const scope = scopeOf(req);
  if (form.valid && scope.kind === 'organism')
    return { ...form, values: { account: form.values, organism: scope.organism } };
  const errors = [
    ...(form.valid ? [] : form.errors),
    ...(scope.kind === 'organism' ? [] : [ORGANISM_MISSING]),
  ];
  return { valid: false, errors, input: form.input };
}

/** The form again, where the organism is closed, or the address has an account. */
function again(req: Request, created: Creation, { input, values }: Typed<Values>): Again | undefined {
  const { account, organism } = values;
  if (created.kind === 'closed') {
    const message = `${TheOrganism(organism.name)} est fermé\u00a0: aucun compte ne peut plus y être créé.`;
    return { status: 422, input, errors: [{ field: null, message }] };
  }
  if (created.kind !== 'known') return undefined;
  const known = knownPerson(req, { account: created.account, typed: account.email }, organism, input);
  return { status: 422, input, errors: [{ field: 'email', message: known.text }], locals: { known } };
}

/** In my organism, a link to the page; elsewhere, the way to « Rattacher », and no view of the account (R56, P5). */
function knownPerson(
  req: Request,
  known: { account: Account; typed: string },
  organism: OrganismName,
  { nom = '', prenom = '' }: Record<string, string>,
): KnownAddress {
  const href = hrefOf(req);
  return (
    knownAddress(known, organism.id, href) ?? {
      text: `${KNOWN_ELSEWHERE}\u00a0: la personne peut être rattachée au vôtre, sauf si elle est ADD.`,
      href: href(paths.accounts.index, { organisme: 'non', nom, prenom }),
      label: 'Rechercher la personne hors de mon organisme',
    }
  );
}
