/** Dials and requests to the DHT: each runs until it settles, or until the core calls it off. */
import type { Input, Output } from '../core/io.ts'
import type { Dht, LocalNode } from '../ports.ts'
import { errorOf } from './errors.ts'

/** What the calls work for. */
export interface CallDriver {
  readonly node: LocalNode
  readonly dht: Dht | null
  feed(input: Input): void
}

/** An output that makes one call. */
export type CallOutput = Extract<Output, { kind: 'dial' | 'dhtStart' | 'dhtRead' | 'dhtWrite' }>

/** The calls that run. What comes of one that was called off is dropped, whether the port watches its signal or not. */
export class Calls {
  readonly #driver: CallDriver
  readonly #running = new Map<number, AbortController>()

  constructor(driver: CallDriver) {
    this.#driver = driver
  }

  begin(output: CallOutput): void {
    const { id } = output
    const control = new AbortController()
    this.#running.set(id, control)
    this.#run(output, control.signal).then(
      (input) => this.#settle(id, control, input),
      (thrown: unknown) => {
        const kind = output.kind === 'dial' ? 'dialFailed' : 'dhtFailed'
        this.#settle(id, control, { kind, id, error: errorOf(thrown) })
      },
    )
  }

  callOff(id: number, error: Error): void {
    const control = this.#running.get(id)
    this.#running.delete(id)
    control?.abort(error)
  }

  /** Ends all. */
  stop(error: Error): void {
    for (const id of this.#running.keys()) this.callOff(id, error)
  }

  #settle(id: number, control: AbortController, input: Input): void {
    if (this.#running.get(id) !== control) return
    this.#running.delete(id)
    this.#driver.feed(input)
  }

  async #run(output: CallOutput, signal: AbortSignal): Promise<Input> {
    const { node, dht } = this.#driver
    const { id } = output
    if (output.kind === 'dial') return { kind: 'dialed', id, peerId: await node.connect(output.target, signal) }
    if (dht === null) throw new Error('there is no DHT')
    switch (output.kind) {
      case 'dhtStart':
        await dht.start(signal)
        return { kind: 'dhtStarted', id }
      case 'dhtRead':
        return { kind: 'dhtRead', id, item: await dht.get(output.publicKey, signal) }
      case 'dhtWrite':
        return { kind: 'dhtWritten', id, taken: await dht.put(output.secret, output.item, output.cas, signal) }
    }
  }
}
