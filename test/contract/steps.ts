/** What suites of several ports do first: nodes that run, and connections between them. */
import { afterEach, beforeEach } from 'vitest'
import type { Ports } from '../../src/main/discovery/ports.ts'
import type { Rig } from './rigs.ts'

/** The steps of one suite on one implementation. */
export interface Steps {
  /** The rig of the test that runs. */
  readonly rig: () => Rig
  /** A node that listens. */
  readonly online: (secret?: Uint8Array) => Promise<Ports>
  /** Connects; resolves when both sides know of it. */
  readonly connect: (from: Ports, to: Ports) => Promise<void>
  /** What the work rejects with; 'it went well' where it does not. */
  readonly failure: (work: Promise<unknown>) => Promise<unknown>
}

/** A signal that never fires. */
export function forever(): AbortSignal {
  return new AbortController().signal
}

/** A fresh rig for each test of the suite that calls this, closed after it. */
export function steps(makeRig: () => Promise<Rig>): Steps {
  let current: Rig | null = null
  beforeEach(async () => {
    current = await makeRig()
  })
  afterEach(async () => await current?.close())
  const rig = (): Rig => {
    if (current === null) throw new Error('there is a rig in tests only')
    return current
  }
  return {
    rig,
    online: async (secret) => {
      const ports = await rig().node(secret)
      await rig().settled(ports.node.start(forever()))
      return ports
    },
    connect: async (from, to) => {
      const target = { peerId: to.node.peerId, addresses: to.node.addresses() }
      await rig().settled(from.node.connect(target, forever()))
      await rig().until(() => to.node.connections().some(({ peerId }) => peerId === from.node.peerId))
    },
    failure: async (work) =>
      await rig().settled(
        work.then(
          () => 'it went well',
          (error: unknown) => error,
        ),
      ),
  }
}
