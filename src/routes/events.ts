import { eventsController } from '../controllers/events.ts';
import { events } from '../lists/events.ts';
import { paths } from '../paths.ts';
import { listRoutes, routesOf } from './define-route.ts';

/** « Journal », and each of its events. */
export const eventRoutes = [
  ...listRoutes(events, 'management'),
  routesOf(eventsController).get(paths.events.show, 'management', ({ show }) => show),
];
