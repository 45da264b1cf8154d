/** Peerscope's node beside real mosaik nodes, as people run it: `peerscope node --kind mosaik … --json`. */
import { performance } from 'node:perf_hooks'
import type { CliProcess, JsonLine } from '../../support/cli-process.ts'
import { startCli } from '../../support/cli-process.ts'
import { requireIsolation } from '../namespace.ts'
import { peerIdOf } from './ids.ts'
import type { Dialable } from './mosaik.ts'

/** How it is started. */
export interface OurOptions {
  readonly network: string
  /** `<64 hex digits>@ip:port` each. */
  readonly bootstrap?: readonly string[]
  readonly tags?: readonly string[]
  /** A text for a stable identity. */
  readonly secret?: string
  readonly more?: readonly string[]
}

/** A peer, as our command `peers` tells it. */
export interface OurPeer {
  readonly peerId: string
  readonly endpointId: string
  readonly self: boolean
  readonly tags: readonly string[]
  readonly addresses: readonly string[]
  readonly version: { readonly startedAt: number; readonly updatedAt: number }
}

/** Our running node. */
export class OurNode implements Dialable {
  readonly process: CliProcess
  readonly endpointId: string
  readonly addresses: readonly string[]
  /** When it was started and online, milliseconds since 1970. */
  readonly startedAt: number
  readonly onlineAt: number
  #asked = 0

  private constructor(process: CliProcess, startedAt: number, online: JsonLine) {
    this.process = process
    this.startedAt = startedAt
    this.onlineAt = Date.now()
    this.endpointId = String(online['endpointId'])
    // `<64 hex digits>@ip:port` each; a mosaik node takes the second part.
    const sockets = (online['addresses'] as string[]).map((address) => address.slice(address.indexOf('@') + 1))
    this.addresses = sockets.filter((socket) => socket.startsWith('127.'))
  }

  /** Starts it and waits until it is online. */
  static async start({ network, bootstrap = [], tags = [], secret, more = [] }: OurOptions): Promise<OurNode> {
    requireIsolation()
    const startedAt = Date.now()
    const process = startCli([
      'node',
      '--kind',
      'mosaik',
      '--network',
      network,
      '--no-dht',
      ...bootstrap.flatMap((address) => ['--bootstrap', address]),
      ...tags.flatMap((tag) => ['--tag', tag]),
      ...(secret === undefined ? [] : ['--secret', secret]),
      ...more,
    ])
    try {
      return new OurNode(process, startedAt, await process.waitFor('online', 60_000))
    } catch (error) {
      await process.stop('SIGKILL')
      throw error
    }
  }

  /** The first event about a peer, past or future. */
  event(
    kind: string,
    endpointId: string,
    limitMs: number,
    accept: (line: JsonLine) => boolean = () => true,
  ): Promise<JsonLine> {
    const peerId = peerIdOf(endpointId)
    return this.process.waitFor((line) => line.event === kind && line['peerId'] === peerId && accept(line), limitMs)
  }

  /** Runs one command of standard input; also a refusal is an answer. */
  async ask(command: string, limitMs = 30_000): Promise<JsonLine> {
    // Answers come in the order of the commands.
    const before = this.#asked
    this.#asked += 1
    this.process.say(command)
    let seen = 0
    return this.process.waitFor((line) => {
      if (line.event !== 'reply') return false
      seen += 1
      return seen > before
    }, limitMs)
  }

  /** Its catalog, with itself. */
  async peers(): Promise<readonly OurPeer[]> {
    return (await this.ask('peers'))['peers'] as OurPeer[]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop('SIGKILL')
  }
}

/** Prints how long something took, for `npm run interop`'s reader. */
export function tell(version: string, what: string, ms: number | string): void {
  const value = typeof ms === 'number' ? `${Math.round(ms)} ms` : ms
  process.stdout.write(`    ${`mosaik ${version}`.padEnd(14)} ${what.padEnd(64)} ${value}\n`)
}

/** Asks until the answer is accepted. @throws Error with the last answer when time runs out */
export async function until<T>(
  ask: () => Promise<T>,
  accept: (answer: T) => boolean,
  limitMs: number,
  everyMs = 100,
): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (accept(answer)) return answer
    if (performance.now() > end)
      throw new Error(`not within ${limitMs} ms; last: ${JSON.stringify(answer).slice(0, 2000)}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
