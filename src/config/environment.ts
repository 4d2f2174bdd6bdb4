import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { faultOfList } from './breached-list.ts';

const whole = (name: string, minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number`)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be between ${minimum} and ${maximum}`)
    .describe(name);

const url = (...protocols: string[]) =>
  z.string().refine(
    (value) => {
      const parsed = URL.parse(value);
      return parsed !== null && protocols.includes(parsed.protocol);
    },
    `must be an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  PORT: whole('PORT', 1, 65_535).default(3000),
  WORKER_PORT: whole('WORKER_PORT', 1, 65_535).optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  BASE_URL: url('http:', 'https:').optional(),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  DATABASE_OWNER_URL: url('postgres:', 'postgresql:').optional(),
  DATA_DIR: z.string().min(1).default('var'),
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]{3,320}$/, 'must be an address on one line')
    .default('Espace Organismes <habilitations@ucanss.fr>'),
  SESSION_SECRET: z.string().min(32, 'must have 32 characters or more').optional(),
  SESSION_IDLE_MINUTES: whole('SESSION_IDLE_MINUTES', 1, 1440).default(30),
  SESSION_ABSOLUTE_HOURS: whole('SESSION_ABSOLUTE_HOURS', 1, 168).default(12),
  SECOND_FACTOR: z.enum(['off', 'administrators', 'everyone']).optional(),
  SECOND_FACTOR_GRACE_DAYS: whole('SECOND_FACTOR_GRACE_DAYS', 0, 365).default(14),
  FACTOR_KEY: z.string().min(32, 'must have 32 characters or more').optional(),
  FACTOR_KEY_PREVIOUS: z.string().min(32, 'must have 32 characters or more').optional(),
  BREACHED_PASSWORDS_FILE: z
    .string()
    .superRefine((file, context) => {
      const fault = faultOfList(file);
      if (fault !== undefined) context.addIssue(fault);
    })
    .optional(),
  SECURITY_CONTACT: z
    .string()
    .regex(
      /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/,
      'must be an address that starts with mailto: or https://',
    )
    .optional(),
  ACCESSIBILITY: z.enum(['non', 'partielle', 'totale']).default('non'),
  METRICS_TOKEN: z.string().min(16, 'must have 16 characters or more').optional(),
  TRUST_PROXY: whole('TRUST_PROXY', 0, 10).default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** What may be read from the file that NAME_FILE names, as containers and systemd give secrets. */
const SECRETS = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'SMTP_URL',
  'SESSION_SECRET',
  'FACTOR_KEY',
  'FACTOR_KEY_PREVIOUS',
  'METRICS_TOKEN',
] as const;

type Source = Record<string, string | undefined>;

/** The file that each secret is read from, where NAME_FILE names one. */
export function secretFiles(source: Source = process.env): Map<string, string> {
  const named = SECRETS.map((name) => [name, source[`${name}_FILE`]] as const);
  return new Map(named.filter((pair): pair is [(typeof SECRETS)[number], string] => Boolean(pair[1])));
}

/** The secrets that files hold, without the line's end of an editor; a fault for each that cannot be read, or holds none. */
function secretsOf(source: Source): { secrets: Source; faults: string[] } {
  const secrets: Source = {};
  const faults: string[] = [];
  for (const [name, file] of secretFiles(source)) {
    if (source[name] !== undefined) faults.push(`${name}_FILE: ${name} is set too`);
    try {
      const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      if (secret === '') faults.push(`${name}_FILE: ${file} is empty`);
      else secrets[name] = secret;
    } catch {
      faults.push(`${name}_FILE: ${file} cannot be read`);
    }
  }
  return { secrets, faults };
}

/** The portal's settings, as docs/operating.md lists them. Durations are in milliseconds. */
export interface Environment {
  production: boolean;
  port: number;
  /** Where a process that only does jobs tells how it is; null: nowhere. */
  workerPort: number | null;
  host: string;
  baseUrl: string;
  databaseUrl: string | null;
  databaseOwnerUrl: string | null;
  dataDirectory: string;
  smtpUrl: string | null;
  mailFrom: string;
  /** The sorted list of breached passwords; null: none is looked up. */
  breachedPasswordsFile: string | null;
  /** Whom security.txt tells to write to; null: where people write about everything. */
  securityContact: string | null;
  /** What an audit found, as the foot of each page says; « non » without one. */
  accessibility: 'non' | 'partielle' | 'totale';
  sessionSecret: string | null;
  sessionIdle: number;
  sessionAbsolute: number;
  /** Of whom a second factor is asked, and for how many days it may wait (R89). */
  secondFactor: { of: 'off' | 'administrators' | 'everyone'; graceDays: number };
  /** What encrypts the second factors that are kept, and what did before; null: see config/factors.ts. */
  factorKey: string | null;
  formerFactorKey: string | null;
  /** What a collector of `/metrics` elsewhere has to show; null: to this machine alone. */
  metricsToken: string | null;
  trustProxy: number;
  logLevel: string;
}

/** What is missing to keep second factors. */
function factorFaults({ FACTOR_KEY: key, FACTOR_KEY_PREVIOUS: former }: Source, required: boolean): string[] {
  if (key !== undefined) return [];
  return [
    ...(required ? ['FACTOR_KEY: is required when NODE_ENV is production, unless SECOND_FACTOR is off'] : []),
    ...(former === undefined ? [] : ['FACTOR_KEY_PREVIOUS: goes with FACTOR_KEY']),
  ];
}

/** Faults of the environment, one sentence each. */
export class EnvironmentError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'EnvironmentError';
    this.faults = faults;
  }
}

const REQUIRED_IN_PRODUCTION = ['DATABASE_URL', 'SESSION_SECRET', 'SMTP_URL', 'BASE_URL'] as const;

/**
 * Reads the settings; the only place of the portal that reads process.env. An empty variable counts as absent.
 * @throws EnvironmentError with one line a fault.
 */
export function readEnvironment(source: Source = process.env): Environment {
  const told = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const { secrets, faults: unread } = secretsOf(told);
  const present = { ...told, ...secrets };
  const parsed = schema.safeParse(present);
  const faults = [
    ...unread,
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
  ];
  const production = present.NODE_ENV === 'production';
  for (const name of production ? REQUIRED_IN_PRODUCTION : []) {
    if (present[name] === undefined) faults.push(`${name}: is required when NODE_ENV is production`);
  }
  const asked = parsed.data?.SECOND_FACTOR ?? (production ? 'administrators' : 'off');
  faults.push(...factorFaults(present, production && asked !== 'off'));
  if (parsed.data?.DATABASE_OWNER_URL !== undefined && present.DATABASE_URL === undefined) {
    faults.push('DATABASE_OWNER_URL: goes with DATABASE_URL');
  }
  if (!parsed.success || faults.length > 0) throw new EnvironmentError(faults);
  return settingsOf(parsed.data, { production, asked });
}

/** The same where nothing is wrong with them. */
function settingsOf(
  values: z.output<typeof schema>,
  { production, asked }: { production: boolean; asked: Environment['secondFactor']['of'] },
): Environment {
  return {
    production,
    port: values.PORT,
    workerPort: values.WORKER_PORT ?? null,
    host: values.HOST,
    baseUrl: (values.BASE_URL ?? `http://localhost:${values.PORT}`).replace(/\/+$/, ''),
    databaseUrl: values.DATABASE_URL ?? null,
    databaseOwnerUrl: values.DATABASE_OWNER_URL ?? null,
    dataDirectory: values.DATA_DIR,
    smtpUrl: values.SMTP_URL ?? null,
    mailFrom: values.MAIL_FROM,
    breachedPasswordsFile: values.BREACHED_PASSWORDS_FILE ?? null,
    securityContact: values.SECURITY_CONTACT ?? null,
    accessibility: values.ACCESSIBILITY,
    sessionSecret: values.SESSION_SECRET ?? null,
    sessionIdle: values.SESSION_IDLE_MINUTES * 60_000,
    sessionAbsolute: values.SESSION_ABSOLUTE_HOURS * 3_600_000,
    secondFactor: { of: asked, graceDays: values.SECOND_FACTOR_GRACE_DAYS },
    factorKey: values.FACTOR_KEY ?? null,
    formerFactorKey: values.FACTOR_KEY_PREVIOUS ?? null,
    metricsToken: values.METRICS_TOKEN ?? null,
    trustProxy: values.TRUST_PROXY,
    logLevel: values.LOG_LEVEL,
  };
}

/** True where npm, which runs this very command, took an option of it for one of its own. */
export const npmTook = (option: string): boolean =>
  process.env.npm_lifecycle_event !== undefined &&
  process.env[`npm_config_${option.replaceAll('-', '_')}`] !== undefined;
