import { freePort } from '../test/tools/free-port.ts';
import { type Running, run } from './process.ts';

export interface BenchedPortal extends Running {
  url: string;
  /** The cookie of a session. */
  signIn(email: string, password: string): Promise<string>;
}

/** The portal as `npm start` runs it, in a process of its own, on the given database. */
export async function startBenchedPortal(databaseUrl: string, dataDirectory: string): Promise<BenchedPortal> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = await run(
    'src/server.ts',
    [],
    {
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDirectory,
      PORT: String(port),
      BASE_URL: url,
      LOG_LEVEL: 'info',
    },
    /Espace Organismes/,
  );
  return {
    ...running,
    url,
    async signIn(email, password) {
      const response = await fetch(`${url}/connexion`, {
        method: 'POST',
        redirect: 'manual',
        headers: { Origin: url },
        body: new URLSearchParams({ email, password }),
      });
      const cookie = response.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
      if (response.status !== 303 || !cookie) throw new Error(`sign-in answered ${response.status}`);
      return cookie;
    },
  };
}
