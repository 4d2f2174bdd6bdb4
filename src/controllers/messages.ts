import type { RequestHandler } from 'express';
import { LATE_AFTER } from '../domain/message.ts';
import { mayAccess } from '../domain/permissions.ts';
import { actorOf, leaveNotice, managementCrumb, perimeterOf, redirectTo } from '../middlewares/request.ts';
import { listPage } from '../presenters/list-page.ts';
import { MESSAGE_SELECTIONS, resendSentence, showMessage } from '../presenters/messages.ts';
import { messageList } from '../repositories/lists/messages.ts';
import { localPath, paths, withQuery } from '../routes/paths.ts';
import { parseListQuery } from '../schemas/list-query.ts';
import { messageCriteria } from '../schemas/messages.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

const DEFAULTS = {
  ...{ q: '', etat: 'a-voir', tri: 'date', sens: 'desc', page: 1, taille: 10, perimetre: 'tous' },
};

/** « Messages »: a message that cannot be sent stays visible to who administers nationally. */
export function messagesController({ db, clock, services }: AppContext) {
  const list = messageList(db);

  const index: RequestHandler = async (req, res) => {
    const { values, faults } = parseListQuery(messageCriteria, req.query);
    const now = clock.now();
    const result = await list.page(
      {
        ...{ selection: values.etat, words: values.q, direction: values.sens },
        lateBefore: new Date(now.getTime() - LATE_AFTER),
      },
      { page: values.page, size: values.taille },
    );
    const perimetre = perimeterOf(req);
    const page = listPage({ path: paths.messages.index, values, defaults: DEFAULTS, perimetre }, result);
    const state = MESSAGE_SELECTIONS.find(({ value }) => value === values.etat)?.label ?? '';
    res.render('management/messages/index', {
      title: `Messages\u00a0: ${state}, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'Messages', href: null }],
      ...{ values, perimetre, state, selections: MESSAGE_SELECTIONS },
      faults,
      mayAct: mayAccess('national-act', actorOf(req)),
      list: page,
      here: page.hrefTo({}),
      everythingHref: page.hrefTo({ etat: 'tous', q: null, page: null }),
      messages: result.rows.map((row) => showMessage(row, now)),
    });
  };

  /** « Renvoyer le message ». */
  const resend: RequestHandler = async (req, res) => {
    const outcome = await services.messages.resend(actorOf(req), idOf(req));
    leaveNotice(req, outcome.kind === 'queued' ? 'message-resent' : 'message-not-resent', {
      sentence: resendSentence(outcome),
      href: withQuery(paths.messages.index, { etat: 'attente', perimetre: perimeterOf(req) }),
    });
    const back =
      localPath(req.body?.retour) ?? withQuery(paths.messages.index, { perimetre: perimeterOf(req) });
    await redirectTo(req, res, back);
  };

  return { index, resend };
}
