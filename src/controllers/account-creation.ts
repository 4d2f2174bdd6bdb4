import type { Request, RequestHandler, Response } from 'express';
import type { OrganismName } from '../domain/actor.ts';
import {
  actorOf,
  assertSameOrganism,
  leaveNotice,
  managementCrumb,
  redirectTo,
  scopeOf,
} from '../middlewares/request.ts';
import { localPath, paths } from '../paths.ts';
import { listedRoles, movesSentence } from '../presenters/account-lists.ts';
import { KNOWN_ELSEWHERE, type KnownAddress, knownAddress } from '../presenters/email-changes.ts';
import { hrefOf } from '../presenters/href.ts';
import type { Account } from '../repositories/accounts.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { roleRepository } from '../repositories/roles.ts';
import { listMove, newAccountForm } from '../schemas/account.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { moved, refilledIds } from './account-editing.ts';
import type { AppContext } from './context.ts';

interface Shown {
  input?: Record<string, string>;
  assigned?: readonly number[];
  errors?: FieldError[];
  /** Whose address it is already, and the way on (R56). */
  known?: KnownAddress;
}

/** « Création d'un compte » (R48-R56). */
export function accountCreationController({ db, services }: AppContext) {
  async function showForm(
    req: Request,
    res: Response,
    { input = {}, assigned = [], errors = [], known }: Shown = {},
  ) {
    const scope = scopeOf(req);
    const actor = actorOf(req);
    res.render('management/accounts/new', {
      title: "Création d'un compte",
      breadcrumb: [
        managementCrumb(req),
        { label: 'Gestion des comptes', href: hrefOf(req)(paths.accounts.index) },
        { label: "Création d'un compte", href: null },
      ],
      ...{ scope, input, errors, known: known ?? null },
      messages: messagesOf(errors),
      closed: scope.kind === 'organism' && (await organismRepository(db).isClosed(scope.organism.id)),
      // Ucanss works on every organism: it says for which one this account is made.
      organisms: scope.kind === 'national' ? await organismRepository(db).open() : [],
      back: localPath(req.body?.retour ?? req.query.retour),
      items: listedRoles(await roleRepository(db).all(), assigned, actor.national === 'administrator'),
    });
  }

  return {
    new: ((req, res) =>
      showForm(req, res, { assigned: refilledIds(req, 'roles') ?? [] })) satisfies RequestHandler,

    create: (async (req, res) => {
      const organism = organismOf(req);
      const move = listMove.safeParse(req.body);
      if (move.success) return showForm(req, res, { input: req.body, ...moved(res, move.data) });
      const form = parseForm(newAccountForm, req.body);
      const assigned = newAccountForm.shape.roles.safeParse(req.body.roles).data ?? [];
      const errors = [
        ...(form.valid ? [] : form.errors),
        ...(organism ? [] : [{ field: 'perimetre', message: 'Choisissez l’organisme de la personne.' }]),
      ];
      if (!form.valid || !organism) {
        const input = form.valid ? req.body : form.input;
        return showForm(req, res.status(422), { input, assigned, errors });
      }
      const { civilite, nom, prenom, email, fonction, telephone, roles } = form.values;
      const person = {
        ...{ email, civility: civilite, lastName: nom, firstName: prenom },
        ...{ functionTitle: fonction, phone: telephone },
      };
      const result = await services.accountCreation.create(actorOf(req), organism, person, {
        add: roles,
        remove: [],
      });
      if (result.kind === 'closed') {
        const message = `${organism.name} est fermé\u00a0: aucun compte ne peut plus y être créé.`;
        return showForm(req, res.status(422), {
          input: req.body,
          assigned,
          errors: [{ field: null, message }],
        });
      }
      if (result.kind === 'known') {
        const shown = knownPerson(req, { account: result.account, typed: email }, organism);
        const error = { field: 'email', message: shown.text };
        return showForm(req, res.status(422), { input: req.body, assigned, errors: [error], known: shown });
      }
      const show = paths.accounts.show({ id: result.accountId });
      const href = hrefOf(req)(show, { perimetre: organism.code });
      leaveNotice(req, 'account-created', {
        ...{ person: `${prenom} ${nom}`, email, href },
        moves: movesSentence(result.moves),
        outsideDomain: String(result.outsideDomain),
      });
      await redirectTo(req, res, localPath(req.body.retour) ?? href);
    }) satisfies RequestHandler,
  };
}

/** The organism that the form was made for; undefined where Ucanss has not chosen one yet. */
function organismOf(req: Request): OrganismName | undefined {
  const scope = scopeOf(req);
  // Ucanss chooses the organism in the form itself: there is no other page to have gone on to.
  if (actorOf(req).national === null) assertSameOrganism(req);
  return scope.kind === 'organism' ? scope.organism : undefined;
}

/** In my organism, a link to the page; elsewhere, the way to « Rattacher », and no view of the account (R56, P5). */
function knownPerson(
  req: Request,
  known: { account: Account; typed: string },
  organism: OrganismName,
): KnownAddress {
  const href = hrefOf(req);
  const { nom, prenom } = req.body;
  return (
    knownAddress(known, organism.id, href) ?? {
      text: `${KNOWN_ELSEWHERE}\u00a0: la personne peut être rattachée au vôtre, sauf si elle est ADD.`,
      href: href(paths.accounts.index, { organisme: 'non', nom, prenom }),
      label: 'Rechercher la personne hors de mon organisme',
    }
  );
}
