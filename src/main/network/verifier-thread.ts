/**
 * Verifies many signatures in a thread of its own, beside the event loop. The thread takes tens of milliseconds to start and a few
 * megabytes, so it runs only while there is much to verify.
 */
import type { Worker } from 'node:worker_threads'
import type { SignatureClaim } from '../discovery/ports.ts'
import { startThread, threadScript } from '../thread.ts'
import { hasLengths, packClaims } from './claims.ts'

/** A thread that has had nothing to do for so long ends, milliseconds. */
const IDLE_MS = 30_000
/** Batches that are handed over at once: with two it has no pause while the caller verifies a third one itself. */
const ENOUGH = 2

/** A batch that is being verified. */
interface Batch {
  readonly size: number
  /** Takes the verdicts; null where the thread ended. */
  readonly settle: (verdicts: readonly boolean[] | null) => void
}

/** One is enough for a process. */
export class VerifierThread {
  readonly #script: URL | null
  #thread: Worker | null = null
  #ready = false
  /** Batches that were handed over, and that were verified: of those the event loop hears only in its next turn. */
  #asked = 0
  #done = new Int32Array(new SharedArrayBuffer(4))
  #pending: Batch[] = []
  #idle: NodeJS.Timeout | null = null
  /** Whether one could not start, or ended by itself: this machine has none. */
  #failed = false

  constructor(script: URL | null = threadScript('verifier-worker', import.meta.url)) {
    this.#script = script
  }

  get running(): boolean {
    return this.#thread !== null
  }

  /** Where it is not ready yet, or has enough to do, verifying oneself is faster. */
  get free(): boolean {
    return this.#ready && this.#asked - Atomics.load(this.#done, 0) < ENOUGH
  }

  /** Fine when it runs, and where it cannot. */
  start(): void {
    if (this.#thread !== null || this.#failed || this.#script === null) return
    const done = new Int32Array(new SharedArrayBuffer(4))
    const thread = startThread(this.#script, { workerData: done })
    if (thread === null) {
      this.#failed = true
      return
    }
    this.#asked = 0
    this.#done = done
    this.#thread = thread
    thread.on('message', (said: Uint8Array | 'ready') => this.#heard(thread, said))
    // What failed in it does not matter: others verify.
    thread.on('error', () => undefined)
    thread.on('exit', () => this.#failedBy(thread))
    this.#rest(thread)
  }

  /** @returns verdicts in the order of the claims; null where no thread can be had */
  async verify(claims: readonly SignatureClaim[]): Promise<readonly boolean[] | null> {
    this.start()
    const thread = this.#thread
    if (thread === null) return null
    const sound = claims.filter(hasLengths)
    const packed = packClaims(sound)
    const { promise, resolve } = Promise.withResolvers<readonly boolean[] | null>()
    this.#asked += 1
    this.#pending.push({ size: sound.length, settle: resolve })
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

  #heard(thread: Worker, said: Uint8Array | 'ready'): void {
    // What one says that was stopped is about batches that nobody waits for.
    if (this.#thread !== thread) return
    if (said === 'ready') {
      this.#ready = true
      return
    }
    const batch = this.#pending.shift()
    if (batch?.size !== said.length) {
      batch?.settle(null)
      this.#failedBy(thread)
      void thread.terminate()
      return
    }
    batch.settle(Array.from(said, (verdict) => verdict === 1))
    if (this.#pending.length === 0) this.#rest(thread)
  }

  #failedBy(thread: Worker): void {
    if (this.#thread !== thread) return
    this.#failed = true
    this.#end()
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
    this.#idle = null
    for (const { settle } of this.#pending.splice(0)) settle(null)
  }
}

/** The one of this process. */
export const verifierThread = new VerifierThread()
