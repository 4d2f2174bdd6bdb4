import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { files, root, textOf } from '../tools/sources.ts';

/** The pictures of « Aide », with the size that each has on the page. */
const figures = files('views/pages/help/*.ejs').flatMap((view) =>
  [...textOf(view).matchAll(/figure: \{ name: '([\w-]+)', width: (\d+), height: (\d+),\n/g)].map(
    ([, name = '', width, height]) => ({ name, width: Number(width), height: Number(height) }),
  ),
);

/** The width of a WebP for each pixel of its height. */
function ratioOf(file: string): number {
  const bytes = readFileSync(join(root, file));
  assert.equal(bytes.toString('latin1', 8, 16), 'WEBPVP8X', file);
  // Less one, on three bytes each.
  return (bytes.readUIntLE(24, 3) + 1) / (bytes.readUIntLE(27, 3) + 1);
}

test('each picture of the help is there in light and in dark, as large as the page says, and none is left over', () => {
  assert.ok(figures.length >= 8);
  const wanted = figures.flatMap(({ name }) => [`${name}-dark`, name]);
  assert.deepEqual(
    files('public/images/help/*').toSorted(),
    wanted.map((name) => `public/images/help/${name}.webp`).toSorted(),
  );
  for (const { name, width, height } of figures) {
    for (const end of ['', '-dark']) {
      const ratio = ratioOf(`public/images/help/${name}${end}.webp`);
      assert.ok(Math.abs(ratio - width / height) < 0.01, `${name}${end}: ${ratio} and ${width} × ${height}`);
    }
  }
});
