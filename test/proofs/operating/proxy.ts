import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { eventually } from '../../tools/eventually.ts';
import { root } from '../../tools/sources.ts';
import type { Machine } from './machine.ts';

/** What stands before the two portals and ends TLS. */
export interface Gate {
  /** « nginx », or what took its place and why. */
  told: string;
  /** Where plain requests are taken, as a browser's are behind its TLS. */
  url: string;
  /** What was written down of requests; empty where nothing writes. */
  log(): string;
  close(): Promise<void>;
}

const NGINX = [
  '/usr/sbin/nginx',
  ...(process.env.PATH ?? '').split(':').map((folder) => join(folder, 'nginx')),
].find((file) => existsSync(file));

/** nginx by the files of deploy/nginx where it is installed, otherwise something that passes over in the same way. */
export const openProxy = (machine: Machine): Promise<Gate> =>
  NGINX === undefined ? openStandIn(machine) : openNginx(NGINX, machine);

async function openNginx(program: string, { folder, here, ports }: Machine): Promise<Gate> {
  const place = (name: string) => join(folder, 'etc/nginx', name);
  for (const name of ['portail.conf', 'portail-log.conf', 'portail-proxy.conf'])
    writeFileSync(place(name), here(readFileSync(join(root, 'deploy/nginx', name), 'utf8')));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(folder, `etc/nginx/${kind}`)};`,
  );
  writeFileSync(
    place('nginx.conf'),
    `daemon off; pid ${place('nginx.pid')}; events {}
http { ${temporary.join(' ')} include ${place('portail-log.conf')}; include ${place('portail.conf')}; }\n`,
  );
  const certificate = [
    '-keyout',
    join(folder, 'etc/ssl/portail.key'),
    '-out',
    join(folder, 'etc/ssl/portail.pem'),
  ];
  runOrThrow('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=portail',
    ...certificate,
  ]);
  const told = ['-e', join(folder, 'var/log/nginx/start.log'), '-c', place('nginx.conf')];
  runOrThrow(program, ['-t', ...told]);
  const child: ChildProcess = spawn(program, told, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const abandon = () => void child.kill('SIGTERM');
  process.once('exit', abandon);
  const bridge = await openBridge(ports.get('443') ?? 0);
  return {
    told: `${program}, its configuration accepted by nginx -t`,
    url: bridge.url,
    log: () => readFileSync(join(folder, 'var/log/nginx/portail.log'), 'utf8'),
    async close() {
      bridge.close();
      child.kill('SIGTERM');
      await ended;
      process.off('exit', abandon);
    },
  };
}

function runOrThrow(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stderr}`);
}

/** Takes plain connections, and carries what comes to the proxy under TLS. */
async function openBridge(port: number): Promise<{ url: string; close(): void }> {
  const server = createNetServer((plain) => {
    const secured = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    for (const socket of [plain, secured]) {
      socket.on('error', () => {});
      socket.on('close', () => [plain, secured].map((each) => each.destroy()));
    }
    plain.pipe(secured).pipe(plain);
  });
  const url = await listening(server);
  const isThere = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
        socket.destroy();
        resolve(true);
      }).once('error', () => resolve(false));
    });
  await eventually(isThere, 20);
  return { url, close: () => void server.close() };
}

async function listening(server: Server | ReturnType<typeof createNetServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One portal after the other; where nobody answers, the other one. */
async function openStandIn({ ports }: Machine): Promise<Gate> {
  const portals = ['3001', '3002'].map((port) => ports.get(port) ?? 0);
  let turn = 0;
  const server = createServer(async (asked, answer) => {
    const body = Buffer.concat(await asked.toArray());
    turn += 1;
    const headers = {
      ...asked.headers,
      connection: 'close',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
    };
    const options = { method: asked.method ?? 'GET', path: asked.url ?? '/', headers };
    const order = [0, 1].map((step) => portals[(turn + step) % portals.length] ?? 0);
    const took = await passOn(order, options, body);
    answer.writeHead(took.status, took.headers).end(took.body);
  });
  const url = await listening(server);
  return {
    told: 'nginx is not installed: its configuration was not run, and something that passes over as it does took its place',
    url,
    log: () => '',
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Taken {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer | string;
}

async function passOn(
  [port, ...others]: readonly number[],
  options: { method: string; path: string; headers: IncomingHttpHeaders },
  body: Buffer,
): Promise<Taken> {
  const taken = await new Promise<Taken | string>((resolve) => {
    const call = request({ host: '127.0.0.1', port, agent: false, ...options }, async (answer) => {
      const chunks = await answer.toArray().catch(() => null);
      if (chunks === null) resolve('cut');
      else
        resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: Buffer.concat(chunks) });
    });
    call.once('error', ({ message, ...error }: NodeJS.ErrnoException) => resolve(error.code ?? message));
    call.end(body);
  });
  if (typeof taken !== 'string') return taken;
  if (others.length > 0) return passOn(others, options, body);
  return { status: 502, headers: {}, body: taken };
}
