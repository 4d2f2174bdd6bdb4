/** Just enough of the Internet message format to read back what the portal itself wrote to DATA_DIR/mail. */

interface Entity {
  /** By name in lower case, unfolded. */
  headers: Map<string, string>;
  body: string;
}

/** Splits a message, or one of its parts, into headers and body. */
export function headersOf(source: string): Entity {
  const text = source.replace(/\r\n/g, '\n');
  const end = text.indexOf('\n\n');
  const head = end === -1 ? text : text.slice(0, end);
  const headers = new Map<string, string>();
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: end === -1 ? '' : text.slice(end + 2) };
}

/** The parts of a multipart message; a simple message is its own only part. */
export function partsOf(headers: Map<string, string>, body: string): Entity[] {
  const boundary = /^multipart\/.*boundary="?([^";]+)/i.exec(headers.get('content-type') ?? '')?.[1];
  if (boundary === undefined) return [{ headers, body }];
  // The line end before a boundary belongs to the boundary.
  return `\n${body}`
    .split(`\n--${boundary}`)
    .slice(1, -1)
    .map((part) => headersOf(part.replace(/^\n/, '')));
}

const bytesOf = (text: string) =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** The text of a quoted-printable body in UTF-8. */
export const decodeQuotedPrintable = (body: string): string =>
  bytesOf(body.replace(/=\n/g, '')).toString('utf8');

/** The text of a header, whose words beyond ASCII are encoded (RFC 2047). */
export function decodeHeader(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_match, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString('utf8')
        : bytesOf(word.replaceAll('_', ' ')).toString('utf8'),
    );
}
