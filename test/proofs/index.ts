import type { Proof } from './proof.ts';
import { restarts } from './restarts.ts';

/** Every proof, in the order in which they run: the one place to add one. */
export const PROOFS: readonly Proof[] = [restarts];
