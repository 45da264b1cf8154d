/** What an export can be asked for, as it crosses to the engine. */
import { z } from 'zod'
import { peerId, text } from './contract-schemas.ts'
import { EXPORT_FORMATS, EXPORT_WHATS } from './exports.ts'
import { MAX_FILTER } from './filter.ts'

/** Most peers that an export can be asked for one by one. */
const MAX_CHOSEN = 10_000

/** Times are milliseconds since the epoch. */
export const exportQuery = z.object({
  what: z.enum(EXPORT_WHATS).default('catalog'),
  format: z.enum(EXPORT_FORMATS),
  filter: text.max(MAX_FILTER).default(''),
  /** Only these peers, of those that pass the filter; all when left out. Not for events. */
  peerIds: z.array(peerId).max(MAX_CHOSEN).optional(),
  from: z.number().nullable().default(null),
  to: z.number().nullable().default(null),
  /** The past moment that it is of; null for now. */
  at: z.number().int().min(0).nullable().default(null),
  /** For a snapshot of a past moment: the span that it can be played over. */
  played: z.object({ from: z.number(), to: z.number() }).optional(),
})
