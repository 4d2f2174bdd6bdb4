import type { RequestHandler } from 'express';
import { readCaptured } from '../mail/captured.ts';
import { linkedLines } from '../presenters/captured-messages.ts';
import type { AppContext } from './context.ts';

const SHOWN = 50;

/** What only a demonstration shows. */
export function demonstrationController({ environment }: AppContext) {
  /** The messages that the portal would have sent. */
  const messages: RequestHandler = async (_req, res) => {
    const captured = await readCaptured(environment.dataDirectory, SHOWN);
    res.render('demonstration/messages', {
      title: 'Messages envoyés',
      column: 'text',
      shown: SHOWN,
      captured: captured.map(({ text, ...message }) => ({
        ...message,
        lines: linkedLines(text, environment.baseUrl),
      })),
    });
  };

  return { messages };
}
