import type { RequestHandler } from 'express';
import { criteriaOf } from '../lists/criteria.ts';
import { delegationCandidates } from '../lists/delegation-candidates.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { parseListQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';
import { listController } from './lists.ts';

/** « Délégation », which is of one organism (R68-R71). */
export function delegationsController(context: AppContext) {
  const candidates = listController(context, delegationCandidates);

  const create: RequestHandler = async (req, res, next) => {
    if (scopeOf(req).kind === 'organism') return candidates.index(req, res, next);
    const href = hrefOf(req);
    const criteria = criteriaOf(delegationCandidates, { known: undefined, actor: actorOf(req) });
    const { values, faults } = parseListQuery(criteria, req.query);
    res.render('management/delegations/choose-organism', {
      title: `Délégation, page ${values.page}`,
      breadcrumb: [
        managementCrumb(req),
        { label: 'Les administrateurs locaux', href: href(paths.delegations.index) },
        { label: 'Délégation', href: null },
      ],
      organisms: await organismRepository(context.db).all(),
      faults,
    });
  };

  return { create };
}
