/** What a host and the process of its demo swarm tell each other. */
import { z } from 'zod'
import { DEMO_BEATS, DEMO_CHAPTERS, MAX_NAMED_PEERS } from '../../shared/demo-story.ts'
import type { PeerId } from '../../shared/ids.ts'
import { isPeerId } from '../../shared/ids.ts'

/** Longest id that is looked at. */
const MAX_ID = 128

/** The process of the swarm, as the host that started it sees it. */
export interface SwarmProcess {
  /** What it sends: see `swarmMessageSchema`. */
  onMessage(listener: (message: unknown) => void): void
  /** Asks it to end gracefully. Fine when it has ended. */
  end(): void
  /** Tells it something else than to end. Fine when it has ended. */
  order(order: SwarmOrder): void
  /** Ends it at once; works on a process that is frozen, too. Fine when it has ended. */
  kill(): void
  /** Resolves when it has ended, with why as far as its exit code and standard error tell. Never rejects. */
  readonly ended: Promise<string>
}

/**
 * How a host starts the process: a Node process or one of Electron's utility processes.
 * @param args for `src/main/swarm-process.ts`
 */
export type StartSwarmProcess = (args: readonly string[]) => SwarmProcess

const peerId = z.custom<PeerId>((value) => typeof value === 'string' && value.length <= MAX_ID && isPeerId(value))

/** What the process of the swarm tells. */
export const swarmMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('up'), addresses: z.array(z.string()) }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
  z.object({ kind: z.literal('story'), beat: z.enum(DEMO_BEATS), peers: z.array(peerId).max(MAX_NAMED_PEERS) }),
])
/** One message. */
export type SwarmMessage = z.infer<typeof swarmMessageSchema>
/** What it is told, to end. */
export const END_SWARM = 'end'

/** What else it is told. */
export const swarmOrderSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('play'),
    /** Counted from 1. */
    chapter: z.number().int().min(1).max(DEMO_CHAPTERS.length),
  }),
  /** The story waits, or goes on. It waits until it is told to go on. */
  z.object({ kind: z.literal('hold'), hold: z.boolean() }),
])
/** One order. */
export type SwarmOrder = z.infer<typeof swarmOrderSchema>
