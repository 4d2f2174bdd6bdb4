import { type Agent, createAgent } from './agent.ts';
import type { TestPortal } from './portal.ts';

/** People of a test, each signed in once, when first needed; to be closed before their portal stops. */
export function createAgents(portal: () => TestPortal) {
  const agents = new Map<string, Agent>();
  return {
    async as(email: string): Promise<Agent> {
      const known = agents.get(email);
      if (known) return known;
      const agent = createAgent(portal());
      agents.set(email, agent);
      await agent.signIn(email);
      return agent;
    },
    close() {
      for (const agent of agents.values()) agent.close();
    },
  };
}
