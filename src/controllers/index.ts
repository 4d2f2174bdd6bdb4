import type { AppContext } from './context.ts';
import { currentOrganismController } from './current-organism.ts';
import { entitlementsController } from './entitlements.ts';
import { myInformationController } from './my-information.ts';
import { sessionsController } from './sessions.ts';

export type Controllers = ReturnType<typeof createControllers>;

/** Every controller, by the noun of its area. */
export function createControllers(context: AppContext) {
  return {
    sessions: sessionsController(context),
    currentOrganism: currentOrganismController(),
    myInformation: myInformationController(context),
    entitlements: entitlementsController(context),
  };
}
