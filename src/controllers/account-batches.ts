import type { Request, RequestHandler, Response } from 'express';
import type { BatchKind } from '../domain/batch.ts';
import { dayInParis } from '../domain/clock.ts';
import { NotFound, Refused } from '../domain/errors.ts';
import { isGrantable } from '../domain/role.ts';
import {
  actorOf,
  assertSameOrganism,
  leaveNotice,
  perimeterOf,
  redirectTo,
  scopeOf,
} from '../middlewares/request.ts';
import { BATCH_TITLES, batchEffect, batchWarning, outcomeGroups } from '../presenters/batches.ts';
import { roleRepository } from '../repositories/roles.ts';
import { paths, pathTo, withQuery } from '../routes/paths.ts';
import { selectionCriteria, tickedAccounts } from '../schemas/accounts.ts';
import { BATCH_ACTS, batchForm } from '../schemas/batches.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { parseListQuery } from '../schemas/list-query.ts';
import type { BatchOrder, Selection } from '../services/batches.ts';
import { backOf, hiddenOf } from './account-acts.ts';
import { filterOf } from './accounts.ts';
import { inDays } from './assignments.ts';
import type { AppContext } from './context.ts';

interface Asked {
  kind: BatchKind;
  order: BatchOrder;
  /** What the confirmation sends again, so that it is about the same people. */
  hidden: { name: string; value: string }[];
}

const STALE: FieldError = {
  field: null,
  message:
    'La sélection a changé pendant que vous la regardiez\u00a0: relisez ce qui va se passer, puis confirmez.',
};

/** « … la sélection »: what will happen to each person, then the act (R45, R46). */
export function accountBatchesController({ db, clock, services, labels }: AppContext) {
  const today = () => dayInParis(clock.now());

  /** Null when nothing is ticked. @throws NotFound, Refused */
  async function read(sent: Record<string, unknown>): Promise<Asked | null> {
    if (sent.tout !== 'oui' && !tickedAccounts.safeParse(sent.comptes).success) return null;
    const act = String(sent.acte);
    const kind = Object.hasOwn(BATCH_ACTS, act) ? BATCH_ACTS[act] : undefined;
    if (kind === undefined) throw new NotFound();
    const roles = (await roleRepository(db).all()).filter(isGrantable);
    const criteria = selectionCriteria(roles);
    const filters = Object.fromEntries(Object.keys(criteria).map((name) => [name, sent[name]]));
    const { values, faults } = parseListQuery(criteria, filters);
    // A filter that falls back on its default would act on the wrong people.
    if (faults[0] !== undefined)
      throw new Refused(`Rien n’a été changé, car un critère n’est pas valide. ${faults[0]}`);
    const role = roles.find(({ code }) => code === values.role) ?? null;
    const order = { kind, role: kind === 'deactivate' ? null : (role?.code ?? '') };
    if (order.role === '')
      throw new Refused('Choisissez d’abord un rôle dans «\u00a0Rôle sélectionné\u00a0».');
    const selected = await selectionOf(sent, filterOf(values, role));
    if (selected === null) return null;
    const kept = Object.entries(values)
      .map(([name, value]) => ({ name, value: String(value) }))
      .filter(({ value }) => value !== '');
    return {
      kind,
      order: { ...order, selection: selected.selection },
      hidden: [{ name: 'acte', value: act }, ...selected.hidden, ...kept],
    };
  }

  /** « Tout », or the rows that are ticked; null when there are none. */
  async function selectionOf(sent: Record<string, unknown>, filter: ReturnType<typeof filterOf>) {
    if (sent.tout === 'oui') {
      const selection: Selection = { filter, labels: await labels.current() };
      return { selection, hidden: [{ name: 'tout', value: 'oui' }] };
    }
    const ticked = tickedAccounts.safeParse(sent.comptes);
    if (!ticked.success) return null;
    const selection: Selection = { ids: ticked.data };
    return { selection, hidden: ticked.data.map((id) => ({ name: 'comptes', value: String(id) })) };
  }

  async function show(
    req: Request,
    res: Response,
    { kind, order, hidden }: Asked,
    errors: FieldError[] = [],
  ) {
    const { role, people } = await services.batches.preview(actorOf(req), scopeOf(req), order);
    const groups = outcomeGroups(people);
    const duration = kind === 'grant' ? (role?.defaultDurationDays ?? null) : null;
    res.render('management/accounts/selection', {
      title: BATCH_TITLES[kind],
      breadcrumb: [],
      kind,
      groups,
      nothing: groups.every(({ result }) => result === 'skipped'),
      asked: groups.some(({ result }) => result === 'requested'),
      confirmation: {
        title: BATCH_TITLES[kind],
        effect: batchEffect(kind, role?.label ?? '', groups),
        warning: batchWarning(kind),
        danger: kind !== 'grant',
        action: paths.accounts.selection,
        cancelHref: backOf(req),
        hidden: [...hiddenOf(req), ...hidden, { name: 'annonce', value: String(people.length) }],
        errors,
      },
      today: today(),
      input: req.body ?? { fin: duration === null ? '' : dayInParis(inDays(clock.now(), duration)) },
      messages: messagesOf(errors),
    });
  }

  function sayNothingTicked(req: Request, res: Response): Promise<void> {
    leaveNotice(req, 'nothing-ticked');
    return redirectTo(req, res, backOf(req));
  }

  return {
    confirmation: (async (req, res) => {
      const asked = await read(req.query);
      return asked === null ? sayNothingTicked(req, res) : show(req, res, asked);
    }) satisfies RequestHandler,

    confirm: (async (req, res) => {
      assertSameOrganism(req);
      const asked = await read(req.body);
      if (asked === null) return sayNothingTicked(req, res);
      const form = parseForm(batchForm(asked.kind, today()), req.body);
      if (!form.valid) return show(req, res.status(422), asked, form.errors);
      const { motif: reason, fin: endsOn, annonce } = form.values;
      const terms = { reason, endsOn, announced: annonce };
      const end = await services.batches.run(actorOf(req), scopeOf(req), asked.order, terms);
      if (end.kind === 'stale') return show(req, res.status(422), asked, [STALE]);
      const back = { retour: backOf(req), perimetre: perimeterOf(req) };
      await redirectTo(req, res, withQuery(pathTo(paths.batches.show, end.batchId), back));
    }) satisfies RequestHandler,
  };
}
