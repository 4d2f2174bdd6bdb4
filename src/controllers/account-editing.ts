import type { Request } from 'express';
import type { z } from 'zod';
import { dayInParis } from '../domain/calendar.ts';
import { changesBetween } from '../domain/changes.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { BEYOND } from '../presenters/account-acts.ts';
import { rightsRemoval } from '../presenters/account-confirmations.ts';
import { EDITING_REASON, listedRoles, movesSentence, recapOf } from '../presenters/account-lists.ts';
import { conflictOf } from '../presenters/conflict.ts';
import { fullName } from '../presenters/format.ts';
import { type Account, accountRepository, type Identity } from '../repositories/accounts.ts';
import { readAccountRecord } from '../repositories/lists/account-record.ts';
import { roleRepository } from '../repositories/roles.ts';
import { accountForm, assignmentsForm } from '../schemas/account.ts';
import { type FormResult, parseForm } from '../schemas/form.ts';
import { IDENTITY_FIELDS } from '../services/account-editing.ts';
import { accountBreadcrumb } from './account-record.ts';
import { colleagueCopy } from './colleague.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm, type Page } from './declared-form.ts';
import { idOf } from './identifiers.ts';
import { assignedIn, movedLines, refilledIds } from './two-lists.ts';

/** What is held, and what the second list has. */
interface Lists {
  held: readonly number[];
  assigned: readonly number[];
}

/** « Modification de compte »: identity and the two lists (R47, R52). */
export function accountEditingController(context: AppContext) {
  const { db, clock, services } = context;
  const copyColleague = colleagueCopy(context);

  const heldIds = async (account: Account): Promise<number[]> => {
    const { assignments } = await readAccountRecord(db, account.id, dayInParis(clock.now()));
    return assignments.filter(({ roleKind }) => roleKind === 'ordinary').map(({ roleId }) => roleId);
  };

  /** Of a form that is given back, what was held when it was opened: what was granted since is not in it, and stays. */
  async function listsOf(req: Request, account: Account): Promise<Lists> {
    const held = refilledIds(req, 'tenus') ?? (await heldIds(account));
    return { held, assigned: refilledIds(req, 'roles') ?? held };
  }

  const itemsOf = async (req: Request, account: Account, { held, assigned }: Lists) =>
    listedRoles(await roleRepository(db).all(), {
      held,
      assigned,
      actsForUcanss: actorOf(req).national === 'administrator',
      active: account.active,
    });

  async function page(req: Request, account: Account, again: Again | undefined): Promise<Page> {
    const actor = actorOf(req);
    const { held, assigned } = (again?.locals as Lists | undefined) ?? (await listsOf(req, account));
    const items = await itemsOf(req, account, { held, assigned });
    return {
      view: 'management/accounts/edit',
      locals: {
        title: `Modification du compte de ${fullName(account)}`,
        breadcrumb: accountBreadcrumb(req, account, 'Modification de compte'),
        account,
        held,
        lock: (await services.accounts.isBeyond(actor, account.id)) ? `${BEYOND}.` : null,
        items,
        ...savingWords(account, items),
        unsaved: again !== undefined,
        // P1: one's own rights are changed by another administrator.
        isOneself: actor.id === account.id,
      },
      input: { ...inputOf(account), avant: avantOf(req, account) },
    };
  }

  /** Where the identity is shown only, the form has nothing of it. */
  async function parse(req: Request, account: Account): Promise<FormResult<Values>> {
    const withIdentity =
      req.body.nom !== undefined || !(await services.accounts.isBeyond(actorOf(req), account.id));
    if (withIdentity) return parseForm(accountForm, req.body);
    return parseForm(assignmentsForm, req.body);
  }

  return declaredForm({
    back: (req) => hrefOf(req)(paths.accounts.show({ id: idOf(req) })),
    about: (req) => accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req))),
    page,
    kept: sentLists,
    change: async (req, { id, organismId, organismName }) =>
      (await copyColleague(req, {
        organism: { id: organismId, name: organismName },
        accountId: id,
        lists: sentLists(req),
      })) ?? movedLines(req.body),
    parse,
    // Before rights are taken away; the two lists as they are, and what only gives, are saved at once.
    async asks(req, { roles: assigned, tenus: held, motif: _reason, ...identity }, account) {
      if (held.every((id) => assigned.includes(id))) return null;
      const breadcrumb = accountBreadcrumb(req, account, 'Modification de compte');
      return {
        ...rightsRemoval(actorOf(req), account, {
          items: await itemsOf(req, account, { held, assigned }),
          changes: 'nom' in identity ? identityChanges(typedIdentity(identity), account) : {},
        }),
        breadcrumb,
      };
    },
    perform: (req, { roles, tenus, motif: reason, ...identity }, { id }) =>
      services.accountEditing.update(actorOf(req), scopeOf(req), id, {
        identity: 'nom' in identity ? typedIdentity(identity) : null,
        // Only what this form changed: what someone else granted meanwhile is not in it, and stays.
        roles: {
          add: roles.filter((role) => !tenus.includes(role)),
          remove: tenus.filter((role) => !roles.includes(role)),
          reason,
        },
      }),
    again(_req, edited, { input }) {
      if (edited.kind === 'beyond')
        return { status: 422, input, errors: [{ field: null, message: `${BEYOND}.` }] };
      if (edited.kind !== 'stale') return undefined;
      const conflict = conflictOf('Cette fiche a été modifiée', edited.clashes);
      const avant = JSON.stringify(inputOf(edited.stored));
      return { status: 409, input: { ...input, avant }, locals: { conflict } };
    },
    tell(_req, edited) {
      const { renamed, moves } = edited as Extract<typeof edited, { renamed: boolean }>;
      const sentence = [renamed ? 'La fiche est modifiée.' : '', movesSentence(moves)].join(' ').trim();
      return { notice: 'done', values: { sentence: sentence || 'Rien n’a été changé.' } };
    },
  });
}

