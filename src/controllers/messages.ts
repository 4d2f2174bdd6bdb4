import type { RequestHandler } from 'express';
import { LATE_AFTER } from '../domain/message.ts';
import { mayAccess } from '../domain/permissions.ts';
import { actorOf, backTo, leaveNotice, managementCrumb, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { MESSAGE_SELECTIONS, resendSentence, showMessage } from '../presenters/messages.ts';
import { messageList } from '../repositories/lists/messages.ts';
import { parseListQuery } from '../schemas/list-query.ts';
import { messageCriteria } from '../schemas/messages.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

const DEFAULTS = {
  ...{ q: '', etat: 'a-voir', tri: 'date', sens: 'desc', page: 1, taille: 10 },
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
    const href = hrefOf(req);
    const page = listPage({ path: paths.messages.index, values, defaults: DEFAULTS, href }, result);
    const state = MESSAGE_SELECTIONS.find(({ value }) => value === values.etat)?.label ?? '';
    res.render('management/messages/index', {
      title: `Messages\u00a0: ${state}, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'Messages', href: null }],
      ...{ values, state, selections: MESSAGE_SELECTIONS },
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
      href: hrefOf(req)(paths.messages.index, { etat: 'attente' }),
    });
    await redirectTo(req, res, backTo(req, paths.messages.index));
  };

  return { index, resend };
}
