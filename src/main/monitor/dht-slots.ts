/** Reading the slots of a network in the DHT without joining it. */
import type { DhtSlot } from '../../shared/dht.ts'
import { errorShape } from '../../shared/errors.ts'
import type { NetworkId } from '../../shared/ids.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import type { Dialect } from '../discovery/dialect.ts'
import { dialectOf } from '../discovery/dialects/dialects.ts'
import { withDeadline } from '../discovery/base/deadline.ts'
import type { Slot } from '../discovery/dht/chain.ts'
import { slotChain } from '../discovery/dht/chain.ts'
import type { SlotReading } from '../discovery/dht/read.ts'
import { slotView } from '../discovery/dht/read.ts'
import type { DhtRecord } from '../discovery/dht/record.ts'
import { ANSWER_MS } from '../discovery/dht/rules.ts'
import { ping } from '../discovery/driver/ping.ts'
import type { Dht, Ports } from '../discovery/ports.ts'
import { createPorts } from '../network/libp2p/create-ports.ts'
import { systemRandom } from '../network/random.ts'
import { networkRef } from './network-ref.ts'
import type { Logger, NodeSettings } from './open-node.ts'
import { dhtOptions } from './open-node.ts'

/** What to read. */
export interface SlotsRequest extends Pick<NodeSettings, 'dhtBootstrap' | 'dataDir'> {
  /** Name or id. */
  readonly network: string
  /** A chain that nodes only read is read here too, and its holders are not asked. */
  readonly kind: NetworkKind
  readonly logger: Logger
}

/**
 * Rule DH8: all slots, and whether their holders answer. Nothing is written.
 * @throws InvalidArgument, DhtFailed, Timeout, Cancelled
 */
export async function readDhtSlots(request: SlotsRequest, signal: AbortSignal): Promise<readonly DhtSlot[]> {
  const { id: networkId } = networkRef(request.network, request.kind)
  const dialect = dialectOf(request.kind)
  const ports = await createPorts({
    secret: systemRandom.bytes(32),
    listen: [],
    logger: request.logger,
    agent: 'peerscope',
    dht: dhtOptions({ ...request, dht: true, listen: [] }),
  })
  const { clock, dht, node, signatures } = ports
  if (dht === null) return []
  const chain = slotChain(dialect.dht.root(networkId), (secret) => signatures.publicKey(secret))
  try {
    await dht.start(signal)
    const decode: typeof dialect.dht.decodeRecord = (key, value) => dialect.dht.decodeRecord(key, value)
    const readings = await Promise.all(chain.map((slot) => readPatiently(dht, slot, decode, signal)))
    const answers: readonly (boolean | null)[] = dialect.abilities.claimsDhtSlots
      ? await node.start(signal).then(() => askAll(ports, dialect, networkId, readings, signal))
      : []
    return readings.map((reading, index) =>
      slotView(reading.slot.index, reading, { self: null, answered: answers[index] ?? null, now: clock.now() }),
    )
  } finally {
    await Promise.all([dht.stop(), node.stop()])
  }
}

/** A table should have all its rows: what failed once is tried once more. */
async function readPatiently(
  dht: Dht,
  slot: Slot,
  decode: Dialect['dht']['decodeRecord'],
  signal: AbortSignal,
): Promise<SlotReading> {
  return await readSlot(dht, slot, decode, signal).catch(() => readSlot(dht, slot, decode, signal))
}

/** Reads one slot. @throws DhtFailed, Timeout, Cancelled */
async function readSlot(
  dht: Dht,
  slot: Slot,
  decode: Dialect['dht']['decodeRecord'],
  signal: AbortSignal,
): Promise<SlotReading> {
  const item = await dht.get(slot.publicKey, signal)
  if (item === null) return { slot, item, record: null }
  try {
    return { slot, item, record: decode(slot.publicKey, item.value) }
  } catch (error) {
    if (errorShape(error).code !== 'MalformedMessage') throw error
    return { slot, item, record: null }
  }
}

/** Whether each slot's holder answers a ping in time; null for slots without one. Nobody is asked twice. */
async function askAll(
  ports: Ports,
  dialect: Dialect,
  networkId: NetworkId,
  readings: readonly SlotReading[],
  signal: AbortSignal,
): Promise<readonly (boolean | null)[]> {
  const ask = ({ holder, addresses }: DhtRecord): Promise<boolean> =>
    withDeadline(ports.clock, ANSWER_MS, signal, `asking ${holder}`, async (inner) => {
      await ports.node.connect({ peerId: holder, addresses }, inner)
      await ping(ports, { dialect, networkId }, holder, inner)
    }).then(
      () => true,
      () => false,
    )
  const asked = new Map<string, Promise<boolean>>()
  return await Promise.all(
    readings.map(async ({ record }) => {
      if (record === null) return null
      const answer = asked.get(record.holder) ?? ask(record)
      asked.set(record.holder, answer)
      return await answer
    }),
  )
}
