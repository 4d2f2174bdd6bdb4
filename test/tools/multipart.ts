import type { Agent } from './agent.ts';
import { type FormValues, fillForm, type Page } from './page.ts';

export interface ChosenFile {
  name: string;
  bytes: string | Buffer;
}

const BOUNDARY = '----portail-essai';

/** A form with a file as browsers write it: its fields, then the file. */
export function multipartOf(fields: readonly (readonly [string, string])[], file: ChosenFile | null): Buffer {
  const parts = fields.map(([name, value]) =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  );
  const { name, bytes } = file ?? { name: '', bytes: '' };
  return Buffer.concat([
    ...parts,
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="fichier"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
    ),
    Buffer.from(bytes),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

/** Presses the button of a form with a file, once one is chosen (null: none). */
export function submitFile(
  agent: Agent,
  page: Page,
  button: string,
  file: ChosenFile | null,
  values: FormValues = {},
): Promise<Page> {
  const { action, fields } = fillForm(page, button, values);
  const typed = fields.filter(([name]) => name !== 'fichier');
  return agent.send({
    method: 'POST',
    path: action,
    headers: { 'Content-Type': MULTIPART },
    body: multipartOf(typed, file),
  });
}
