import type { Environment } from './environment.ts';
import { keptSecret } from './secret.ts';

/** Of whom a second factor is asked; what encrypts them: FACTOR_KEY, or a key generated once and kept in DATA_DIR. */
export const factorsOf = ({ factorKey, formerFactorKey, secondFactor, dataDirectory }: Environment) => ({
  rule: secondFactor,
  key: factorKey ?? keptSecret(dataDirectory, 'factor-key'),
  formerKey: formerFactorKey,
});
