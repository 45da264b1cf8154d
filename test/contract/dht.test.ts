/** What every Dht port does: the real one on a private DHT on loopback, the simulated one in virtual time. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Cancelled, DhtFailed } from '../../src/shared/errors.ts'
import type { Dht, DhtItem, Signatures } from '../../src/main/discovery/ports.ts'
import { createSignatures } from '../../src/main/network/signatures.ts'
import type { PrivateDht } from '../integration/dht-private.ts'
import { libraryNode, mainlineNode, privateDht, randomSecret } from '../integration/dht-private.ts'
import { SimDht } from '../sim/dht.ts'
import { simSignatures } from '../sim/signatures.ts'
import { World } from '../sim/world.ts'
import { forever } from './steps.ts'

interface Rig {
  /** One more node of the same DHT, not started. */
  port(): Dht
  readonly signatures: Signatures
  settled<T>(work: Promise<T>): Promise<T>
  close(): Promise<void>
}

async function mainlineRig(): Promise<Rig> {
  const network: PrivateDht = await privateDht(4)
  const ports: Dht[] = []
  return {
    port: () => {
      const node = mainlineNode(network.endpoints.slice(0, 1))
      ports.push(node)
      return node
    },
    signatures: createSignatures(),
    settled: (work) => work,
    close: async () => {
      await Promise.all(ports.map((port) => port.stop()))
      await network[Symbol.asyncDispose]()
    },
  }
}

async function simRig(): Promise<Rig> {
  const world = new World(1)
  const dht = new SimDht(world)
  return await Promise.resolve({
    port: () => dht.port(world.addHost()),
    signatures: simSignatures(),
    settled: async <T>(work: Promise<T>): Promise<T> => {
      let over = false
      const watched = work.finally(() => (over = true))
      watched.catch(() => undefined)
      await world.scheduler.until(() => over, 60_000, 10)
      return await watched
    },
    close: () => Promise.resolve(),
  } satisfies Rig)
}

const item = (seq: bigint, ...bytes: number[]): DhtItem => ({ seq, value: Uint8Array.from(bytes) })
/** Sequence numbers as records have them: microseconds since the epoch. */
const SEQ = 1_750_000_000_000_000n

