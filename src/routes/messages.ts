import { messagesController } from '../controllers/messages.ts';
import { messages } from '../lists/messages.ts';
import { paths } from '../paths.ts';
import { listRoutes, routesOf } from './define-route.ts';

/** « Messages »: those that did not leave, for who administers nationally. */
export const messageRoutes = [
  ...listRoutes(messages, 'national'),
  routesOf(messagesController).post(paths.messages.resend, 'national-act', ({ resend }) => resend),
];
