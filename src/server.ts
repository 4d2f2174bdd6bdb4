import { pino } from 'pino';
import { EnvironmentError, readEnvironment } from './config/environment.ts';
import { EmbeddedServerError } from './database/embedded-server.ts';
import { PortalRoleError } from './database/migrate.ts';
import { demonstrationAccounts, demonstrationPassword } from './presenters/demonstration.ts';
import { startPortal } from './start.ts';

try {
  const environment = readEnvironment();
  const logger = pino({ level: environment.logLevel });
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
  const code = (error as { code?: string }).code;
  if (
    error instanceof EmbeddedServerError ||
    error instanceof PortalRoleError ||
    code === 'EADDRINUSE' ||
    code === 'EACCES'
  ) {
    console.error((error as Error).message);
  } else {
    console.error(error);
  }
  process.exit(1);
}
