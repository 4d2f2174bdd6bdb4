import type { Request } from 'express';
import { type BatchKind, isOfAccounts } from '../domain/batch.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Refused } from '../domain/errors.ts';
import { isManaged } from '../domain/role.ts';
import { selected, selectionCriteria } from '../lists/account-criteria.ts';
import { ask } from '../lists/criteria.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, backTo, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { batchConfirmation } from '../presenters/batch-confirmations.ts';
import type { OwnBatch } from '../repositories/batches.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { batchForm, tickedRows } from '../schemas/batches.ts';
import { parseListQuery } from '../schemas/list-query.ts';
import type { Selection } from '../services/batch-judging.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';

type PeopleBatch = OwnBatch & { kind: BatchKind };

/** « … la sélection » of « Gestion des comptes » (R45, R46). */
export function accountBatches({ db, clock, services: { batches }, snapshot }: AppContext) {
  const today = () => dayInParis(clock.now());

  return {
    /** The number of the draft; null when nothing is ticked. @throws Refused */
    async draft(req: Request, kind: BatchKind): Promise<number | null> {
      const isWhole = req.body.tout === 'oui';
      const ticked = tickedRows.safeParse(req.body.ids);
      if (!isWhole && !ticked.success) return null;
      const roles = (await roleRepository(db).all()).filter(isManaged);
      const values = criteriaOf(req, roles);
      const role = roles.find(({ code }) => code === values.role) ?? null;
      if (!isOfAccounts(kind) && role === null)
        throw new Refused('Choisissez d’abord un rôle dans «\u00a0Rôle sélectionné\u00a0».');
      const selection: Selection = isWhole
        ? { filter: selected(values, role), snapshot: await snapshot.current() }
        : { ids: ticked.data ?? [] };
      const order = { kind, role: isOfAccounts(kind) ? null : (role?.code ?? null), selection };
      return batches.draft(actorOf(req), scopeOf(req), order);
    },

    act: (batch: PeopleBatch) =>
      confirmedAct({
        list: paths.accounts.index,
        async describe(req) {
          const foreseen = await batches.foresee(actorOf(req), scopeOf(req), batch);
          return batchConfirmation(foreseen, { snapshot: await snapshot.current(), today: today() });
        },
        form: () => batchForm(batch.kind, batch.selectedIds.length, today()),
        perform: (req, { motif: reason, fin: endsOn }) =>
          batches.run(actorOf(req), scopeOf(req), batch.id, { reason, endsOn }),
        tell: (req) => ({
          to: hrefOf(req)(paths.batches.show(batch), { retour: backTo(req, paths.accounts.index) }),
        }),
      }),
  };
}

/** The criteria of the list that the selection was made in. @throws Refused */
function criteriaOf({ body }: Request, roles: readonly RoleDetails[]) {
  const criteria = selectionCriteria(ask, roles);
  const filters = Object.fromEntries(Object.values(criteria).map(({ name }) => [name, body[name]]));
  const { values, faults } = parseListQuery(criteria, filters);
  // A filter that falls back on its default would act on the wrong people.
  if (faults[0] === undefined) return values;
  throw new Refused(`Rien n’a été changé, car un critère n’est pas valide. ${faults[0]}`);
}
