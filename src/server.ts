import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { readArguments } from './cli/arguments.ts';
import { EnvironmentError, readEnvironment } from './config/environment.ts';
import { createLogger } from './config/logger.ts';
import { explainFailure } from './database/failure.ts';
import { demonstrationAccounts, demonstrationPassword } from './presenters/demonstration.ts';

// What the sources compile to is kept from one start to the next, which then takes half the time.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/node'));

readArguments({});

try {
  const environment = readEnvironment();
  const { startPortal } = await import('./start.ts');
  const logger = createLogger(environment.logLevel);
  const portal = await startPortal(environment, logger);
  console.log(`\nEspace Organismes : ${portal.address}\n`);
  if (portal.demonstration) {
    console.log(`Comptes de démonstration, mot de passe « ${demonstrationPassword} » :`);
    for (const { email, profile } of demonstrationAccounts) console.log(`  ${email.padEnd(36)} ${profile}`);
  }
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, 'stopping');
      portal.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stop failed');
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  if (error instanceof EnvironmentError) {
    for (const fault of error.faults) console.error(fault);
    process.exit(2);
  }
  console.error(explainFailure(error) ?? error);
  process.exit(1);
}
