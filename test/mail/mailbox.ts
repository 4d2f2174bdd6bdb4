import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

interface ReceivedMail {
  recipients: string[];
  source: string;
}

/** A mail server that keeps what it gets. */
export interface Mailbox {
  url: string;
  received: ReceivedMail[];
  /** From now on each recipient is refused with this line, « 550 5.1.1 … »; null accepts again. */
  refuse(line: string | null): void;
  /** From now on no message is answered, until `release`. `held` counts those that wait. */
  hold(): void;
  held(): number;
  release(): void;
  /** The same, and those that wait are answered. */
  answer(): void;
  stop(): Promise<void>;
}

export async function startMailbox(): Promise<Mailbox> {
  const received: ReceivedMail[] = [];
  let refusal: string | null = null;
  let holding = false;
  const waiting: (() => void)[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onRcptTo(_address, _session, callback) {
      if (refusal === null) return callback();
      const [code, ...words] = refusal.split(' ');
      callback(Object.assign(new Error(words.join(' ')), { responseCode: Number(code) }));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const accept = () => {
          received.push({
            recipients: session.envelope.rcptTo.map(({ address }) => address),
            source: Buffer.concat(chunks).toString('utf8'),
          });
          callback();
        };
        if (holding) waiting.push(accept);
        else accept();
      });
    },
  });
  // A client that dies in the middle of a message is no error of the test.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refuse: (line) => {
      refusal = line;
    },
    hold: () => {
      holding = true;
    },
    held: () => waiting.length,
    release: () => {
      holding = false;
    },
    answer: () => {
      holding = false;
      for (const accept of waiting.splice(0)) accept();
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
