import { demonstrationController } from '../controllers/demonstration.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

export const demonstrationRoutes = [
  routesOf(demonstrationController).get(
    paths.demonstrationMessages,
    'demonstration',
    ({ messages }) => messages,
  ),
];
