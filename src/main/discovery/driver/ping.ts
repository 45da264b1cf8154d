/** A ping without joining the network: to ask the holders of DHT slots. */
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import { withDeadline } from '../base/deadline.ts'
import type { Dialect } from '../dialect.ts'
import { verifyEntry } from '../entry/entry.ts'
import { REQUEST_TIMEOUT } from '../limits.ts'
import type { Pong } from '../liveness/ping-exchange.ts'
import { PingAsker } from '../liveness/ping-exchange.ts'
import type { Ports } from '../ports.ts'
import { askOver } from './run-exchange.ts'

/**
 * Rule PG2: pings a peer that is connected.
 * @throws Timeout, StreamFailed, BadSignature when another peer's entry came, MalformedMessage
 */
export async function ping(
  { clock, streams, signatures }: Pick<Ports, 'clock' | 'streams' | 'signatures'>,
  { dialect, networkId }: { readonly dialect: Dialect; readonly networkId: NetworkId },
  peerId: PeerId,
  signal: AbortSignal,
): Promise<Pong> {
  return await withDeadline(clock, REQUEST_TIMEOUT, signal, `the ping to ${peerId}`, async (inner) => {
    const link = await streams.open(peerId, dialect.protocolIds(networkId).ping, dialect.limits.ping, inner)
    const io = {
      clock,
      silenceMs: null,
      what: 'a ping',
      verify: (entries: readonly Parameters<typeof verifyEntry>[0][]) =>
        Promise.resolve(entries.map((entry) => verifyEntry(entry, signatures))),
      store: () => Promise.resolve(0),
    }
    return await askOver(new PingAsker(peerId, networkId, dialect), link, io, inner)
  })
}
