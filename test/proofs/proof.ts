import type { House, HouseOptions } from './house/house.ts';
import type { ProofServer } from './house/server.ts';

/** What a proof works with. */
export interface ProofContext {
  /** True for `-- short`: fewer cases and shorter waits, under the same rules. */
  short: boolean;
  /** What chance hangs on: told with the failures, and given again with `--seed`. */
  seed: number;
  /** The PostgreSQL of this run of the proof. */
  server(): Promise<ProofServer>;
  /** The address of the server that test files make their databases on. */
  testServer(): Promise<string>;
  /** Portals as production runs them, on a database of their own of that server; closed after the proof. */
  openHouse(options?: HouseOptions): Promise<House>;
}

export interface ProofResult {
  cases: number;
  /** One sentence each, with what it takes to see it again. */
  failures: string[];
  /** What was measured. */
  note?: string;
}

/** Something that the portal promises and that takes too long for `npm test`. */
export interface Proof {
  name: string;
  subject: string;
  /** Part of `-- short`. */
  short?: true;
  /** Run on every PostgreSQL of this machine, not on the embedded one alone. */
  everyServer?: true;
  run(context: ProofContext): Promise<ProofResult>;
}
