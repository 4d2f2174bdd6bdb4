import { entitlements } from '../lists/entitlements.ts';
import { listRoutes } from './define-route.ts';

/** « État des habilitations » (R7-R14). */
export const entitlementRoutes = listRoutes(entitlements, 'management');
