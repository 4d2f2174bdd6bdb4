import { factorResetsController } from '../controllers/factor-resets.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const resets = routesOf(factorResetsController);

/** The second factor of somebody else, reset; and its person's answer by a link: the fixed address comes first. */
export const factorResetRoutes = [
  ...resets.form(paths.accounts.resetFactor, 'management-act', ({ reset }) => reset, 'before-act'),
  ...resets.form(paths.accounts.cancelFactorReset, 'management-act', ({ giveUp }) => giveUp),
  resets.get(paths.factorResets.outcome, 'public', ({ outcome }) => outcome),
  ...resets.form(paths.factorResets.refusal, 'public', ({ refusal }) => refusal),
];
