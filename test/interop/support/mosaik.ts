/** Real mosaik nodes: the process that hosts them (test/interop/mosaik-node/), and what it is asked. */
import { spawn } from 'node:child_process'
import type { CliProcess, JsonLine } from '../../support/cli-process.ts'
import { watchLines } from '../../support/cli-process.ts'
import { requireIsolation } from '../namespace.ts'
import { binaryOf } from './versions.ts'

/** What mosaik knows of a peer. */
export interface MosaikEntry {
  readonly endpointId: string
  readonly protocol: string
  readonly version: { readonly startedAt: number; readonly updatedAt: number }
  /** `ip:port` each. */
  readonly addresses: readonly string[]
  readonly relays: readonly string[]
  readonly tags: readonly string[]
  readonly streams: readonly string[]
  readonly groups: readonly string[]
  /** Null before mosaik 0.4. */
  readonly functions: readonly string[] | null
  readonly tickets: number
}

/** How a peer is dialed. */
export interface Dialable {
  readonly endpointId: string
  readonly addresses: readonly string[]
  readonly relays?: readonly string[]
}

/** How a node is started. */
export interface MosaikOptions {
  readonly network: string
  readonly bootstrap?: readonly Dialable[]
  readonly tags?: readonly string[]
  readonly purgeAfterMs?: number
  readonly announceIntervalMs?: number
  /** Time between pings of all peers in its catalog. */
  readonly rttProbeIntervalMs?: number
  /** Threads of its runtime, 1 unless given. */
  readonly threads?: number
  /** Prints no events. */
  readonly quiet?: boolean
}

/** What a process costs. */
export interface Stats {
  readonly cpuMs: number
  readonly rssBytes: number
  readonly peakRssBytes: number
}

/** A running mosaik node. */
export interface MosaikNode extends Dialable {
  readonly name: string
  readonly host: MosaikHost
  /** When it was online, milliseconds since 1970. */
  readonly onlineAt: number
  /** The `--bootstrap` that leads to it. */
  readonly bootstrap: string
}

/** A process that hosts mosaik nodes of one version, and their relay. */
export class MosaikHost {
  readonly version: string
  readonly process: CliProcess
  #next = 1

  private constructor(version: string, process: CliProcess) {
    this.version = version
    this.process = process
  }

  /** Starts the process, without nodes. */
  static async start(version: string): Promise<MosaikHost> {
    requireIsolation()
    const host = new MosaikHost(version, watchLines(spawn(binaryOf(version), { stdio: 'pipe' }), `mosaik ${version}`))
    await host.process.waitFor('relay', 20_000)
    return host
  }

  /** Sends one command and gives its answer. @throws Error when it is refused or takes too long */
  async ask(cmd: string, fields: Readonly<Record<string, unknown>> = {}, limitMs = 30_000): Promise<JsonLine> {
    const id = this.#next
    this.#next += 1
    this.process.say(JSON.stringify({ id, cmd, ...fields }))
    const reply = await this.process.waitFor((line) => line.event === 'reply' && line['id'] === id, limitMs)
    if (reply['ok'] !== true) throw new Error(`mosaik ${this.version}, ${cmd}: ${String(reply['error'])}`)
    return reply
  }

  /** Starts a node and waits until it is online. */
  async spawn(name: string, options: MosaikOptions): Promise<MosaikNode> {
    const bootstrap = options.bootstrap?.map(({ endpointId, addresses, relays = [] }) => ({
      endpointId,
      addresses,
      relays,
    }))
    const reply = await this.ask('spawn', { node: name, ...options, bootstrap })
    const { endpointId, sockets, relays, at } = reply as unknown as {
      endpointId: string
      sockets: string[]
      relays: string[]
      at: number
    }
    const addresses = sockets.filter((socket) => socket.startsWith('127.'))
    return {
      name,
      host: this,
      endpointId,
      addresses,
      relays,
      onlineAt: at,
      bootstrap: `${endpointId}@${addresses[0] ?? ''}`,
    }
  }

  /** What this node's catalog holds, its own entry first. */
  async catalog(node: string): Promise<readonly MosaikEntry[]> {
    return (await this.ask('catalog', { node }))['peers'] as MosaikEntry[]
  }

  /** What the process costs. */
  async stats(): Promise<Stats> {
    return (await this.ask('stats')) as unknown as Stats
  }

  /** The first discovery event of a node, past or future, about a peer. */
  event(
    node: string,
    kind: 'PeerDiscovered' | 'PeerUpdated' | 'PeerDeparted',
    endpointId: string,
    limitMs: number,
    accept: (entry: MosaikEntry) => boolean = () => true,
  ): Promise<JsonLine> {
    return this.process.waitFor((line) => {
      if (line.event !== kind || line['node'] !== node) return false
      if (kind === 'PeerDeparted') return line['endpointId'] === endpointId
      const entry = line['entry'] as MosaikEntry
      return entry.endpointId === endpointId && accept(entry)
    }, limitMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop('SIGKILL')
  }
}
