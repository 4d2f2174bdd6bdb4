import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './sources.ts';

/** A browser to start, with the variables it needs. */
interface Chromium {
  path: string;
  environment: Record<string, string>;
}

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

// Unpacked once an installation: `npm ci` removes it with the package it came from.
const UNPACKED = join(root, 'node_modules/.cache/chromium');

// A process of its own, because the package unpacks where TMPDIR says and changes its environment as it loads.
const UNPACK = `const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();`;

/**
 * A Chromium named by CHROMIUM_PATH, or else the one that comes as a package: the same everywhere, and without
 * windows to manage, so that a page takes a third of the time. Where it does not run, one found on this machine.
 */
export async function findChromium(): Promise<Chromium> {
  const named = process.env.CHROMIUM_PATH;
  if (named) return { path: named, environment: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return unpackChromium();
  const installed = USUAL_PLACES.find((path) => existsSync(path));
  return installed === undefined ? unpackChromium() : { path: installed, environment: {} };
}

/** The packaged Chromium, with the libraries and typefaces that a bare machine lacks. */
async function unpackChromium(): Promise<Chromium> {
  if (!existsSync(UNPACKED)) {
    const draft = `${UNPACKED}-${process.pid}`;
    mkdirSync(draft, { recursive: true });
    // Without this variable the libraries (nss…) would not be unpacked.
    const environment = { ...process.env, TMPDIR: draft, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], {
      cwd: root,
      env: environment,
    });
    try {
      renameSync(draft, UNPACKED);
    } catch {
      // Another test file unpacked it first.
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return {
    path: join(UNPACKED, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: join(UNPACKED, 'al2023/lib'),
      FONTCONFIG_FILE: settleFonts(),
    },
  };
}

/**
 * Its own settings look for typefaces in /tmp: without any, the browser ends as soon as it has a text to draw. Ours name
 * the folder where it truly stands, which may have been moved since it was unpacked. Returns their file.
 */
function settleFonts(): string {
  const folder = realpathSync(UNPACKED);
  const file = join(folder, 'fonts.conf');
  const places = `<dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'font-cache')}</cachedir>`;
  const settings = `<?xml version="1.0"?>\n<fontconfig>${places}</fontconfig>\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === settings) return file;
  const draft = `${file}-${process.pid}`;
  writeFileSync(draft, settings);
  renameSync(draft, file);
  return file;
}
