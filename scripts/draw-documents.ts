import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from '../src/cli/arguments.ts';
import { createTestDatabase } from '../test/tools/database.ts';
import { drawArchitecture } from './draw-architecture.ts';
import { drawSchema } from './draw-schema.ts';
import { putBetweenMarks } from './drawing.ts';

// Tests say when it is to be run.
readArguments({
  name: 'npm run docs:draw',
  about: 'Draws what documents show of the project itself: the floors of its rooms, its tables.',
});

function draw(document: string, drawing: string): void {
  const path = join(import.meta.dirname, '..', document);
  writeFileSync(path, putBetweenMarks(readFileSync(path, 'utf8'), drawing));
}

draw('docs/architecture.md', drawArchitecture());
const database = await createTestDatabase({ template: 'empty' });
try {
  draw('docs/schema.md', await drawSchema(database.db));
} finally {
  await database.drop();
}