describe.each([
  ['mainline', mainlineRig],
  ['simulator', simRig],
] as const)('the DHT on %s', (_name, makeRig) => {
  let rig: Rig
  beforeEach(async () => {
    rig = await makeRig()
  })
  afterEach(async () => await rig.close())

  const started = async (): Promise<Dht> => {
    const port = rig.port()
    await rig.settled(port.start(forever()))
    return port
  }
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    rig.settled(
      work.then(
        () => 'it went well',
        (error: unknown) => error,
      ),
    )
  const key = (secret: Uint8Array): Uint8Array => rig.signatures.publicKey(secret)

  it('gives null where nothing was written', async () => {
    const port = await started()
    expect(await rig.settled(port.get(key(randomSecret()), forever()))).toBeNull()
  })

  it('[DH2] gives what another wrote, byte for byte, with its sequence number', async () => {
    const [one, other] = [await started(), await started()]
    const secret = randomSecret()
    const written = { seq: SEQ, value: Uint8Array.from({ length: 990 }, (_, index) => index & 255) }
    expect(await rig.settled(one.put(secret, written, null, forever()))).toBe(true)
    expect(await rig.settled(other.get(key(secret), forever()))).toEqual(written)
  })

  it('[DH4] replaces what has the number that was expected, and nothing else', async () => {
    const [one, other] = [await started(), await started()]
    const secret = randomSecret()
    expect(await rig.settled(one.put(secret, item(SEQ, 1), null, forever()))).toBe(true)
    expect(await rig.settled(other.put(secret, item(SEQ + 1n, 2), null, forever()))).toBe(false)
    expect(await rig.settled(other.put(secret, item(SEQ + 1n, 2), SEQ - 1n, forever()))).toBe(false)
    expect(await rig.settled(other.put(secret, item(SEQ + 1n, 2), SEQ, forever()))).toBe(true)
    expect(await rig.settled(one.put(secret, item(SEQ + 2n, 3), SEQ, forever()))).toBe(false)
    expect(await rig.settled(one.get(key(secret), forever()))).toEqual(item(SEQ + 1n, 2))
  })

  it('[DH4] of several that write at once, what is read after it is what one of them wrote', async () => {
    const ports = await Promise.all([started(), started(), started()])
    const secret = randomSecret()
    const wrote = await rig.settled(
      Promise.all(ports.map((port, index) => port.put(secret, item(SEQ + BigInt(index), index), null, forever()))),
    )
    const found = await rig.settled(Promise.all(ports.map((port) => port.get(key(secret), forever()))))
    expect(new Set(found.map((one) => one?.seq)).size).toBe(1)
    expect(wrote[Number((found[0]?.seq ?? SEQ) - SEQ)]).toBe(true)
  })

  it('keeps items of different keys apart', async () => {
    const port = await started()
    const [one, other] = [randomSecret(), randomSecret()]
    await rig.settled(port.put(one, item(SEQ, 1), null, forever()))
    await rig.settled(port.put(other, item(SEQ, 2), null, forever()))
    expect(await rig.settled(port.get(key(one), forever()))).toEqual(item(SEQ, 1))
    expect(await rig.settled(port.get(key(other), forever()))).toEqual(item(SEQ, 2))
  })

  it('may be started twice, and stopped twice', async () => {
    const port = await started()
    await rig.settled(port.start(forever()))
    expect(await rig.settled(port.get(key(randomSecret()), forever()))).toBeNull()
    await rig.settled(port.stop())
    await rig.settled(port.stop())
  })

  it('may be stopped before it was started, and is not started after', async () => {
    const port = rig.port()
    await rig.settled(port.stop())
    expect(await failure(port.start(forever()))).toBeInstanceOf(Cancelled)
  })

  it('does nothing before the start, and nothing after the end', async () => {
    const port = rig.port()
    expect(await failure(port.get(key(randomSecret()), forever()))).toBeInstanceOf(DhtFailed)
    await rig.settled(port.start(forever()))
    await rig.settled(port.stop())
    expect(await failure(port.get(key(randomSecret()), forever()))).toBeInstanceOf(Cancelled)
    expect(await failure(port.put(randomSecret(), item(SEQ, 1), null, forever()))).toBeInstanceOf(Cancelled)
  })

  it('[WK8] what is under way ends with Cancelled when it is stopped', async () => {
    const port = await started()
    const works = [
      port.get(key(randomSecret()), forever()),
      port.put(randomSecret(), item(SEQ, 1), null, forever()),
    ].map(failure)
    await rig.settled(port.stop())
    for (const work of works) expect(await rig.settled(work)).toBeInstanceOf(Cancelled)
  })

  it('ends with Cancelled when its signal fires, before and half-way', async () => {
    const port = await started()
    expect(await failure(port.get(key(randomSecret()), AbortSignal.abort()))).toBeInstanceOf(Cancelled)
    const controller = new AbortController()
    const works = [
      port.get(key(randomSecret()), controller.signal),
      port.put(randomSecret(), item(SEQ, 1), null, controller.signal),
    ].map(failure)
    controller.abort()
    for (const work of works) expect(await rig.settled(work)).toBeInstanceOf(Cancelled)
    expect(await failure(rig.port().start(AbortSignal.abort()))).toBeInstanceOf(Cancelled)
    // The port itself goes on.
    expect(await rig.settled(port.get(key(randomSecret()), forever()))).toBeNull()
  })
})

describe('the DHT on mainline', () => {
  it('[DH7] says so when no node answers, and goes on once one does', async () => {
    await using network = await privateDht(1)
    const lonely = mainlineNode(network.endpoints)
    await network.kill(0)
    try {
      await lonely.start(forever())
      const failed = await lonely.get(randomSecret(), forever()).catch((error: unknown) => error)
      expect(failed).toBeInstanceOf(DhtFailed)
      expect(String(failed)).toContain('no node of the DHT answers')
      const back = await libraryNode([], network.endpoints[0]?.port)
      try {
        expect(await lonely.get(randomSecret(), forever())).toBeNull()
      } finally {
        await new Promise<void>((resolve) => back.destroy(resolve))
      }
    } finally {
      await lonely.stop()
    }
  })

  it('refuses what no DHT node would take: values of 1000 bytes, numbers that are too large', async () => {
    await using network = await privateDht(1)
    const port = mainlineNode(network.endpoints)
    try {
      await port.start(forever())
      const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error)
      const large = { seq: SEQ, value: new Uint8Array(1000) }
      expect(await failure(port.put(randomSecret(), large, null, forever()))).toBeInstanceOf(DhtFailed)
      expect(await failure(port.put(randomSecret(), item(2n ** 60n, 1), null, forever()))).toBeInstanceOf(DhtFailed)
    } finally {
      await port.stop()
    }
  })
})
