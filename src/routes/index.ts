import type { Route } from './define-route.ts';
import { entitlementRoutes } from './entitlements.ts';
import { myInformationRoutes } from './my-information.ts';
import { sessionRoutes } from './sessions.ts';

/** Every route of the portal, in the order they are tried. */
export const routes: readonly Route[] = [...sessionRoutes, ...myInformationRoutes, ...entitlementRoutes];
