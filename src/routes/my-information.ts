import { myInformationController } from '../controllers/my-information.ts';
import { ownCorrectionController } from '../controllers/own-correction.ts';
import { ownRequestsController } from '../controllers/own-requests.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

export const myInformationRoutes = [
  routesOf(myInformationController).get(paths.myInformation, 'signed-in', ({ show }) => show),
  ...routesOf(myInformationController).form(paths.ownPhone, 'signed-in', ({ phone }) => phone),
  ...routesOf(ownCorrectionController).form(paths.ownCorrection, 'signed-in', ({ correction }) => correction),
  ...routesOf(ownRequestsController).form(paths.ownRequests.cancel, 'signed-in', ({ cancel }) => cancel),
  ...routesOf(ownRequestsController).form(paths.ownRequests.remind, 'signed-in', ({ remind }) => remind),
];
