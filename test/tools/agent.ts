import assert from 'node:assert/strict';
import { Agent as Connections, type RequestOptions, request } from 'node:http';
import { CookieJar } from 'tough-cookie';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { type FormValues, fillForm, Page } from './page.ts';

type Fields = Record<string, string> | readonly [string, string][];
type Headers = Record<string, string | string[] | undefined>;

interface AgentOptions {
  /** The address as the browser sees it, where a proxy with https stands in front of the portal. */
  publicUrl?: string;
  /** The address of the person on the network, as a proxy in front tells it. */
  address?: string;
}

interface RawRequest {
  method: string;
  path: string;
  /** An undefined value removes what the agent would send. */
  headers?: Headers;
  body?: string | Buffer;
  /** Reads how the answer begins, and closes the connection: its page has no text. */
  beginningOnly?: boolean;
}

// An answer that does not come is a failure, not a test that waits; a slow machine alone is none.
const PATIENCE = 120_000;

const FORM = 'application/x-www-form-urlencoded';

/** A browser without screen: it keeps cookies, says where its requests come from, and fills forms. */
export function createAgent({ url }: { url: string }, { publicUrl = url, address }: AgentOptions = {}) {
  const jar = new CookieJar();
  const connections = new Connections({ keepAlive: true });
  const target = new URL(url);
  const publicAddress = new URL(publicUrl);

  /** Sends exactly this; the path is not touched, so that it can be wrong. */
  function send({ method, path, headers = {}, body, beginningOnly = false }: RawRequest): Promise<Page> {
    const unsafe = !['GET', 'HEAD', 'OPTIONS'].includes(method);
    const cookie = jar.getCookieStringSync(publicUrl);
    const all: Headers = {
      Host: publicAddress.host,
      Cookie: cookie || undefined,
      'Sec-Fetch-Site': 'same-origin',
      Origin: unsafe ? publicAddress.origin : undefined,
      'X-Forwarded-Proto': publicAddress.protocol === 'https:' ? 'https' : undefined,
      'X-Forwarded-For': address,
      'Content-Type': body === undefined ? undefined : FORM,
      'Content-Length': body === undefined ? undefined : String(Buffer.byteLength(body)),
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    return exchange({ method, path, headers: sent }, body, beginningOnly);
  }

  /** One request and its answer. As a browser, tries again where a connection kept from before had just ended. */
  function exchange(
    options: RequestOptions & { path: string },
    body: string | Buffer | undefined,
    beginningOnly: boolean,
  ): Promise<Page> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          ...{ host: target.hostname, port: target.port, agent: connections },
          ...{ ...options, signal: AbortSignal.timeout(PATIENCE) },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          const take = () => {
            for (const line of answer.headers['set-cookie'] ?? []) {
              jar.setCookieSync(line, publicUrl, { ignoreError: true });
            }
            resolve(new Page(options.path, answer.statusCode ?? 0, answer.headers, Buffer.concat(chunks)));
          };
          if (beginningOnly) {
            take();
            return void answer.destroy();
          }
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', take);
        },
      );
      call.on('error', (error: NodeJS.ErrnoException) => {
        if (call.reusedSocket && error.code === 'ECONNRESET')
          exchange(options, body, beginningOnly).then(resolve, reject);
        else reject(error);
      });
      call.end(body);
    });
  }

  const get = (path: string, headers: Headers = {}) => send({ method: 'GET', path, headers });

  /** Posts fields as they are given, hidden ones included: for what no form would send. */
  const post = (path: string, fields: Fields, headers: Headers = {}) =>
    send({
      method: 'POST',
      path,
      headers,
      body: new URLSearchParams(fields as Record<string, string>).toString(),
    });

  /** The page that a redirect leads to; the page itself where there is none. */
  async function follow(page: Page): Promise<Page> {
    let current = page;
    for (let hops = 0; current.headers.location !== undefined; hops += 1) {
      assert.ok(hops < 10, `${page.path} redirects without end`);
      const next = new URL(current.headers.location, new URL(current.path, publicUrl));
      assert.equal(next.origin, publicAddress.origin, 'a redirect leaves the site');
      current = await get(next.pathname + next.search);
    }
    return current;
  }

  /** Presses the button of that name on the page, after filling the form's fields by name. */
  async function submit(page: Page, button: string, values: FormValues = {}): Promise<Page> {
    const { method, action, fields } = fillForm(page, button, values);
    const { pathname, search } = new URL(action, new URL(page.path, publicUrl));
    if (method === 'POST') return post(pathname + search, fields);
    return get(`${pathname}?${new URLSearchParams(fields)}`);
  }

  return {
    send,
    get,
    post,
    follow,
    submit,

    /** What is refused before it is asked for has no « Confirmer »: sends the act of the page all the same. */
    confirmAnyway(page: Page, fields: Record<string, string> = {}): Promise<Page> {
      assert.ok(!page.texts('button').includes('Confirmer'), `${page.path} offers what it will refuse`);
      assert.equal(page.texts('main [data-cancel]').join(), 'Revenir');
      const { pathname, searchParams } = new URL(page.path, publicUrl);
      const _csrf = String(page.$('input[name=_csrf]').first().attr('value') ?? '');
      return post(pathname, { ...Object.fromEntries(searchParams), organisme: 'CAF-391', _csrf, ...fields });
    },

    /** The page at this address, redirects followed. */
    visit: async (path: string) => follow(await get(path)),

    /** Signs in through the form, and fails where it is refused; returns the page after. */
    async signIn(email: string, password: string = demonstrationPassword): Promise<Page> {
      const answer = await submit(await get('/connexion'), 'Se connecter', { email, password });
      assert.equal(answer.status, 303, `${email} could not sign in: ${answer.notices.join(' ')}`);
      return follow(answer);
    },

    /** The token that forms of this session carry. */
    async token(): Promise<string> {
      const page = await get('/mes-informations');
      return String(page.$('input[name=_csrf]').first().attr('value') ?? '');
    },

    /** Cookies as « name=value », as they would be sent. */
    cookies: () => jar.getCookieStringSync(publicUrl),

    /** Takes the cookies of another agent: the same browser, or a stolen session. */
    borrowCookies(cookies: string): void {
      const secure = publicAddress.protocol === 'https:' ? '; Secure' : '';
      for (const cookie of cookies.split('; ')) jar.setCookieSync(`${cookie}; Path=/${secure}`, publicUrl);
    },

    close: () => connections.destroy(),
  };
}

export type Agent = ReturnType<typeof createAgent>;
