/** What a host and the process of its demo swarm tell each other. */
import { z } from 'zod'
import { DEMO_BEATS, DEMO_CHAPTERS, DEMO_SHOWN, MAX_NAMED_PEERS, STORY_HOLDS } from '../../shared/demo-story.ts'
import { sights, storyPeer } from './demo/sights.ts'

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

/** Counted from 1. */
const chapter = z.number().int().min(1).max(DEMO_CHAPTERS)
/** Of a question. */
const id = z.number().int().positive()

/** What the process of the swarm tells. */
export const swarmMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('up'), addresses: z.array(z.string()) }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
  z.object({
    kind: z.literal('story'),
    chapter,
    beat: z.enum(DEMO_BEATS),
    peers: z.array(storyPeer).max(MAX_NAMED_PEERS),
    missing: z.enum(DEMO_SHOWN).nullable(),
    missedAt: z.number().nullable(),
  }),
  /** Its story waits until all of these are seen. The question before is over. */
  z.object({ kind: z.literal('ask'), id, sights }),
])
/** One message. */
export type SwarmMessage = z.infer<typeof swarmMessageSchema>
/** What it is told, to end. */
export const END_SWARM = 'end'

/** What else it is told. */
export const swarmOrderSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('play'), chapter }),
  /** All that the question asks for is seen. */
  z.object({ kind: z.literal('seen'), id }),
  /** Why the story waits, as it does at first; null where it goes on. */
  z.object({ kind: z.literal('hold'), why: z.enum(STORY_HOLDS).nullable() }),
])
/** One order. */
export type SwarmOrder = z.infer<typeof swarmOrderSchema>
