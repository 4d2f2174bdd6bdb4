import { routes } from '../routes/index.ts';
import { readArguments } from './arguments.ts';

const { json } = readArguments({
  name: 'npm run routes',
  about: 'Every route: its method, its path, who has access to it.',
  options: { json: { type: 'boolean', default: false, about: 'for a program' } },
});
const table = [
  ...routes.map(({ method, path, access }) => ({ method: method.toUpperCase(), path, access })),
  // Answered before the table, for machines: they need neither session nor page.
  ...['/livez', '/readyz', '/.well-known/security.txt'].map((path) => ({
    method: 'GET',
    path,
    access: 'public',
  })),
  { method: 'GET', path: '/metrics', access: 'loopback' },
];

if (json) {
  console.log(JSON.stringify(table, null, 2));
} else {
  for (const { method, path, access } of table)
    console.log(`${method.padEnd(5)} ${path.padEnd(50)} ${access}`);
}
