import type { RequestHandler } from 'express';
import { dayInParis } from '../domain/clock.ts';
import { canReadManagement } from '../domain/permissions.ts';
import { actorOf } from '../middlewares/request.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { readOwnRecord } from '../repositories/lists/own-record.ts';
import type { AppContext } from './context.ts';

/** « Mes informations » (R2-R4). */
export function myInformationController({ db, clock }: AppContext) {
  return {
    show: (async (req, res) => {
      const actor = actorOf(req);
      const today = dayInParis(clock.now());
      const [person, record] = await Promise.all([
        accountRepository(db).get(actor.id),
        readOwnRecord(db, actor.id, today),
      ]);
      res.render('my-information/show', {
        title: 'Mes informations',
        breadcrumb: [],
        person,
        ...record,
        manages: canReadManagement(actor),
      });
    }) satisfies RequestHandler,
  };
}
