import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { readCaptured } from '../../src/mail/captured.ts';
import {
  certainlyStayed,
  createMailTransport,
  failureOf,
  isRefusedForGood,
  type Outgoing,
} from '../../src/mail/transport.ts';
import { freePort } from '../tools/free-port.ts';
import { type Mailbox, startMailbox } from './mailbox.ts';

const message: Outgoing = {
  id: 42,
  to: 'tmantel@caf39.caf.fr',
  subject:
    'Accès à l’Espace Organismes\u00a0: c’est prêt, œuvrez avec Łukasz et les autres administrateurs locaux',
  text: 'Bonjour Łukasz,\n\nhttps://portail.exemple.fr/activation/abc=def\n\nUne ligne = une autre.\n',
  html: '<p>Bonjour Łukasz</p>',
  createdAt: new Date('2026-11-22T09:00:00.123Z'),
};

const environment = (dataDirectory: string, smtpUrl: string | null = null) => ({
  dataDirectory,
  smtpUrl,
  mailFrom: 'Espace Organismes <habilitations@ucanss.fr>',
});

describe('without SMTP_URL', () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'portail-mail-'));
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));
  const folder = () => join(data, 'mail');

  test('each message is one .eml, quoted-printable, with its recipient in To:, for its owner alone', async () => {
    await createMailTransport(environment(data)).send(message);
    assert.deepEqual(readdirSync(folder()), ['20261122T090000123Z-000000042.eml']);
    const file = join(folder(), '20261122T090000123Z-000000042.eml');
    const source = readFileSync(file, 'utf8');
    assert.match(source, /^To: tmantel@caf39\.caf\.fr\r$/m);
    assert.equal(source.match(/^Content-Transfer-Encoding: quoted-printable\r$/gm)?.length, 2);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const parsed = await simpleParser(source);
    assert.equal(parsed.subject, message.subject);
    assert.equal(parsed.text?.trim(), message.text.trim());
    assert.equal(parsed.from?.text, '"Espace Organismes" <habilitations@ucanss.fr>');
    assert.equal(parsed.headers.get('auto-submitted'), 'auto-generated');
    // Exchange heeds this one alone, before it answers that somebody is away.
    assert.equal(parsed.headers.get('x-auto-response-suppress'), 'All');
    assert.equal(parsed.messageId, `<42.${message.createdAt.getTime()}@ucanss.fr>`);
  });

  test('a plain text in ASCII is quoted-printable too', async () => {
    await createMailTransport(environment(data)).send({ ...message, text: 'ascii', html: '<p>ascii</p>' });
    const source = readFileSync(join(folder(), readdirSync(folder())[0] ?? ''), 'utf8');
    assert.equal(source.match(/^Content-Transfer-Encoding: quoted-printable\r$/gm)?.length, 2);
  });

  test('nothing in a message makes it read a file or fetch an address', async () => {
    const transport = createMailTransport(environment(data));
    const file = join(data, 'secret');
    writeFileSync(file, 'x');
    for (const part of [{ path: file }, { href: 'http://127.0.0.1:1/' }])
      for (const field of ['text', 'html'])
        await assert.rejects(transport.send({ ...message, [field]: part }), { code: /^E(FILE|URL)ACCESS$/ });
  });

  test('a second attempt writes over the first', async () => {
    const transport = createMailTransport(environment(data));
    await transport.send(message);
    await transport.send({ ...message, text: 'Un autre lien' });
    const captured = await readCaptured(data, 50);
    assert.deepEqual(
      captured.map(({ text }) => text.trim()),
      ['Un autre lien'],
    );
  });

  test('captured messages are read back letter for letter, newest first, at most so many', async () => {
    const transport = createMailTransport(environment(data));
    for (const minute of [1, 2, 3]) {
      const createdAt = new Date(Date.UTC(2026, 10, 22, 9, minute));
      await transport.send({ ...message, id: minute, createdAt, to: `p${minute}@test.fr` });
    }
    const captured = await readCaptured(data, 2);
    assert.deepEqual(
      captured.map(({ to }) => to),
      ['p3@test.fr', 'p2@test.fr'],
    );
    assert.deepEqual(captured[0], {
      to: 'p3@test.fr',
      subject: message.subject,
      date: new Date('2026-11-22T09:03:00.000Z'),
      text: message.text,
    });
  });

  test('a folder that is missing or holds something else shows nothing', async () => {
    assert.deepEqual(await readCaptured(data, 50), []);
    await createMailTransport(environment(data)).send(message);
    writeFileSync(join(folder(), 'notes.txt'), 'x');
    writeFileSync(join(folder(), '.20261122T090000123Z-000000042.eml.draft'), 'x');
    assert.equal((await readCaptured(data, 50)).length, 1);
  });

  test('no value can add a header', async () => {
    const transport = createMailTransport(environment(data));
    await transport.send({ ...message, subject: 'Bonjour\r\nBcc: espion@test.fr\r\n\r\n<b>corps</b>' });
    const parsed = await simpleParser(readFileSync(join(folder(), readdirSync(folder())[0] ?? '')));
    assert.equal(parsed.bcc, undefined);
    assert.equal(parsed.text?.trim(), message.text.trim());
  });
});

