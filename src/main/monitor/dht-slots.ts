/** Reading the slots of a network in the DHT without joining it. */
import type { DhtSlot } from '../../shared/dht.ts'
import { errorShape } from '../../shared/errors.ts'
import { exactNetworkIdFrom, networkIdFrom } from '../../shared/ids.ts'
import { peerscope } from '../discovery/dialects/peerscope/peerscope.ts'
import { withDeadline } from '../discovery/base/deadline.ts'
import type { Slot } from '../discovery/dht/chain.ts'
import { chainRoot, slotChain } from '../discovery/dht/chain.ts'
import type { SlotReading } from '../discovery/dht/read.ts'
import { slotView } from '../discovery/dht/read.ts'
import type { DhtRecord } from '../discovery/dht/record.ts'
import { decodeMosaikRecord, decodeRecord } from '../discovery/dht/record.ts'
import { ANSWER_MS } from '../discovery/dht/rules.ts'
import { ping } from '../discovery/driver/ping.ts'
import type { Dht, Ports } from '../discovery/ports.ts'
import { createPorts } from '../network/libp2p/create-ports.ts'
import { systemRandom } from '../network/random.ts'
import type { Logger, NodeSettings } from './open-node.ts'
import { dhtOptions } from './open-node.ts'

/** What to read. */
export interface SlotsRequest extends Pick<NodeSettings, 'dhtBootstrap' | 'dataDir'> {
  /** Name or id. */
  readonly network: string
  /** The chain of the mosaik network of that name. It is only read, and its holders cannot be asked. */
  readonly mosaik: boolean
  readonly logger: Logger
}

/**
 * Rule DH8: all slots, and whether their holders answer. Nothing is written.
 * @throws InvalidArgument, DhtFailed, Timeout, Cancelled
 */
export async function readDhtSlots(request: SlotsRequest, signal: AbortSignal): Promise<readonly DhtSlot[]> {
  // mosaik takes names as they are written.
  const networkId = request.mosaik ? exactNetworkIdFrom(request.network) : networkIdFrom(request.network)
  const ports = await createPorts({
    secret: systemRandom.bytes(32),
    listen: [],
    logger: request.logger,
    agent: 'peerscope',
    dht: dhtOptions({ ...request, dht: true, listen: [] }),
  })
  const { clock, dht, node, signatures } = ports
  if (dht === null) return []
  const chain = slotChain(chainRoot(networkId, request.mosaik ? 'mosaik' : 'peerscope'), (secret) =>
    signatures.publicKey(secret),
  )
  try {
    await dht.start(signal)
    if (request.mosaik) {
      const readings = await Promise.all(chain.map((slot) => readPatiently(dht, slot, decodeMosaikRecord, signal)))
      return readings.map((reading) => view(reading, null, clock.now()))
    }
    const readings = await Promise.all(chain.map((slot) => readPatiently(dht, slot, decodeRecord, signal)))
    await node.start(signal)
    const answers = await askAll(ports, networkId, readings, signal)
    return readings.map((reading, index) => view(reading, answers[index] ?? null, clock.now()))
  } finally {
    await Promise.all([dht.stop(), node.stop()])
  }
}

/** Whoever prints a table wants all rows: what failed once is tried once more. */
async function readPatiently<Rec>(
  dht: Dht,
  slot: SlotReading<Rec>['slot'],
  decode: (publicKey: Uint8Array, value: Uint8Array) => Rec,
  signal: AbortSignal,
): Promise<SlotReading<Rec>> {
  return await readSlot(dht, slot, decode, signal).catch(() => readSlot(dht, slot, decode, signal))
}

/** Reads one slot. @throws DhtFailed, Timeout, Cancelled */
async function readSlot<Rec>(
  dht: Dht,
  slot: Slot,
  decode: (publicKey: Uint8Array, value: Uint8Array) => Rec,
  signal: AbortSignal,
): Promise<SlotReading<Rec>> {
  const item = await dht.get(slot.publicKey, signal)
  if (item === null) return { slot, item, record: null }
  try {
    return { slot, item, record: decode(slot.publicKey, item.value) }
  } catch (error) {
    if (errorShape(error).code !== 'MalformedMessage') throw error
    return { slot, item, record: null }
  }
}

function view(reading: SlotReading<DhtRecord<string>>, answered: boolean | null, now: number): DhtSlot {
  return slotView(reading.slot.index, reading, { self: null, answered, now })
}

/** Whether each slot's holder answers a ping in time; null for slots without one. Nobody is asked twice. */
async function askAll(
  ports: Ports,
  networkId: ReturnType<typeof networkIdFrom>,
  readings: readonly SlotReading<DhtRecord>[],
  signal: AbortSignal,
): Promise<readonly (boolean | null)[]> {
  const ask = ({ holder, addresses }: DhtRecord): Promise<boolean> =>
    withDeadline(ports.clock, ANSWER_MS, signal, `asking ${holder}`, async (inner) => {
      await ports.node.connect({ peerId: holder, addresses }, inner)
      await ping(ports, { dialect: peerscope, networkId }, holder, inner)
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
