/**
 * Verifies many signatures in a thread of its own, beside the event loop. It takes tens of milliseconds to start and a few megabytes, so it
 * runs only while there is much to verify.
 */
import { Worker } from 'node:worker_threads'
import type { SignatureClaim } from '../discovery/ports.ts'
import { threadScript } from '../thread-script.ts'
import { hasLengths, packClaims } from './claims.ts'

/** A thread that has had nothing to do for so long ends, milliseconds. */
const IDLE_MS = 30_000

/** So many times something waits for it: while the one that asked does the next itself, it has no pause. */
const ENOUGH = 2

/** Takes verdicts, in the order in which they were asked for; null where the thread ended. */
type Waiting = (verdicts: readonly boolean[] | null) => void

/** One for the process is enough: it is begun when it is needed. */
export class VerifierThread {
  readonly #script: URL | null
  #thread: Worker | null = null
  #waiting: Waiting[] = []
  #idle: NodeJS.Timeout | null = null
  #ready = false
  /** How often it was asked, and how often it was done: of that it hears only when the loop has its next turn. */
  #asked = 0
  #done = new Int32Array(new SharedArrayBuffer(4))
  /** Whether one ended by itself: none can be had on this machine. */
  #failed = false

  constructor(script: URL | null = threadScript('verifier-worker', import.meta.url)) {
    this.#script = script
  }

  get running(): boolean {
    return this.#thread !== null
  }

  /** Where it is not ready yet, or has enough to do, to verify oneself is faster. */
  get free(): boolean {
    return this.#ready && this.#asked - Atomics.load(this.#done, 0) < ENOUGH
  }

  /** Fine when it runs, and where it cannot. */
  start(): void {
    if (this.#thread !== null || this.#failed || this.#script === null) return
    this.#asked = 0
    this.#done = new Int32Array(new SharedArrayBuffer(4))
    const thread = new Worker(this.#script, { workerData: this.#done })
    this.#thread = thread
    thread.on('message', (verdicts: Uint8Array | 'ready') => {
      if (verdicts === 'ready') {
        this.#ready = true
        return
      }
      this.#waiting.shift()?.(Array.from(verdicts, (verdict) => verdict === 1))
      if (this.#waiting.length === 0) this.#rest(thread)
    })
    // What failed is of no use: others verify.
    thread.on('error', () => undefined)
    thread.on('exit', () => {
      if (this.#thread !== thread) return
      this.#failed = true
      this.#end()
    })
    this.#rest(thread)
  }

  /** @returns in their order; null where no thread can be had */
  async verify(claims: readonly SignatureClaim[]): Promise<readonly boolean[] | null> {
    this.start()
    const thread = this.#thread
    if (thread === null) return null
    const sound = claims.filter(hasLengths)
    const packed = packClaims(sound)
    const { promise, resolve } = Promise.withResolvers<readonly boolean[] | null>()
    this.#asked += 1
    this.#waiting.push(resolve)
    this.#work(thread)
    thread.postMessage(packed, [packed.buffer])
    const verdicts = await promise
    if (verdicts === null || sound.length === claims.length) return verdicts
    const good = new Map(sound.map((claim, index) => [claim, verdicts[index] ?? false]))
    return claims.map((claim) => good.get(claim) ?? false)
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    const thread = this.#thread
    this.#end()
    await thread?.terminate()
  }

  /** The process goes on while verdicts are waited for. */
  #work(thread: Worker): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = null
    thread.ref()
  }

  #rest(thread: Worker): void {
    thread.unref()
    this.#idle = setTimeout(() => void this.stop(), IDLE_MS).unref()
  }

  #end(): void {
    this.#thread = null
    this.#ready = false
    if (this.#idle !== null) clearTimeout(this.#idle)
    for (const settle of this.#waiting.splice(0)) settle(null)
  }
}

/** The one of this process. */
export const verifierThread = new VerifierThread()
