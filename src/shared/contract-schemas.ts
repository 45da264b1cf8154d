/** Schemas that the parts of the contract share. */
import { z } from 'zod'
import type { PeerId } from './ids.ts'
import { isPeerId } from './ids.ts'
import { NETWORK_KINDS } from './network-kind.ts'

/** Longest texts that are taken from a UI, in characters. */
const MAX_TEXT = 4096
/** Most list items that are taken from a UI in one call. */
const MAX_ITEMS = 1000

/** A peer id in its text form. */
export const peerId = z.custom<PeerId>(
  (value) => typeof value === 'string' && isPeerId(value),
  'not a peer id (12D3Koo…)',
)
/** A kind of network; Peerscope's own where none is given. */
export const networkKind = z.enum(NETWORK_KINDS).default('peerscope')
/** Text of bounded length. */
export const text = z.string().max(MAX_TEXT)
/** A bounded list of texts. */
export const texts = z.array(text).max(MAX_ITEMS)
/** Outputs come from our own typed code: declared, not checked again (a snapshot of 10,000 peers would take 50 ms). */
export const output = <T>() => z.custom<T>(() => true)

/** Changes of the discovery configuration. */
export const config = z
  .object({
    announceInterval: z.number(),
    announceJitter: z.number(),
    purgeAfter: z.number(),
    maxTimeDrift: z.number(),
    eventsBacklog: z.number(),
    gracefulDepartureWindow: z.number(),
    rttProbeInterval: z.number(),
    rttDialInterval: z.number(),
    maxRtt: z.number().nullable(),
    maxPeers: z.number(),
    maxCatalogBytes: z.number(),
    answerNeighbors: z.boolean(),
  })
  .partial()
