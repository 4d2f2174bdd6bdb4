// Cuts the few bootstrap-icons (MIT) that the screens use into one sprite, public/images/icons.svg.
// Add a name below and run `node scripts/build-icons.mjs`; the sprite is committed, nothing is built at start.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NAMES = [
  'archive',
  'arrow-counterclockwise',
  'arrow-left',
  'arrow-right',
  'bell',
  'box-arrow-in-right',
  'box-arrow-right',
  'box-arrow-up-right',
  'building',
  'calendar-event',
  'caret-down-fill',
  'caret-up-fill',
  'check-circle',
  'check-circle-fill',
  'check-lg',
  'chevron-double-left',
  'chevron-double-right',
  'chevron-down',
  'chevron-expand',
  'chevron-left',
  'chevron-right',
  'circle',
  'clock',
  'clock-history',
  'dash-circle',
  'dash-lg',
  'download',
  'envelope',
  'exclamation-octagon',
  'exclamation-triangle',
  'eye',
  'eye-slash',
  'file-earmark-excel',
  'file-earmark-pdf',
  'filetype-csv',
  'funnel',
  'geo-alt',
  'globe2',
  'hourglass-split',
  'inbox',
  'info-circle',
  'journal-text',
  'key',
  'link-45deg',
  'list',
  'lock',
  'pencil',
  'people',
  'person',
  'person-badge',
  'person-check',
  'person-down',
  'person-gear',
  'person-plus',
  'person-slash',
  'person-vcard',
  'phone',
  'plus-lg',
  'printer',
  'question-circle',
  'search',
  'send',
  'shield-check',
  'shield-lock',
  'slash-circle',
  'star',
  'telephone',
  'trash',
  'unlock',
  'upload',
  'x-circle',
  'x-circle-fill',
  'x-lg',
];

const root = fileURLToPath(new URL('..', import.meta.url));

/** One `<symbol>` cut from the icon's own file: its view box and its shapes, nothing else. */
function symbolOf(name) {
  const source = readFileSync(`${root}node_modules/bootstrap-icons/icons/${name}.svg`, 'utf8');
  const viewBox = source.match(/viewBox="([^"]+)"/)?.[1];
  const shapes = source.match(/<svg[^>]*>([\s\S]*)<\/svg>/)?.[1]?.replace(/\s*\n\s*/g, '');
  if (!viewBox || !shapes) throw new Error(`Unexpected icon file: ${name}.svg`);
  return `<symbol id="${name}" viewBox="${viewBox}" fill="currentColor">${shapes}</symbol>`;
}

const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${NAMES.map(symbolOf).join('\n')}\n</svg>\n`;
writeFileSync(`${root}public/images/icons.svg`, sprite);
console.log(`${NAMES.length} icons, ${sprite.length} bytes`);
