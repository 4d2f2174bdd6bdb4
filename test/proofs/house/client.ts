import { Agent as Connections, type RequestOptions, request } from 'node:http';
import { createAgent } from '../../tools/agent.ts';
import { timed } from '../../tools/stopwatch.ts';
import { PASSWORD } from './people.ts';

/** Somebody signed in: what each request of their browser carries. The session holds on every portal. */
export interface Person {
  email: string;
  cookie: string;
  /** Of their forms. */
  token: string;
}

interface Asked {
  method: 'GET' | 'POST';
  path: string;
  person?: Person | undefined;
  /** Fields of a form. */
  form?: Record<string, string>;
}

export interface Answer {
  /** 0 where none came. */
  status: number;
  /** Milliseconds. */
  took: number;
  location: string;
  body: string;
  /** Why none came. */
  error: string;
}

export type Client = ReturnType<typeof createClient>;

/** Milliseconds after which no answer is expected any more. */
const PATIENCE = 40_000;

/** Signs in, and keeps what the browser would. Before a proof begins, a busy machine is no failure of it. */
export async function signIn(url: string, email: string, attempts = 10): Promise<Person> {
  const agent = createAgent({ url });
  try {
    await agent.signIn(email, PASSWORD);
    return { email, cookie: agent.cookies(), token: await agent.token() };
  } catch (error) {
    if (attempts === 1) throw error;
    return await signIn(url, email, attempts - 1);
  } finally {
    agent.close();
  }
}

/** Asks one portal, as fast as it answers, and never twice: what came of a request that was cut is to be seen. */
export function createClient(url: string) {
  const { hostname, port, host, origin } = new URL(url);
  const agent = new Connections({ keepAlive: true });

  function ask({ method, path, person, form }: Asked, patience = PATIENCE): Promise<Answer> {
    const body = form && new URLSearchParams({ ...form, ...(person && { _csrf: person.token }) }).toString();
    const headers = {
      Host: host,
      'Sec-Fetch-Site': 'same-origin',
      ...(person && { Cookie: person.cookie }),
      ...(body !== undefined && {
        Origin: origin,
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': Buffer.byteLength(body),
      }),
    };
    return exchange({ hostname, port, method, path, headers, agent }, body, patience);
  }

  return {
    url,
    ask,
    get: (path: string, person?: Person, patience?: number) => ask({ method: 'GET', path, person }, patience),
    post: (path: string, person: Person | undefined, form: Record<string, string>, patience?: number) =>
      ask({ method: 'POST', path, person, form }, patience),
    close: () => agent.destroy(),
  };
}

/** Without the moments in which the machine had no turn for this process: they are no delay of the portal. */
async function exchange(
  options: RequestOptions,
  body: string | undefined,
  patience: number,
): Promise<Answer> {
  const [answer, took] = await timed(() => send(options, body, patience));
  return { ...answer, took };
}

function send(
  options: RequestOptions,
  body: string | undefined,
  patience: number,
): Promise<Omit<Answer, 'took'>> {
  return new Promise((resolve) => {
    const conclude = (answer: Partial<Answer>) => {
      clearTimeout(timer);
      resolve({ status: 0, location: '', body: '', error: '', ...answer });
    };
    const call = request(options, (response) => {
      const { statusCode: status = 0, headers } = response;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => conclude({ error: `cut: ${error.message}` }));
      response.on('end', () =>
        conclude({ status, location: headers.location ?? '', body: Buffer.concat(chunks).toString() }),
      );
    });
    const timer = setTimeout(() => call.destroy(new Error(`nothing after ${patience} ms`)), patience);
    call.on('error', (error: NodeJS.ErrnoException) => {
      // A connection kept from before had just ended: a browser asks again. What acts is never sent twice here.
      const passing = call.reusedSocket && error.code === 'ECONNRESET' && options.method === 'GET';
      if (!passing) return conclude({ error: error.code ?? error.message });
      clearTimeout(timer);
      send(options, body, patience).then(resolve);
    });
    call.end(body);
  });
}
