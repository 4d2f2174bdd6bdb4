import type { Request, RequestHandler } from 'express';
import type { AppContext } from '../controllers/context.ts';
import { listController } from '../controllers/lists.ts';
import type { Access } from '../domain/permissions.ts';
import type { AnyList } from '../lists/declaration.ts';
import { FILES, fileAt } from '../lists/screen.ts';
import { passedOn } from '../middlewares/request.ts';
import { type Parametrised, patternOf } from '../paths.ts';

/** One line of the route table. */
export interface Route {
  method: 'get' | 'post';
  /** The pattern of its address. */
  path: string;
  access: Access;
  /** Whether it asks to know who one is, shown a moment ago. */
  identity?: AsksIdentity;
  handler: (context: AppContext) => RequestHandler;
}

/**
 * Of whom a proof of identity of the last five minutes is asked (R89): before the page too, where what it shows is already
 * a secret; or before the act, always or where it is one that asks for it.
 */
type AsksIdentity =
  | 'before-page'
  | 'before-act'
  | ((context: AppContext) => (req: Request) => Promise<boolean | 'before-page'>);

/** The page of a form, and what sending it does. */
interface Form {
  show: RequestHandler;
  send: RequestHandler;
}

/**
 * What a controller answers, address by address; it is made once for each portal. `access` has no default: a route that
 * declares none does not compile.
 */
export function routesOf<Controller>(create: (context: AppContext) => Controller) {
  const made = new WeakMap<AppContext, Controller>();
  const controllerOf = (context: AppContext): Controller => {
    const controller = made.get(context) ?? create(context);
    made.set(context, controller);
    return controller;
  };
  const routeOf =
    (method: Route['method']) =>
    (
      path: string | Parametrised,
      access: Access,
      answer: (controller: Controller) => RequestHandler,
      identity?: AsksIdentity,
    ): Route => ({
      method,
      path: patternOf(path),
      access,
      ...(identity === undefined ? {} : { identity }),
      handler: (context) => answer(controllerOf(context)),
    });
  const [get, post] = [routeOf('get'), routeOf('post')];
  return {
    get,
    post,
    /** The page of a form, or of a confirmation, and what it sends: one address. */
    form: (
      path: string | Parametrised,
      access: Access,
      form: (controller: Controller) => Form,
      identity?: AsksIdentity,
    ): Route[] => [
      get(path, access, (controller) => form(controller).show, identity),
      post(path, access, (controller) => form(controller).send, identity),
    ],
  };
}

const listOf = (list: AnyList) => routesOf((context) => listController(context, list));

/** The page of a declared list, and its files. */
export function listRoutes(list: AnyList, access: Access): Route[] {
  const routes = listOf(list);
  const page = routes.get(list.path, access, ({ index }) => index);
  return [page, ...(list.file ? fileRoutes(list, access, routes) : [])];
}

/** The files of a declared list. */
export function fileRoutes(list: AnyList, access: Access, { get } = listOf(list)): Route[] {
  const base = fileAt(patternOf(list.path), list.file);
  return FILES.map(({ format, extension }) => get(`${base}.${extension}`, access, (files) => files[format]));
}

/** An address that opens on another. */
export const redirectRoute = (path: string, access: Access, to: string): Route =>
  routesOf(() => null).get(path, access, () => (req, res) => res.redirect(302, passedOn(req, to)));
