import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { dayInParis } from '../domain/calendar.ts';
import { organismIdOf } from '../domain/scope.ts';
import { actorOf, assertSameOrganism, leaveNotice, redirectTo, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { BEYOND } from '../presenters/account-acts.ts';
import { listedRoles, movesSentence } from '../presenters/account-lists.ts';
import { conflictOf } from '../presenters/conflict.ts';
import { fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { type Account, accountRepository, type Identity } from '../repositories/accounts.ts';
import { readAccountRecord } from '../repositories/lists/account-record.ts';
import { roleRepository } from '../repositories/roles.ts';
import { accountForm, listMove, rightsForm } from '../schemas/account.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { accountTrail } from './account-record.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** « Modification de compte »: identity and the two lists (R47, R52). */
export function accountEditingController({ db, clock, services }: AppContext) {
  const managed = (req: Request): Promise<Account> =>
    accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));

  const heldIds = async (account: Account): Promise<number[]> => {
    const { rights } = await readAccountRecord(db, account.id, dayInParis(clock.now()));
    return rights.filter(({ roleKind }) => roleKind === 'ordinary').map(({ roleId }) => roleId);
  };

  interface Shown {
    input: Record<string, string>;
    assigned: readonly number[];
    held: readonly number[];
    errors?: FieldError[];
    conflict?: ReturnType<typeof conflictOf>;
  }

  async function showForm(
    req: Request,
    res: Response,
    account: Account,
    { input, assigned, held, errors = [], conflict }: Shown,
  ) {
    const actor = actorOf(req);
    const beyond = await services.accounts.isBeyond(actor, account.id);
    res.render('management/accounts/edit', {
      title: `Modification du compte de ${fullName(account)}`,
      breadcrumb: accountTrail(req, account, 'Modification de compte'),
      ...{ account, held, errors, conflict },
      input: { ...input, avant: input.avant ?? JSON.stringify(inputOf(account)) },
      messages: messagesOf(errors),
      items: listedRoles(await roleRepository(db).all(), assigned, actor.national === 'administrator'),
      lock: beyond ? `${BEYOND}.` : null,
      // P1: one's own rights are changed by another administrator.
      isOneself: actor.id === account.id,
    });
  }

  return {
    edit: (async (req, res) => {
      const account = await managed(req);
      // Of a form that is given back, what was held when it was opened: what was granted since is not in it, and stays.
      const held = refilledIds(req, 'tenus') ?? (await heldIds(account));
      const assigned = refilledIds(req, 'roles') ?? held;
      const avant = req.refilled?.values.avant?.[0];
      await showForm(req, res, account, {
        input: { ...inputOf(account), ...(avant && { avant }) },
        assigned,
        held,
      });
    }) satisfies RequestHandler,

    update: (async (req, res) => {
      assertSameOrganism(req);
      const account = await managed(req);
      const move = listMove.safeParse(req.body);
      const held = accountForm.shape.tenus.safeParse(req.body.tenus).data ?? [];
      // « >> » and « << » without script only move lines; nothing is saved.
      if (move.success)
        return showForm(req, res, account, { input: req.body, ...moved(res, move.data), held });
      // Where the identity is shown only, the form has nothing of it.
      const withIdentity =
        req.body.nom !== undefined || !(await services.accounts.isBeyond(actorOf(req), account.id));
      const form = withIdentity ? parseForm(accountForm, req.body) : parseForm(rightsForm, req.body);
      if (!form.valid) {
        const assigned = accountForm.shape.roles.safeParse(req.body.roles).data ?? held;
        return showForm(req, res.status(422), account, {
          input: form.input,
          assigned,
          held,
          errors: form.errors,
        });
      }
      const { roles, tenus } = form.values;
      const [actor, scope] = [actorOf(req), scopeOf(req)];
      const edited = await services.accountEditing.update(actor, scope, account.id, {
        identity: withIdentity ? typedIdentity(form.values as z.output<typeof accountForm>) : null,
        // Only what this form changed: what someone else granted meanwhile is not in it, and stays.
        roles: {
          add: roles.filter((id) => !tenus.includes(id)),
          remove: tenus.filter((id) => !roles.includes(id)),
        },
      });
      if (edited.kind === 'beyond') {
        const errors = [{ field: null, message: `${BEYOND}.` }];
        return showForm(req, res.status(422), account, {
          input: req.body,
          assigned: roles,
          held: tenus,
          errors,
        });
      }
      if (edited.kind === 'stale') {
        const input = { ...req.body, avant: JSON.stringify(inputOf(edited.stored)) };
        const conflict = conflictOf('Cette fiche a été modifiée', edited.clashes);
        return showForm(req, res.status(409), account, { input, assigned: roles, held: tenus, conflict });
      }
      const { renamed, moves } = edited;
      const sentence = [renamed ? 'La fiche est modifiée.' : '', movesSentence(moves)].join(' ').trim();
      leaveNotice(req, 'account-changed', { sentence: sentence || 'Rien n’a été changé.' });
      await redirectTo(req, res, hrefOf(req)(paths.accounts.show({ id: account.id })));
    }) satisfies RequestHandler,
  };
}

/** The roles that a form which is shown again was filled with; undefined for any other page. */
export function refilledIds({ refilled }: Request, name: 'roles' | 'tenus'): number[] | undefined {
  return refilled && (accountForm.shape[name].safeParse(refilled.values[name] ?? []).data ?? []);
}

const NOT_MOVED =
  'Des habilitations étaient cochées sans être déplacées\u00a0: elles viennent de l’être. Vérifiez les deux listes, puis enregistrez.';

/**
 * The second list after « >> » or « << ». Where neither was pressed nothing is saved either (422): what was ticked
 * would be lost without a word.
 */
export function moved(res: Response, move: ReturnType<typeof listMove.parse>) {
  const { deplacer, roles, ajouter, retirer } = move;
  const [added, removed] = [deplacer === 'retirer' ? [] : ajouter, deplacer === 'ajouter' ? [] : retirer];
  const assigned = [...new Set([...roles, ...added])].filter((id) => !removed.includes(id));
  if (deplacer !== undefined) return { assigned };
  res.status(422);
  return { assigned, errors: [{ field: null, message: NOT_MOVED }] };
}

const identityOf = ({
  civilite,
  nom,
  prenom,
  fonction,
  telephone,
}: Pick<
  z.output<typeof accountForm>,
  'civilite' | 'nom' | 'prenom' | 'fonction' | 'telephone'
>): Identity => ({
  ...{ civility: civilite, lastName: nom, firstName: prenom },
  ...{ functionTitle: fonction, phone: telephone },
});

const typedIdentity = ({ avant, ...typed }: z.output<typeof accountForm>) => ({
  typed: identityOf(typed),
  shown: avant ? identityOf(avant) : null,
});

const inputOf = (account: Identity): Record<string, string> => ({
  civilite: account.civility ?? '',
  nom: account.lastName,
  prenom: account.firstName,
  fonction: account.functionTitle,
  telephone: account.phone,
});
