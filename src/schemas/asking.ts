import { z } from 'zod';
import { line, paragraph } from './fields.ts';

/** « Demander l'accès à l'application »: the code of a role, and why. */
export const askingForm = z.object({
  role: line(100, 'Choisissez le rôle demandé.'),
  motif: paragraph(1000, 'Indiquez le motif de votre demande.'),
});
