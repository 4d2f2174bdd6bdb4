import type { RequestHandler } from 'express';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, backTo, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { resendSentence } from '../presenters/messages.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** What is done with a message. */
export function messagesController(context: AppContext) {
  /** « Renvoyer le message ». */
  const resend: RequestHandler = async (req, res) => {
    const outcome = await context.services.messages.resend(actorOf(req), idOf(req));
    const sentence = resendSentence(outcome);
    const href = hrefOf(req)(paths.messages.index, { etat: 'attente' });
    const label = 'Voir les messages en attente';
    leaveNotice(
      req,
      outcome.kind === 'queued'
        ? { notice: 'done-there', values: { sentence, href, label } }
        : { notice: 'not-done', values: { sentence } },
    );
    await redirectTo(req, res, backTo(req, paths.messages.index));
  };

  return { resend };
}
