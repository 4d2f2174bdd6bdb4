import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTemplates } from '../tools/database.ts';
import { startTestServer } from '../tools/server.ts';
import { type House, type HouseOptions, openHouse } from './house/house.ts';
import { type Flavour, type ProofServer, startProofServer } from './house/server.ts';

/** What the proofs of a run share, made when first asked for: servers, and the houses that one proof has open. */
export function createResources() {
  const folder = mkdtempSync(join(tmpdir(), 'portail-preuves-'));
  // Open to the database's user, where this process is root.
  chmodSync(folder, 0o755);
  const servers = new Map<Flavour, Promise<ProofServer>>();
  const houses = new Set<House>();
  let tests: ReturnType<typeof startTestServer> | undefined;

  function serverOf(flavour: Flavour): Promise<ProofServer> {
    const server = servers.get(flavour) ?? startProofServer(flavour, join(folder, String(servers.size)));
    servers.set(flavour, server);
    return server;
  }

  async function closeHouses(): Promise<void> {
    const open = [...houses];
    houses.clear();
    await Promise.allSettled(open.map((house) => house.close()));
  }

  return {
    serverOf,
    closeHouses,

    async openHouse(flavour: Flavour, options?: HouseOptions): Promise<House> {
      const house = await openHouse(await serverOf(flavour), options);
      houses.add(house);
      return house;
    },

    async testServer(): Promise<string> {
      if (tests === undefined) {
        tests = startTestServer(join(folder, 'tests'));
        process.env.TEST_SERVER_URL = (await tests).adminUrl;
        await prepareTemplates();
      }
      return (await tests).adminUrl;
    },

    async closeAll(): Promise<void> {
      await closeHouses();
      const all = [...servers.values(), ...(tests ? [tests] : [])];
      await Promise.allSettled(all.map(async (server) => (await server).stop()));
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
