import { z } from 'zod';

const count = z.number().int().nonnegative();
const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);

/** The file of a checkpoint, before its signature is looked at. */
export const checkpointFile = z
  .strictObject({
    version: z.literal(1),
    last_id: count,
    last_hash: z.string().regex(/^[0-9a-f]{64}$/),
    events: count,
    created_at: z.iso.datetime(),
    key: base64,
    signature: base64,
  })
  // The last event is always one of those that are vouched for.
  .refine(({ last_id, events }) => events <= last_id && (events > 0 || last_id === 0));
