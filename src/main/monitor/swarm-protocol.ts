/** What a host and the process of its demo swarm tell each other. */
import { z } from 'zod'

/** The process of the swarm, as the host that started it sees it. */
export interface SwarmProcess {
  /** What it sends: see `swarmMessageSchema`. */
  onMessage(listener: (message: unknown) => void): void
  /** Asks it to end gracefully. Fine when it has ended. */
  end(): void
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

/** What the process of the swarm tells. */
export const swarmMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('up'), addresses: z.array(z.string()) }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
])
/** One message. */
export type SwarmMessage = z.infer<typeof swarmMessageSchema>
/** What it is told, to end. */
export const END_SWARM = 'end'
