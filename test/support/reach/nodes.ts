/** Nodes on loopback that are reached in different ways, stopped at the end of the test. */
import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import type { NodeSettings, OpenNode } from '../../../src/main/monitor/open-node.ts'
import { nodeSecret, openNode } from '../../../src/main/monitor/open-node.ts'

const LIMIT_MS = 15_000

/** The nodes of one test. */
export class Nodes {
  readonly network = `reach-${randomUUID()}`
  readonly #open: OpenNode[] = []

  /** One that listens on loopback, unless told otherwise, and starts from the given ones. */
  async open(from: readonly OpenNode[], settings: Partial<NodeSettings> = {}): Promise<OpenNode> {
    const node = await openNode(
      {
        network: this.network,
        secret: nodeSecret(null),
        listen: ['/ip4/127.0.0.1/tcp/0'],
        bootstrap: from.flatMap((one) => one.addresses().slice(0, 1)),
        tags: [],
        config: { announceInterval: 1000, gracefulDepartureWindow: 50 },
        dht: false,
        mdns: false,
        logger: pino({ enabled: false }),
        ...settings,
      },
      new AbortController().signal,
    )
    this.#open.push(node)
    return node
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#open.map((node) => node.stop()))
  }
}

/** Resolves with what the look gives as soon as that is something. */
export async function until<T>(what: string, look: () => T | null | undefined | false): Promise<T> {
  const end = performance.now() + LIMIT_MS
  for (;;) {
    const found = look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`${what}: not within ${LIMIT_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
