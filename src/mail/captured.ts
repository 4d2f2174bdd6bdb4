import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeHeader, decodeQuotedPrintable, headersOf, partsOf } from './eml.ts';

/** A message that was written to DATA_DIR/mail, as its page shows it. */
export interface CapturedMessage {
  to: string;
  subject: string;
  date: Date | null;
  text: string;
}

const folderOf = (dataDirectory: string) => join(dataDirectory, 'mail');

/**
 * Writes a message to DATA_DIR/mail. The name of the file sorts by time and comes from the message alone: a second
 * attempt writes over the first. Readable by its owner alone, because it may hold a link.
 */
export async function captureMessage(
  dataDirectory: string,
  { id, createdAt }: { id: number; createdAt: Date },
  eml: Buffer,
): Promise<void> {
  const folder = folderOf(dataDirectory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${createdAt.toISOString().replace(/[-:.]/g, '')}-${String(id).padStart(9, '0')}.eml`;
  const draft = join(folder, `.${name}.draft`);
  await writeFile(draft, eml, { mode: 0o600 });
  await rename(draft, join(folder, name));
}

/** The latest captured messages, newest first; files that are no message of the portal are left out. */
export async function readCaptured(dataDirectory: string, limit: number): Promise<CapturedMessage[]> {
  const folder = folderOf(dataDirectory);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const latest = names
    .filter((name) => /^\d{8}T\d{9}Z-\d+\.eml$/.test(name))
    .sort()
    .reverse()
    .slice(0, limit);
  return Promise.all(latest.map(async (name) => parseMessage(await readFile(join(folder, name), 'utf8'))));
}

function parseMessage(eml: string): CapturedMessage {
  const { headers, body } = headersOf(eml);
  const text = partsOf(headers, body).find((part) =>
    part.headers.get('content-type')?.startsWith('text/plain'),
  );
  const date = new Date(headers.get('date') ?? '');
  return {
    to: decodeHeader(headers.get('to') ?? ''),
    subject: decodeHeader(headers.get('subject') ?? ''),
    date: Number.isNaN(date.getTime()) ? null : date,
    text: text ? decodeQuotedPrintable(text.body) : '',
  };
}
