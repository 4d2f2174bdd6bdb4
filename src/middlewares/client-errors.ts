import { IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { paths } from '../paths.ts';
import { FAILURES } from '../presenters/failures.ts';
import { visitorShell } from '../presenters/shell.ts';
import { NO_STORE, securityHeaders } from './security-headers.ts';

const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const MALFORMED = 400;
/** Milliseconds in which what a client still sends is read and dropped: cut at once, it would not see the answer. */
const LINGER = 1_000;

interface Options {
  https: boolean;
  demonstration: boolean;
}

/**
 * Answers what never becomes a request, because Node.js cannot read it (400), it is too large (431) or too slow (408):
 * with a page like the others. The pages are made once, from the views of `app`.
 */
export async function clientErrors(app: Express, { https, demonstration }: Options) {
  const headers = headersOf(https);
  const answers = new Map<number, Buffer>();
  for (const status of [MALFORMED, ...Object.values(STATUSES)]) {
    answers.set(status, answer(status, headers, await page(app, status, demonstration)));
  }
  return (error: NodeJS.ErrnoException, socket: Duplex): void => {
    // Told once: what still comes is read, and dropped.
    if (socket.writableEnded) return;
    if (!mayAnswer(socket)) return void socket.destroy();
    socket.end(answers.get(STATUSES[error.code ?? ''] ?? MALFORMED));
    setTimeout(() => socket.destroy(), LINGER).unref();
  };
}

/** True where the client waits for an answer of which nothing is sent. */
function mayAnswer(socket: Duplex & { bytesRead?: number; _httpMessage?: ServerResponse | null }): boolean {
  return socket.writable && socket.bytesRead !== 0 && socket._httpMessage?.headersSent !== true;
}

function page(app: Express, status: number, demonstration: boolean): Promise<string> {
  const words = FAILURES[status];
  const locals = {
    ...words,
    title: words?.heading,
    status,
    reference: null,
    breadcrumb: [],
    check: null,
    again: null,
    back: { href: paths.home, label: 'Revenir à l’accueil' },
    shell: visitorShell({ demonstration }),
  };
  return new Promise((resolve, reject) => {
    app.render('errors/error', locals, (error, html) => (error ? reject(error) : resolve(html)));
  });
}

/** The headers that any page has. */
function headersOf(https: boolean): string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  securityHeaders({ https })(request, response, () => undefined);
  response.setHeader('Cache-Control', NO_STORE);
  return Object.entries(response.getHeaders()).map(([name, value]) => `${name}: ${value}`);
}

function answer(status: number, headers: readonly string[], html: string): Buffer {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...headers,
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(html)}`,
    'Connection: close',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${html}`);
}
