/** A process that hosts nodes of one side, asked the same on both. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { MOSAIK_VERSIONS } from '../../test/interop/build.ts'
import type { Dialable } from '../../test/interop/support/mosaik.ts'
import { MosaikHost } from '../../test/interop/support/mosaik.ts'
import { LAUNCHER } from '../figures/built.ts'
import { NETWORK_NAME } from '../loop/entries.ts'
import type { Ask, Reply, Side } from './protocol.ts'
import { COMPILED_VARIABLE, HOST_VARIABLE } from './protocol.ts'

/** Longest wait for all catalogs, milliseconds; the hosts give up before. */
const LIMIT_MS = 120_000
const PATIENCE_MS = LIMIT_MS + 10_000
/** Longest wait for the end of a host, milliseconds. */
const END_MS = 5000

/** What leads to a node: only its own side reads it. */
export interface Place {
  readonly addresses: readonly string[]
  readonly dialable: Dialable | null
}

/** A running host. Names of nodes are the caller's. */
export interface Host extends AsyncDisposable {
  readonly pid: number
  /** Starts a node; resolves when it is online. */
  spawn(node: string, bootstrap?: Place): Promise<Place>
  /** Resolves when every node here knows so many others. @throws Error when that takes too long */
  waitAll(count: number): Promise<void>
  /** Puts entries of made-up peers into a node's catalog. */
  feed(node: string, count: number): Promise<void>
  /** How long until the catalogs of all other nodes here have the tag, milliseconds. */
  spreadTag(node: string, tag: string): Promise<number>
  /** The node leaves: how long until it is in no catalog here, milliseconds. */
  spreadGoodbye(node: string): Promise<number>
}

/** Starts a host without nodes, its program loaded. */
export function startHost(side: Side): Promise<Host> {
  return side === 'peerscope' ? OurHost.start() : TheirHost.start()
}

class OurHost implements Host {
  readonly pid: number
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  readonly #ended: Promise<never>
  #next = 1

  private constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid ?? 0
    child.on('message', (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply)
      this.#waiting.delete(reply.id)
    })
    this.#ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the host of our nodes ended: ${String(code ?? signal)}`)
    })
    this.#ended.catch(() => undefined)
  }

  static async start(): Promise<OurHost> {
    const child = fork(LAUNCHER, [process.env[HOST_VARIABLE] ?? '', process.env[COMPILED_VARIABLE] ?? ''])
    const host = new OurHost(child)
    await Promise.race([once(child, 'message'), host.#ended])
    return host
  }

  async spawn(node: string, bootstrap?: Place): Promise<Place> {
    const { addresses } = await this.#ask('spawn', { node, bootstrap: bootstrap?.addresses.slice(0, 1) ?? [] })
    return { addresses, dialable: null }
  }

  async waitAll(count: number): Promise<void> {
    await this.#ask('wait all', { count })
  }

  async feed(node: string, count: number): Promise<void> {
    await this.#ask('feed', { node, count })
  }

  async spreadTag(node: string, tag: string): Promise<number> {
    return (await this.#ask('spread tag', { node, tag })).tookMs
  }

  async spreadGoodbye(node: string): Promise<number> {
    return (await this.#ask('spread goodbye', { node })).tookMs
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    // It ends by itself, so that what V8 compiled is kept.
    this.#child.disconnect()
    const late = setTimeout(() => this.#child.kill('SIGKILL'), END_MS)
    await exit
    clearTimeout(late)
  }

  async #ask(cmd: string, fields: Partial<Ask>): Promise<Reply> {
    const id = this.#next++
    const replied = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve))
    this.#child.send({ id, cmd, node: '', bootstrap: [], count: 0, tag: '', ...fields } satisfies Ask)
    const reply = await Promise.race([replied, this.#ended])
    if (reply.error !== null) throw new Error(`${cmd}: ${reply.error}`)
    return reply
  }
}

class TheirHost implements Host {
  readonly #host: MosaikHost

  private constructor(host: MosaikHost) {
    this.#host = host
  }

  static async start(): Promise<TheirHost> {
    const [newest] = MOSAIK_VERSIONS
    if (newest === undefined) throw new Error('no version of mosaik is known')
    return new TheirHost(await MosaikHost.start(newest.version))
  }

  get pid(): number {
    return this.#host.process.pid
  }

  async spawn(node: string, bootstrap?: Place): Promise<Place> {
    const known = bootstrap?.dialable ?? null
    const options = { network: NETWORK_NAME, quiet: true, bootstrap: known === null ? [] : [known] }
    return { addresses: [], dialable: await this.#host.spawn(node, options) }
  }

  async waitAll(count: number): Promise<void> {
    await this.#host.ask('wait all', { count, timeoutMs: LIMIT_MS }, PATIENCE_MS)
  }

  async feed(node: string, count: number): Promise<void> {
    await this.#host.ask('feed', { node, count }, PATIENCE_MS)
  }

  async spreadTag(node: string, tag: string): Promise<number> {
    return Number((await this.#host.ask('spread tag', { node, tag, timeoutMs: LIMIT_MS }, PATIENCE_MS))['tookMs'])
  }

  async spreadGoodbye(node: string): Promise<number> {
    return Number((await this.#host.ask('spread goodbye', { node, timeoutMs: LIMIT_MS }, PATIENCE_MS))['tookMs'])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host[Symbol.asyncDispose]()
  }
}
