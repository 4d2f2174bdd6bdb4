/**
 * The floors of the house, from the top. A file imports from its own floor or from below: « The way of a request »
 * only goes down. `paths.ts` is on the ground floor, because addresses are written from many rooms; `config` is
 * a floor of its own, read by what starts the portal and by the rooms above the services; `seeds` act on the database as
 * services do.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['server.ts'],
  ['cli'],
  ['start.ts'],
  ['app.ts'],
  ['routes'],
  ['controllers'],
  ['middlewares'],
  ['jobs'],
  ['exports'],
  ['lists'],
  ['mail'],
  ['presenters'],
  ['schemas'],
  ['config'],
  ['services'],
  ['seeds', 'security'],
  ['repositories'],
  ['database', 'files-in'],
  ['domain', 'paths.ts'],
];

/** The room where a file of src or seeds stands. */
export function roomOf(file: string): string {
  if (file.startsWith('seeds/')) return 'seeds';
  return file.split('/')[1] ?? '';
}

/** Its floor, from the top; -1 where it stands in no known room. */
export function floorOf(file: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));
}
