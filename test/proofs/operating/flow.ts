import { setTimeout as sleep } from 'node:timers/promises';
import { createAgent } from '../../tools/agent.ts';
import type { Gate } from './proxy.ts';

export const SITE = 'https://portail.exemple.fr';

/** Somebody who is there. */
export interface Person {
  email: string;
  password: string;
}

/** A browser in front of the proxy. */
export const browse = ({ url }: Gate) => createAgent({ url }, { publicUrl: SITE });

const READERS = 4;
/** Milliseconds between two requests of one browser. */
const PAUSE = 15;

/** Pages read and forms sent without end, until stopped: how many there were, and what became of those that were lost. */
export function startFlow(proxy: Gate, { email, password }: Person) {
  let flowing = true;
  let asked = 0;
  let acted = 0;
  const lost: string[] = [];

  async function read(): Promise<void> {
    const agent = browse(proxy);
    await agent.signIn(email, password);
    while (flowing) {
      asked += 1;
      await agent.get('/gestion/comptes').then(
        ({ status }) => status === 200 || lost.push(`a page: ${status}`),
        (error: unknown) => lost.push(`a page: ${error}`),
      );
      await sleep(PAUSE);
    }
    agent.close();
  }

  /** Each time somebody new: what acts is not to be done twice, nor lost. */
  async function act(): Promise<void> {
    while (flowing) {
      const agent = browse(proxy);
      acted += 1;
      await agent.signIn(email, password).catch((error: unknown) => lost.push(`a form: ${error}`));
      agent.close();
      await sleep(PAUSE);
    }
  }

  const running = Promise.all([...Array.from({ length: READERS }, read), act()]);
  running.catch(() => {});
  return {
    async stop(): Promise<{ asked: number; acted: number; lost: string[] }> {
      flowing = false;
      await running;
      return { asked, acted, lost };
    },
  };
}
