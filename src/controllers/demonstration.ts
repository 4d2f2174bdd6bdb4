import type { RequestHandler } from 'express';
import { readCaptured } from '../mail/captured.ts';
import { linkedLines } from '../presenters/captured-messages.ts';
import { componentSamples, SHEETS } from '../presenters/component-samples.ts';
import { CONFIRMATION_SAMPLES, DUAL_LIST_SAMPLES, FIELD_SAMPLES } from '../presenters/field-samples.ts';
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

  /** Every component of the screens in its states. */
  const components: RequestHandler = (req, res) => {
    const sheet = SHEETS.find((each) => String(each) === req.query.planche) ?? SHEETS[0];
    res.render('demonstration/components', {
      title: 'Composants',
      column: 'text',
      sheet,
      sheets: SHEETS,
      samples: componentSamples(sheet),
      fields: FIELD_SAMPLES,
      dualLists: DUAL_LIST_SAMPLES,
      confirmation: CONFIRMATION_SAMPLES[sheet - 1],
    });
  };

  return { messages, components };
}
