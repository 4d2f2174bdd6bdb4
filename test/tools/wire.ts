import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes what it likes, and reads when it likes. */
export interface Wire {
  socket: Socket;
  /** What was read so far, byte by byte as latin1. */
  received(): string;
  /** Settles once the other end has closed, or cut, the connection and everything was read. */
  closed: Promise<void>;
}

/** Connects to the portal. */
export async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    text += chunk;
  });
  // A connection that the other end cuts is what some tests wait for.
  socket.on('error', () => {});
  return { socket, received: () => text, closed: once(socket, 'close').then(() => undefined) };
}

/** Asks for an address and reads nothing of the answer: « resume » reads it. */
export async function askUnread(url: string, path: string, cookies: string): Promise<Wire> {
  const wire = await openWire(url);
  wire.socket.pause();
  wire.socket.write(`GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nCookie: ${cookies}\r\n\r\n`);
  return wire;
}
