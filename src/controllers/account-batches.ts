import type { Request, RequestHandler, Response } from 'express';
import { addDays, dayInParis } from '../domain/calendar.ts';
import { NotFound, Refused } from '../domain/errors.ts';
import { isGrantable } from '../domain/role.ts';
import { selected as selectedBy, selectionCriteria } from '../lists/accounts.ts';
import { writtenOf } from '../lists/screen.ts';
import { actorOf, assertSameOrganism, leaveNotice, redirectTo, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { leavesWithout } from '../presenters/account-acts.ts';
import {
  BATCH_TITLES,
  batchEffect,
  batchWarning,
  LARGE_BATCH,
  outcomeGroups,
} from '../presenters/batches.ts';
import { fullName, plural } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { roleRepository } from '../repositories/roles.ts';
import { tickedAccounts } from '../schemas/accounts.ts';
import { announcementKey, BATCH_ACTS, batchForm } from '../schemas/batches.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { parseListQuery } from '../schemas/list-query.ts';
import type { BatchOrder, Selection } from '../services/batch-judging.ts';
import type { AnnouncedBatch } from '../services/batches.ts';
import { backOf } from './account-acts.ts';
import type { AppContext } from './context.ts';

interface Asked {
  order: BatchOrder;
  /** What the confirmation sends again: who it is about, should what it announced be forgotten. */
  hidden: { name: string; value: string }[];
}

const OUTDATED: FieldError = {
  field: null,
  message:
    'Cette confirmation n’est plus valable, et rien n’a été changé\u00a0: relisez ce qui va se passer, puis confirmez.',
};

/** A large selection takes a moment: said before, and shown meanwhile. */
const LARGE = 500;

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
    const filters = Object.fromEntries(Object.values(criteria).map(({ name }) => [name, sent[name]]));
    const { values, faults } = parseListQuery(criteria, filters);
    // A filter that falls back on its default would act on the wrong people.
    if (faults[0] !== undefined)
      throw new Refused(`Rien n’a été changé, car un critère n’est pas valide. ${faults[0]}`);
    const role = roles.find(({ code }) => code === values.role) ?? null;
    const order = { kind, role: kind === 'deactivate' ? null : (role?.code ?? '') };
    if (order.role === '')
      throw new Refused('Choisissez d’abord un rôle dans «\u00a0Rôle sélectionné\u00a0».');
    const selected = await selectionOf(sent, selectedBy(values, role));
    if (selected === null) return null;
    const kept = Object.entries(writtenOf(criteria, values))
      .map(([name, value]) => ({ name, value: String(value) }))
      .filter(({ value }) => value !== '');
    return {
      order: { ...order, selection: selected.selection },
      hidden: [{ name: 'acte', value: act }, ...selected.hidden, ...kept],
    };
  }

  /** « Tout », or the rows that are ticked; null when there are none. */
  async function selectionOf(sent: Record<string, unknown>, filter: ReturnType<typeof selectedBy>) {
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
    { key, kind, role, people, leaving }: AnnouncedBatch,
    hidden: Asked['hidden'],
    errors: FieldError[] = [],
  ): Promise<void> {
    const { organisms } = await labels.current();
    const named = (ids: readonly number[]) => ids.map((id) => organisms.get(id)?.name ?? '');
    const groups = outcomeGroups(people);
    const duration = kind === 'grant' ? (role?.defaultDurationDays ?? null) : null;
    res.render('management/accounts/selection', {
      title: BATCH_TITLES[kind],
      breadcrumb: [],
      kind,
      groups,
      asked: groups.some(({ result }) => result === 'requested'),
      confirmation: {
        title: BATCH_TITLES[kind],
        effect: batchEffect(kind, role?.label ?? '', groups),
        points: [
          ...leaving.map(({ person, organismIds }) => leavesWithout(fullName(person), named(organismIds))),
          ...(people.length >= LARGE ? [LARGE_BATCH] : []),
        ],
        warning: batchWarning(kind),
        danger: kind !== 'grant',
        action: paths.accounts.selection,
        cancelHref: backOf(req),
        hidden: [{ name: 'retour', value: backOf(req) }, { name: 'cle', value: key }, ...hidden],
        errors,
        progress: `${plural(people.length, 'personne', 'personnes')}\u00a0: traitement en cours…`,
      },
      today: today(),
      input: req.body ?? { fin: duration === null ? '' : addDays(today(), duration) },
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
      if (asked === null) return sayNothingTicked(req, res);
      const announced = await services.batches.announce(actorOf(req), scopeOf(req), asked.order);
      await show(req, res, announced, asked.hidden);
    }) satisfies RequestHandler,

    confirm: (async (req, res) => {
      assertSameOrganism(req);
      const asked = await read(req.body);
      if (asked === null) return sayNothingTicked(req, res);
      const [actor, scope] = [actorOf(req), scopeOf(req)];
      const { kind } = asked.order;
      const key = announcementKey.safeParse(req.body).data?.cle ?? '';
      const showAgain = async (errors: FieldError[]) => {
        const known = key === '' ? null : await services.batches.review(actor, scope, key);
        const announced = known ?? (await services.batches.announce(actor, scope, asked.order));
        await show(req, res.status(422), announced, asked.hidden, errors);
      };
      const form = parseForm(batchForm(kind, today()), req.body);
      if (!form.valid) return showAgain(form.errors);
      const { motif: reason, fin: endsOn } = form.values;
      if (key === '') return showAgain([OUTDATED]);
      const end = await services.batches.run(actor, scope, { key, kind }, { reason, endsOn });
      if (end.kind === 'unknown') return showAgain([OUTDATED]);
      const result = hrefOf(req)(paths.batches.show({ id: end.batchId }), { retour: backOf(req) });
      await redirectTo(req, res, result);
    }) satisfies RequestHandler,
  };
}
