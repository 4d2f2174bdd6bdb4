import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { readArguments } from './cli/arguments.ts';
import { end, fail, onStop } from './cli/ending.ts';
import { processLog } from './cli/process-log.ts';
import { readEnvironment } from './config/environment.ts';
import { demonstrationAccounts, demonstrationPassword } from './presenters/demonstration.ts';
import type { Portal } from './start.ts';

// What the sources compile to is kept from one start to the next, which then takes half the time.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/node'));

readArguments({
  name: 'npm start',
  about: 'Starts the portal. Its settings come from the environment: docs/operating.md has them all.',
});

let portal: Portal | undefined;
let logger: Logger | undefined;

onStop((signal, code) => {
  // Not listening yet: nobody is cut off.
  if (!portal) return void end(code);
  logger?.info({ signal }, 'stopping');
  portal.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      logger?.error({ err: error }, 'stop failed');
      process.exit(1);
    },
  );
});

try {
  const environment = readEnvironment();
  logger = processLog(environment);
  const { startPortal } = await import('./start.ts');
  portal = await startPortal(environment, logger);
  if (environment.production) logger.info({ address: portal.address }, 'the portal listens');
  else present(portal);
} catch (error) {
  // Not what inspection shows of it: PostgreSQL's details quote people.
  await fail(error, error instanceof Error ? error.stack : error);
}

function present({ address, demonstration }: Portal): void {
  console.log(`\nEspace Organismes: ${address}\n`);
  if (!demonstration) return;
  console.log(`Demonstration accounts, whose password is ${demonstrationPassword}`);
  for (const { email, profile } of demonstrationAccounts) console.log(`  ${email.padEnd(36)} ${profile}`);
}