/** The two lists as they are sent. */
function sentLists({ body }: Request) {
  const held = assignedIn(body, 'tenus') ?? [];
  return { held, assigned: assignedIn(body, 'roles') ?? held };
}

/** What the page says of saving: its recap, and what becomes of « Motif ». */
const savingWords = (account: Account, items: ReturnType<typeof listedRoles>) => ({
  reasonHint: EDITING_REASON,
  recap: { when: 'À l’enregistrement', takes: account.active, lines: recapOf(items) },
});

/** Who the person was when the form was first shown. */
const avantOf = (req: Request, account: Account): string =>
  req.refilled?.values.avant?.[0] ?? JSON.stringify(inputOf(account));

type Values = z.output<typeof assignmentsForm> | z.output<typeof accountForm>;

const identityOf = ({
  civilite,
  nom,
  prenom,
  fonction,
  telephone,
}: Omit<z.output<typeof accountForm>, 'roles' | 'tenus' | 'avant' | 'motif'>): Identity => ({
  civility: civilite,
  lastName: nom,
  firstName: prenom,
  functionTitle: fonction,
  phone: telephone,
});

const typedIdentity = ({
  avant,
  ...typed
}: Omit<z.output<typeof accountForm>, 'roles' | 'tenus' | 'motif'>) => ({
  typed: identityOf(typed),
  shown: avant ? identityOf(avant) : null,
});

/** What saving would change of who the person is, beside what others changed meanwhile. */
const identityChanges = ({ typed, shown }: ReturnType<typeof typedIdentity>, account: Identity) =>
  changesBetween(shown ?? account, typed, IDENTITY_FIELDS);

const inputOf = (account: Identity): Record<string, string> => ({
  civilite: account.civility ?? '',
  nom: account.lastName,
  prenom: account.firstName,
  fonction: account.functionTitle,
  telephone: account.phone,
});
