import type { RequestHandler } from 'express';
import type { Controllers } from '../controllers/index.ts';
import type { Access } from '../domain/permissions.ts';

/** One line of the route table. `access` has no default: a route that declares none does not compile. */
export interface Route {
  method: 'get' | 'post';
  path: string;
  access: Access;
  handler: (controllers: Controllers) => RequestHandler;
}

export function defineRoute(route: Route): Route {
  return route;
}
