import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import type { PeerId } from '../../../src/shared/ids.ts'
import { programPath } from '../../support/programs.ts'
import type { HonestCalls, Look, Request } from './honest.ts'

/** A node of the honest network, as others see it. */
export interface HonestNode {
  readonly index: number
  readonly peerId: PeerId
  readonly address: string
}

/** Longest wait for a condition, milliseconds. */
const LIMIT_MS = 60_000
const POLL_MS = 20

/** Honest nodes in another process, by calls. */
export class HonestNetwork {
  readonly name: string
  nodes: readonly HonestNode[] = []
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  #next = 0
  #errors = ''

  private constructor(name: string) {
    this.name = name
    this.#child = fork(programPath('honest'), { execArgv: ['--expose-gc'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-4000)))
    this.#child.on('message', ({ id, result, error }: { id: number; result: never; error?: { message: string } }) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(Object.assign(new Error(error.message), error))
    })
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the honest nodes ended with ${code}: ${this.#errors}`))
      this.#waiting.clear()
    })
  }

  static async start(
    name: string,
    ...[count, config]: [number, Parameters<HonestCalls['start']>[2]]
  ): Promise<HonestNetwork> {
    const network = new HonestNetwork(name)
    const started = await network.call('start', count, name, config)
    network.nodes = started.map((node, index) => ({ ...node, index }))
    return network
  }

  call<Name extends keyof HonestCalls>(
    call: Name,
    ...args: Parameters<HonestCalls[Name]>
  ): ReturnType<HonestCalls[Name]> {
    this.#next += 1
    const id = this.#next
    const answer = new Promise<never>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    if (this.#child.connected) this.#child.send({ id, call, args } satisfies Omit<Request, 'args'> & { args: unknown })
    else this.#waiting.get(id)?.reject(new Error(`the honest nodes ended: ${this.#errors}`))
    return answer as unknown as ReturnType<HonestCalls[Name]>
  }

  /** The node that attackers connect to; no other knows their addresses. */
  get victim(): HonestNode {
    // The one of the largest id: with it any peer of a smaller one may begin a sync at any time (rule SY6).
    const [last] = this.nodes.toSorted((a, b) => (a.peerId < b.peerId ? 1 : -1))
    if (last === undefined) throw new Error('the network was not started')
    return last
  }

  look(node: HonestNode = this.victim): Promise<Look> {
    return this.call('look', node.index)
  }

  /** One of the others, each in its turn. */
  other(turn = 0): HonestNode {
    const others = this.nodes.filter(({ index }) => index !== this.victim.index)
    const other = others[turn % others.length]
    if (other === undefined) throw new Error('the network is too small')
    return other
  }

  /** What the victim refused, by reason. */
  async refused(): Promise<Look['refused']> {
    return (await this.look()).refused
  }

  /** Resolves once each node knows exactly the honest ones. */
  async converged(): Promise<void> {
    let wrong: readonly string[] = []
    await until('the honest nodes know each other and nobody else', async () => {
      const looks = await Promise.all(this.nodes.map((node) => this.look(node)))
      wrong = looks.flatMap(({ peers, connected }, index) => {
        const known = new Set(peers.map(({ peerId }) => peerId))
        const missing = this.nodes.filter(({ peerId }) => !known.has(peerId)).length
        const strange = peers.length - this.nodes.length + missing
        return missing + strange === 0
          ? []
          : [`node ${index} lacks ${missing} and has ${strange} others, ${connected.length} connections`]
      })
      return wrong.length === 0
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${wrong.join('; ')}`)
    })
  }

  /** Pings one honest node from another, in turn, until it is ended. @returns what ends it: how many there were */
  serve(everyMs: number): () => Promise<{ readonly asked: number; readonly failures: readonly string[] }> {
    const end = new AbortController()
    let asked = 0
    const failures: string[] = []
    const run = async (): Promise<void> => {
      while (!end.signal.aborted) {
        const [from, to] = [this.other(asked), this.victim]
        asked += 1
        await this.call('ping', from.index, to.peerId).catch((error: unknown) => failures.push(String(error)))
        await setTimeout(everyMs, undefined, { signal: end.signal }).catch(() => undefined)
      }
    }
    const running = run()
    return async () => {
      end.abort()
      await running
      return { asked, failures }
    }
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve))
    if (this.#child.exitCode !== null) return
    await Promise.race([this.call('stop').catch(() => undefined), exited])
    this.#child.kill()
    await exited
  }
}

/** Resolves once the condition holds. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  limitMs = LIMIT_MS,
): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`it did not come to be in ${limitMs} ms that ${what}`)
    await setTimeout(POLL_MS)
  }
}
