import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../tools/free-port.ts';
import { root } from '../../tools/sources.ts';
import type { Flavour } from '../house/server.ts';
import { blockWith, said } from './document.ts';
import { type OwnServer, startOwnServer } from './server.ts';

/** Whose shell a command is typed in: the document's two, and PostgreSQL's superuser in the folder of the sources. */
type Who = 'portal' | 'owner' | 'superuser';

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** A machine that is a folder: what the document puts under /etc, /srv, /safe and /var stands in it. */
export interface Machine {
  folder: string;
  server: OwnServer;
  /** The ports of the document's three processes and of its proxy, by its own numbers. */
  ports: ReadonlyMap<string, number>;
  /** What is written for a machine, as it is on this one. */
  here(text: string): string;
  /** Types a block of the document; `first` is typed before it. @throws with what it said where it fails */
  type(who: Who, block: string, first?: string): Promise<string>;
  /** The same, where it may fail. */
  attempt(who: Who, block: string, first?: string): Promise<Ran>;
  close(): Promise<void>;
}

/** The folders of the document's commands and of the files of deploy/. */
const PLACES =
  /\/(?=(?:etc\/(?:portail|nginx|ssl)|safe|srv\/portail|var\/(?:cache|lib)\/portail|var\/log\/nginx)\b)/g;

const LINES_TOLD = 12;

// What the proof does itself: who has the processes is not systemd, and nothing is installed anew.
const STAND_INS = `
systemctl() { curl --fail --silent --show-error --data "$*" "$CONTROL"; }
npm() { if [ "$1" = ci ]; then :; else command npm "$@"; fi; }
`;

export async function openMachine(flavour: Flavour & { home: string }, control: string): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'portail-exploitation-'));
  chmodSync(folder, 0o755);
  for (const place of [
    'etc/nginx',
    'etc/ssl',
    'safe',
    'srv',
    'var/lib/portail',
    'var/cache/portail',
    'var/log/nginx',
  ])
    mkdirSync(join(folder, place), { recursive: true });
  symlinkSync(root, join(folder, 'srv/portail-0.1.0'));
  symlinkSync(join(folder, 'srv/portail-0.1.0'), join(folder, 'srv/portail'));
  const server = await startOwnServer(flavour, join(folder, 'postgresql')).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  // Where the run is interrupted, nothing is left either.
  const abandon = () => {
    server.kill();
    removeAtLast(folder);
  };
  process.once('exit', abandon);
  const ports = new Map<string, number>();
  for (const port of ['3001', '3002', '3003', '443', '80']) ports.set(port, await freePort());
  const here = (text: string) =>
    text
      .replace(PLACES, `${folder}/`)
      .replace(/\b300[123]\b/g, (port) => String(ports.get(port) ?? port))
      // Where a machine has no IPv6, nothing listens on it.
      .replace(/^ *listen \[::\]:.*\n/gm, '')
      .replace(/^( *listen )(443|80)\b/gm, (_, listen, port) => `${listen}127.0.0.1:${ports.get(port)}`);

  /** What each of them types first, by the document. */
  const before: Record<Who, () => string> = {
    portal: () => blockWith('cd /srv/portail\nset -a'),
    owner: () => `${before.portal()}\n${said(/`(set -a; \. \/etc\/portail-owner\.env; set \+a)`/)}`,
    superuser: () => 'cd /srv/portail',
  };

  function attempt(who: Who, block: string, first = ''): Promise<Ran> {
    const text = [STAND_INS, here(before[who]()), here(first), here(block)].join('\n');
    const env = {
      PATH: [join(flavour.home, 'bin'), process.env.PATH].join(delimiter),
      HOME: join(folder, 'var/lib/portail'),
      CONTROL: control,
      ...(who === 'superuser' ? server.superuser : {}),
    };
    const child = spawn('sh', ['-ec', text], { cwd: folder, env });
    const ran: Ran = { code: null, out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      ran.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      ran.err += chunk;
    });
    return new Promise((resolve) => child.once('close', (code) => resolve({ ...ran, code })));
  }

  return {
    ...{ folder, server, ports, here, attempt },
    async type(who, block, first) {
      const { code, out, err } = await attempt(who, block, first);
      const asked = block.trim().split('\n')[0];
      const told = (err || out).trim().split('\n').slice(-LINES_TOLD).join(' ');
      if (code !== 0) throw new Error(`« ${asked} » ended with ${code}: ${told}`);
      return out;
    },
    async close() {
      await server.stop();
      process.off('exit', abandon);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Removes a folder that a server which is dying still writes into; without giving anybody else a turn. */
function removeAtLast(folder: string): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; attempt < 50 && existsSync(folder); attempt += 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      Atomics.wait(clock, 0, 0, 100);
    }
  }
}

/** What a version of the portal is made of. */
const SOURCES = ['deploy', 'migrations', 'public', 'scripts', 'seeds', 'src', 'views', 'package.json'];

/** The next version beside the one that is there: the same, with one migration more. */
export function unpackNext({ folder }: Machine): void {
  const next = join(folder, 'srv/portail-0.2.0');
  mkdirSync(next);
  for (const part of SOURCES) cpSync(join(root, part), join(next, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(next, 'node_modules'));
  const statement = (name: string, sql: string) => `export const ${name} = (db) => db.raw('${sql}');\n`;
  const migration =
    statement('up', 'ALTER TABLE organisms ADD COLUMN next_version text') +
    statement('down', 'ALTER TABLE organisms DROP COLUMN next_version');
  writeFileSync(join(next, 'migrations/20991231235959_next_version.ts'), migration);
}
