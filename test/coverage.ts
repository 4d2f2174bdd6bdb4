import { relative } from 'node:path';
import { readArguments } from '../src/cli/arguments.ts';
import { FLOORS, roomOf } from './tools/floors.ts';
import { exportsOf, files, importsOf, root, textOf } from './tools/sources.ts';
import { runTests } from './tools/suite.ts';

/** Per cent: what the tests run of each room, at least. */
const LEAST = 85;

/** The rooms that stay below, and why. */
const BELOW: Readonly<Record<string, string>> = {};

const SOURCES = 'src/**/*.ts';

interface Tally {
  lines: number;
  covered: number;
}

const { words } = readArguments({
  name: 'npm run coverage',
  about: `Every test, then which share of the lines of each room of src they ran. Under ${LEAST} % without a reason, it fails;
with NAME, of the files whose path has it, it only tells.`,
  words: '[NAME] [NAME]',
});
const { succeeded, covered } = await runTests(words, { cover: SOURCES });
const low = covered === undefined ? [] : tell(talliesOf(covered));
process.exit(succeeded && (words.length > 0 || low.length === 0) ? 0 : 1);

/** A line that says something to the machine: neither empty nor of a comment. */
function isCode(line: string): boolean {
  return !/^\s*($|\/\/|\/\*|\*)/.test(line);
}

/** True for a file of types: nothing loads it. */
function isOfTypes(file: string): boolean {
  const exported = exportsOf(file);
  return exported.length > 0 && [...exported, ...importsOf(file)].every(({ typeOnly }) => typeOnly);
}

/** The lines of code of each room, and those that were run. What is killed leaves no count; a file that nobody loads has 0. */
function talliesOf({ files: counted }: NonNullable<typeof covered>): Map<string, Tally> {
  const counts = new Map(
    counted.map(({ path, lines }) => [
      relative(root, path),
      new Map(lines.map(({ line, count }) => [line, count])),
    ]),
  );
  const tallies = new Map<string, Tally>();
  for (const file of files(SOURCES)) {
    const ofLines = counts.get(file);
    if (ofLines === undefined && isOfTypes(file)) continue;
    const tally = tallies.get(roomOf(file)) ?? { lines: 0, covered: 0 };
    tallies.set(roomOf(file), tally);
    for (const [index, line] of textOf(file).split('\n').entries()) {
      if (!isCode(line)) continue;
      tally.lines += 1;
      if ((ofLines?.get(index + 1) ?? 0) > 0) tally.covered += 1;
    }
  }
  return tallies;
}

/** The table; the rooms that are too low without a reason. */
function tell(tallies: ReadonlyMap<string, Tally>): string[] {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const shareOf = ({ lines, covered: run }: Tally) => (100 * run) / lines;
  const rooms = FLOORS.flat().flatMap((room) => {
    const tally = tallies.get(room);
    return tally === undefined ? [] : [[room, tally] as const];
  });
  say('\n| room | lines | covered | % |\n|---|---|---|---|');
  for (const [room, tally] of rooms)
    say(`| ${room} | ${tally.lines} | ${tally.covered} | ${shareOf(tally).toFixed(1)} |`);
  const whole = { lines: 0, covered: 0 };
  for (const [, { lines, covered: run }] of rooms) {
    whole.lines += lines;
    whole.covered += run;
  }
  say(`| src | ${whole.lines} | ${whole.covered} | ${shareOf(whole).toFixed(1)} |`);
  if (words.length > 0) return [];
  const below = rooms.filter(([, tally]) => shareOf(tally) < LEAST).map(([room]) => room);
  for (const room of below) say(`${room} is below ${LEAST} %: ${BELOW[room] ?? 'no reason is written'}`);
  return below.filter((room) => BELOW[room] === undefined);
}
