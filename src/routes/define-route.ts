import type { RequestHandler } from 'express';
import type { Controllers } from '../controllers/index.ts';
import type { Access } from '../domain/permissions.ts';
import type { Parametrised } from '../paths.ts';

/** One line of the route table. `access` has no default: a route that declares none does not compile. */
export interface Route {
  method: 'get' | 'post';
  /** The pattern of its address. */
  path: string;
  access: Access;
  handler: (controllers: Controllers) => RequestHandler;
}

/** A line of the table, whose address may have parameters. */
export function defineRoute({
  path,
  ...route
}: Omit<Route, 'path'> & { path: string | Parametrised }): Route {
  return { ...route, path: typeof path === 'string' ? path : path.pattern };
}
