import { z } from 'zod';
import { endDate } from './fields.ts';

/** The inclusive last day of a delegation, or none (P8). */
export const delegationEndForm = (today: string) => z.object({ fin: endDate(today) });
