import type { RequestHandler } from 'express';
import { actorOf, backTo, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { resendSentence } from '../presenters/messages.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** What is done with a message. */
export function messagesController(context: AppContext) {
  /** « Renvoyer le message ». */
  const resend: RequestHandler = async (req, res) => {
    const outcome = await context.services.messages.resend(actorOf(req), idOf(req));
    leaveNotice(req, outcome.kind === 'queued' ? 'message-resent' : 'message-not-resent', {
      sentence: resendSentence(outcome),
      href: hrefOf(req)(paths.messages.index, { etat: 'attente' }),
    });
    await redirectTo(req, res, backTo(req, paths.messages.index));
  };

  return { resend };
}
