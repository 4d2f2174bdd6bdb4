import { relative } from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { FAMILIES, type Family } from '../tools/families.ts';
import { casesTold } from '../tools/sample.ts';
import { files as filesOf, root } from '../tools/sources.ts';
import type { Proof, ProofContext, ProofResult } from './proof.ts';

/** Milliseconds. */
const LONGEST_FILE = 3_600_000;

type Failed = Extract<TestEvent, { type: 'test:fail' }>['data'];

/** What `npm test` tries a sample of, tried whole: the tests are the same. */
export const families: readonly Proof[] = FAMILIES.map((family) => ({
  name: family.name,
  subject: family.subject,
  run: (context) => tryAll(family, context),
}));

async function tryAll({ files, atLeast }: Family, context: ProofContext): Promise<ProofResult> {
  process.env.TEST_SERVER_URL = await context.testServer();
  process.env.TEST_CASES = 'all';
  process.env.TEST_SEED = String(context.seed);
  const result: ProofResult = { cases: 0, failures: [] };
  for await (const event of run({
    files: filesOf(...files),
    cwd: root,
    timeout: LONGEST_FILE,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })) {
    if (event.type === 'test:diagnostic') result.cases += casesTold(event.data.message);
    if (event.type === 'test:fail') result.failures.push(...failureOf(event.data));
  }
  if (result.cases < atLeast)
    result.failures.push(`${result.cases} cases were tried, of ${atLeast} at least`);
  return result;
}

/** A parent fails with its children: they alone are told. */
function failureOf({ file = '', name, details: { error } }: Failed): string[] {
  if ((error as { failureType?: string }).failureType === 'subtestsFailed') return [];
  const cause = error.cause instanceof Error ? error.cause : error;
  return [`${relative(root, file)} › ${name}: ${cause.message.split('\n').slice(0, 6).join(' ')}`];
}
