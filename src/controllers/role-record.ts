import type { RequestHandler } from 'express';
import { roleHolders } from '../lists/role-holders.ts';
import { roleOrganisms } from '../lists/role-organisms.ts';
import { scopeOf } from '../middlewares/request.ts';
import type { AppContext } from './context.ts';
import { listController } from './lists.ts';

/** The page of a role: its people in an organism, its organisms over all of them. */
export function roleRecordController(context: AppContext) {
  const people = listController(context, roleHolders);
  const organisms = listController(context, roleOrganisms);
  const show: RequestHandler = (req, res, next) =>
    (scopeOf(req).kind === 'national' ? organisms : people).index(req, res, next);
  return { show };
}