describe('with SMTP_URL', () => {
  let mailbox: Mailbox;
  const transports: { close(): void }[] = [];
  const transportTo = (url: string) => {
    const transport = createMailTransport(environment(tmpdir(), url));
    transports.push(transport);
    return transport;
  };

  beforeEach(async () => {
    mailbox = await startMailbox();
  });
  afterEach(async () => {
    for (const transport of transports.splice(0)) transport.close();
    await mailbox.stop();
  });

  test('a message goes to its recipient alone, with a Message-ID that each attempt keeps', async () => {
    const transport = transportTo(mailbox.url);
    await transport.send(message);
    await transport.send(message);
    assert.deepEqual(
      mailbox.received.map(({ recipients }) => recipients),
      [['tmantel@caf39.caf.fr'], ['tmantel@caf39.caf.fr']],
    );
    const [first, second] = await Promise.all(mailbox.received.map(({ source }) => simpleParser(source)));
    assert.equal(first?.messageId, second?.messageId);
    assert.equal(first?.subject, message.subject);
  });

  test('a refusal is an error whose account says the codes and not the address', async () => {
    mailbox.refuse('550 5.1.1 <tmantel@caf39.caf.fr> unknown');
    const failure = await transportTo(mailbox.url)
      .send(message)
      .then(() => '', failureOf);
    assert.match(failure, /EENVELOPE|EMESSAGE/);
    assert.match(failure, /550/);
    assert.doesNotMatch(failure, /tmantel/);
  });

  test('a server that is away is an error', async () => {
    const url = `smtp://127.0.0.1:${await freePort()}`;
    await assert.rejects(transportTo(url).send(message), { code: 'ESOCKET' });
  });

  test('what is refused for good is told from what may leave later, and what stayed from what may have left', async () => {
    const told = async (url: string) => {
      const error: unknown = await transportTo(url)
        .send(message)
        .catch((thrown) => thrown);
      return [isRefusedForGood(error), certainlyStayed(error)];
    };
    mailbox.refuse('550 5.1.1 unknown');
    assert.deepEqual(await told(mailbox.url), [true, true]);
    mailbox.refuse('451 4.7.1 later');
    assert.deepEqual(await told(mailbox.url), [false, true]);
    mailbox.refuse('530 5.7.0 authentication required');
    assert.deepEqual(await told(mailbox.url), [false, true]);
    assert.deepEqual(await told(`smtp://127.0.0.1:${await freePort()}`), [false, true]);
    assert.deepEqual(await told(`smtp://nulle-part.invalid:25`), [false, true]);
  });

  test('a server that answers a word at a time, and never comes to an end, is left after so long', async () => {
    const endless = createServer((socket) => {
      const words = setInterval(() => socket.write('220-encore\r\n'), 50);
      socket.on('close', () => clearInterval(words)).on('error', () => {});
    }).listen(0, '127.0.0.1');
    const { port } = await new Promise<AddressInfo>((resolve) =>
      endless.once('listening', () => resolve(endless.address() as AddressInfo)),
    );
    const transport = createMailTransport(environment(tmpdir(), `smtp://127.0.0.1:${port}`), 300);
    const error: unknown = await transport.send(message).catch((thrown) => thrown);
    assert.equal(failureOf(error), 'EABORT');
    assert.deepEqual([isRefusedForGood(error), certainlyStayed(error)], [false, false]);
    transport.close();
    endless.close();
  });
});

test('an error of our own is told with its words, shortened', () => {
  assert.equal(failureOf(new TypeError('a\n  b')), 'TypeError: a b');
  assert.equal(failureOf('x'), 'unknown');
});
