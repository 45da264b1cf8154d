/** A private Mainline DHT of real nodes on loopback. It knows no public router. */
import { randomBytes } from 'node:crypto'
import Library from 'bittorrent-dht'
import { pino } from 'pino'
import { systemClock } from '../../src/main/network/clock.ts'
import { MainlineDht } from '../../src/main/network/dht/mainline.ts'
import type { MainlineOptions } from '../../src/main/network/dht/mainline.ts'
import type { DhtEndpoint } from '../../src/main/network/dht/routers.ts'
import { createSignatures } from '../../src/main/network/signatures.ts'

const signatures = createSignatures()

/** A running private DHT. */
export interface PrivateDht extends AsyncDisposable {
  /** `HOST:PORT` of its nodes, the first one first. */
  readonly addresses: readonly string[]
  readonly endpoints: readonly DhtEndpoint[]
  /** Ends the node at this place of the list, without a word. */
  kill(index: number): Promise<void>
}

/** One of our nodes, not started. With no endpoints it is the first of a DHT. */
export function mainlineNode(bootstrap: readonly DhtEndpoint[], options: Partial<MainlineOptions> = {}): MainlineDht {
  const logger = pino({ enabled: false })
  return new MainlineDht({ clock: systemClock, signatures, logger, bootstrap, nodesFile: null, ...options })
}

/** A node of the library as it is, without our guard. */
export async function libraryNode(bootstrap: readonly DhtEndpoint[], port = 0): Promise<Library> {
  const verify = (signature: unknown, message: Uint8Array, publicKey: unknown): boolean =>
    signature instanceof Uint8Array &&
    publicKey instanceof Uint8Array &&
    signatures.verify({ publicKey, message, signature })
  const node = new Library({ bootstrap, verify })
  node.on('error', () => undefined)
  node.on('warning', () => undefined)
  await new Promise<void>((resolve) => node.listen(port, '127.0.0.1', resolve))
  return node
}

/** Starts so many nodes of the library; each knows the first. */
export async function privateDht(count = 4): Promise<PrivateDht> {
  const nodes: Library[] = []
  const endpoints: DhtEndpoint[] = []
  for (let index = 0; index < count; index += 1) {
    const node = await libraryNode(endpoints.slice(0, 1))
    nodes.push(node)
    endpoints.push({ host: '127.0.0.1', port: node.address().port })
  }
  const end = (node: Library): Promise<void> => new Promise((resolve) => node.destroy(resolve))
  const killed = new Set<Library>()
  return {
    endpoints,
    addresses: endpoints.map(({ host, port }) => `${host}:${port}`),
    kill: async (index) => {
      const node = nodes[index]
      if (node === undefined || killed.has(node)) return
      killed.add(node)
      await end(node)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.filter((node) => !killed.has(node)).map(end))
    },
  }
}

/** A secret that no other test has. */
export function randomSecret(): Uint8Array {
  return new Uint8Array(randomBytes(32))
}
