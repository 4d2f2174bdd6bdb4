import { FLOORS, roomOf } from '../test/tools/floors.ts';
import { files, importsOf } from '../test/tools/sources.ts';

const rooms = FLOORS.flat();
const sources = files('src/**/*.ts', 'seeds/**/*.ts');

/** What each room takes from each other: of what runs, types left out. */
function importsByRoom(): Map<string, Set<string>> {
  const found = new Map(rooms.map((room) => [room, new Set<string>()]));
  for (const file of sources)
    for (const { target, typeOnly } of importsOf(file))
      if (target !== null && !typeOnly && roomOf(target) !== roomOf(file))
        found.get(roomOf(file))?.add(roomOf(target));
  return found;
}

/** The floors, from the top, as the document has them. */
export function drawArchitecture(): string {
  const imports = importsByRoom();
  const reached = (from: string): Set<string> => {
    const direct = [...(imports.get(from) ?? [])];
    return new Set(direct.flatMap((room) => [room, ...reached(room)]));
  };
  // An arrow that others lead to already says nothing more.
  const arrows = rooms.flatMap((room) => {
    const direct = [...(imports.get(room) ?? [])];
    return inOrder(direct.filter((target) => !direct.some((other) => reached(other).has(target)))).map(
      (target) => `  ${room} --> ${target}`,
    );
  });
  const lines = rooms.map(
    (room) => `| \`${room}\` | ${inOrder([...(imports.get(room) ?? [])]).join(', ')} |`,
  );
  return [
    ['```mermaid', 'flowchart TD', ...arrows, '```'].join('\n'),
    ['| room, from the top | takes from |', '|---|---|', ...lines].join('\n'),
  ].join('\n\n');
}

const inOrder = (found: readonly string[]): string[] => rooms.filter((room) => found.includes(room));
