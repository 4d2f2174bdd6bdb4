import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, readdirSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { Request, RequestHandler, Response } from 'express';
import { HOUR } from '../domain/duration.ts';
import { BrokenForm, NotAForm, TooLarge } from '../domain/errors.ts';
import { type Access, mayAccess } from '../domain/permissions.ts';
import { cleanLine } from '../domain/text.ts';
import { FAULTS, type FileFault, LIMITS } from '../files-in/fault.ts';
import { paths } from '../paths.ts';

/** A file that came with a form: it is gone once the answer is. */
export interface SentFile {
  path: string;
  /** As its sender calls it. */
  name: string;
  sha256: string;
}

declare global {
  namespace Express {
    interface Request {
      /** The file of a form that takes one, or why it is not taken. */
      sentFile?: SentFile | FileFault;
    }
  }
}

/** The forms that take a file, and of whom. */
const TAKING_FILES: ReadonlyMap<string, Access> = new Map([[paths.nominations.index, 'national-act']]);

/** What a form with a file is sent as. */
const KIND = 'multipart/form-data';
/** The one field of a file. */
const FIELD = 'fichier';
const BOUNDS = { fields: 20, fieldNameSize: 100, fieldSize: 10_000, files: 1, parts: 22, headerPairs: 20 };
const PREFIX = 'portail-fichier-';
const LONGEST_NAME = 120;

/** True for a form with a file, where one is taken. */
export const carriesFile = (req: Request): boolean =>
  req.method === 'POST' && TAKING_FILES.has(req.path) && typeof req.is(KIND) === 'string';

/**
 * Reads a form with a file, for what judges its token and its key: its fields as those of any form, `fichier` being the
 * digest of the file; the file beside, on disk, never whole in memory. Of who may not send one, nothing is written.
 * @throws TooLarge (413) beyond 20 MB. @throws NotAForm (415). What
 * is wrong with the file alone is for its form to say.
 */
export function uploads(): RequestHandler {
  forgetOld();
  return async (req, res, next) => {
    if (!carriesFile(req)) return next();
    const access = TAKING_FILES.get(req.path) ?? 'national-act';
    const path = mayAccess(access, req.user ?? null) ? temporary(res) : null;
    const { fields, file } = await read(req, path);
    req.body = fields;
    if (file) req.sentFile = file;
    next();
  };
}

/** A file that only this process reads, until the answer has left or its receiver has gone. */
function temporary(res: Response): string {
  const path = join(tmpdir(), `${PREFIX}${randomBytes(12).toString('hex')}`);
  res.once('close', () => void rm(path, { force: true }).catch(() => {}));
  return path;
}

interface ReadForm {
  fields: Record<string, string | string[]>;
  file: SentFile | FileFault | null;
}

async function read(req: Request, path: string | null): Promise<ReadForm> {
  // Without prototype: « constructor » is a name like any other.
  const fields: ReadForm['fields'] = Object.create(null);
  let file: Promise<SentFile | null> = Promise.resolve(null);
  let begun = false;
  let notTaken: FileFault | null = null;
  let fault: Error | null = null;
  const reader = readerOf(req);
  reader.on('field', (name, value, nameCut, valueCut) => {
    if (nameCut || valueCut) fault ??= new TooLarge();
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  });
  const stopped = new AbortController();
  reader.on('file', (name, stream, fileName) => {
    begun = true;
    if (name !== FIELD) notTaken ??= FAULTS.otherField();
    file =
      name === FIELD && path !== null
        ? kept(stream, path, fileName ?? '', stopped.signal)
        : dropped(stream, stopped.signal);
    file.catch((error) => {
      // What cannot be written is not waited for; what is too large is read to its end, so that the answer is.
      if (!(error instanceof TooLarge)) reader.emit('error', error);
    });
  });
  reader.on('filesLimit', () => {
    notTaken = FAULTS.several();
  });
  for (const limit of ['partsLimit', 'fieldsLimit'] as const)
    reader.on(limit, () => {
      fault ??= new TooLarge();
    });
  try {
    await readBy(reader, req);
  } catch (error) {
    stopped.abort();
    await file.catch(() => null);
    if (path !== null) await rm(path, { force: true });
    if (isOfDisk(error)) throw error;
    // Where who sends is still there, what came before the file has been read: its own page can say it.
    if (!begun || !req.complete) throw new BrokenForm();
    return { fields, file: FAULTS.cut() };
  }
  const sent = await file;
  if (fault) throw fault;
  if (sent) fields[FIELD] = sent.sha256;
  return { fields, file: notTaken ?? sent };
}

/** Unlike a pipeline, it leaves the connection to the answer where the form is malformed. */
function readBy(reader: BusboyInstance, req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    reader.once('finish', resolve);
    reader.on('error', (error) => {
      req.unpipe(reader);
      req.resume();
      reject(error as Error);
    });
    // Of a form that came whole, the end is the reader's to tell.
    req.once('close', () => req.complete || reject(new Error('gone')));
    req.pipe(reader);
  });
}

const isOfDisk = (error: unknown): boolean => typeof (error as { syscall?: unknown }).syscall === 'string';

function readerOf(req: Request): BusboyInstance {
  try {
    const limits = { ...BOUNDS, fileSize: LIMITS.bytes };
    return new Busboy({ headers: req.headers as BusboyHeaders, limits });
  } catch {
    throw new NotAForm();
  }
}

/** Writes what comes of a file; null where none was chosen. */
async function kept(
  stream: BusboyFileStream,
  path: string,
  name: string,
  signal: AbortSignal,
): Promise<SentFile | null> {
  const hash = createHash('sha256');
  let length = 0;
  stream.on('data', (piece: Buffer) => {
    length += piece.length;
    hash.update(piece);
  });
  await pipeline(stream, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
  if (stream.truncated) throw new TooLarge(FAULTS.tooLarge().message);
  if (length === 0 && name === '') return null;
  return { path, name: nameOf(name), sha256: hash.digest('hex') };
}

async function dropped(stream: BusboyFileStream, signal: AbortSignal): Promise<null> {
  await finished(stream.resume(), { signal });
  if (stream.truncated) throw new TooLarge(FAULTS.tooLarge().message);
  return null;
}

/** What the file is called, without where it stood on the sender's machine. */
const nameOf = (name: string): string =>
  cleanLine(basename(name.toWellFormed().replaceAll('\\', '/')))
    .slice(0, LONGEST_NAME)
    .toWellFormed() || 'fichier';

/** Files that a process which was stopped has left. */
function forgetOld(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const path = join(tmpdir(), name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Number.POSITIVE_INFINITY };
    if (mtimeMs < Date.now() - HOUR) rmSync(path, { force: true });
  }
}
