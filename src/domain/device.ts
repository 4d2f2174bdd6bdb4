/** What browsers call themselves; the first that is found: the others' names stand in most of them. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

const named = (words: readonly (readonly [RegExp, string])[], agent: string): string | undefined =>
  words.find(([pattern]) => pattern.test(agent))?.[1];

/** « Firefox sur Windows »: a device in words, from what its browser calls itself; nothing else of it is kept. */
export function deviceInWords(agent: string): string {
  const [browser, system] = [named(BROWSERS, agent), named(SYSTEMS, agent)];
  if (browser === undefined && system === undefined) return 'Appareil inconnu';
  return `${browser ?? 'Un navigateur'}${system === undefined ? '' : ` sur ${system}`}`;
}
