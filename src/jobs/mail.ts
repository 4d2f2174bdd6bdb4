import { renderMessage } from '../mail/render.ts';
import { linkUrl } from '../mail/site.ts';
import { certainlyStayed, failureOf, isRefusedForGood, type MailTransport } from '../mail/transport.ts';
import type { Leaving } from '../services/sending.ts';
import type { Attempt, JobContext } from './context.ts';

/** Sends a message once, whatever the number of jobs for it. */
export function mailJob(
  { services: { sending }, snapshot, environment: { baseUrl }, logger }: JobContext,
  transport: MailTransport,
) {
  async function send({ message, link }: Leaving): Promise<void> {
    // The articles of organisms are told by the reference data.
    await snapshot.current();
    const address = link === null ? '' : linkUrl(baseUrl, link.purpose, link.token);
    const rendered = await renderMessage(message.template, message.data, { baseUrl, link: address });
    const { id, recipient: to, createdAt } = message;
    await transport.send({ ...rendered, id, to, createdAt });
  }

  /** @throws without personal data, so that the job is tried again; not on the last attempt, nor once refused for good. */
  return async ({ messageId }: { messageId: number }, { isLast }: Attempt): Promise<void> => {
    const notLeft = await sending.sendOnce(messageId, async (leaving) => {
      try {
        await send(leaving);
        return undefined;
      } catch (error) {
        const gaveUp = isLast || isRefusedForGood(error);
        const failure = failureOf(error);
        logger.warn({ message: messageId, failure, gaveUp }, 'a message did not leave');
        return { failure, gaveUp, stayed: certainlyStayed(error) };
      }
    });
    if (notLeft && !notLeft.gaveUp) {
      throw new Error(`message ${messageId} did not leave: ${notLeft.failure}`);
    }
  };
}
