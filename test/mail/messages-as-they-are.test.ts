import { test } from 'node:test';
import type { MessageName } from '../../src/domain/message.ts';
import { MESSAGE_LINKS } from '../../src/domain/sending.ts';
import { renderMessage } from '../../src/mail/render.ts';
import { isAsItWas } from '../tools/snapshot.ts';
import { samples } from './samples.ts';
import { variants } from './variants.ts';

const site = { baseUrl: 'https://portail.exemple.fr' };

/**
 * What each message says, in each of its variants. Another word is seen here; `npm test -- messages-as-they-are
 * --update` writes the file anew, for somebody to read.
 */
for (const [name, sample] of Object.entries(samples) as [MessageName, object][]) {
  test(name, async (t) => {
    const link = name in MESSAGE_LINKS ? `${site.baseUrl}/activation/un-jeton` : '';
    const said: string[] = [];
    for (const more of [{}, ...(variants[name] ?? [])]) {
      const { subject, text } = await renderMessage(name, { ...sample, ...more }, { ...site, link });
      said.push(`# ${JSON.stringify(more)}`, subject, text);
    }
    isAsItWas(t, said);
  });
}
