import { InvalidArgument } from '../../../shared/errors.ts'
import { peerIdOf } from '../../../shared/ids.ts'
import type { IrohTarget } from '../../../shared/iroh-bootstrap.ts'
import { isIrohTicket, parseIrohTarget } from '../../../shared/iroh-bootstrap.ts'
import { loadIroh } from './load.ts'
import { addressText } from './places.ts'

/**
 * A peer of a mosaik network as somebody typed or pasted it: what `parseIrohTarget` takes, or a ticket of iroh's own
 * (`endpointa…`), for which the iroh package is loaded.
 * @throws InvalidArgument that shows the right form; Unavailable for a ticket where iroh has no build for this platform
 */
export function parseMosaikTarget(text: string): IrohTarget {
  return isIrohTicket(text) ? parseTicket(text.trim()) : parseIrohTarget(text)
}

function parseTicket(ticket: string): IrohTarget {
  const { EndpointTicket } = loadIroh()
  try {
    // In lower case, as iroh writes them: what was dictated or shouted means the same.
    const address = EndpointTicket.fromString(ticket.toLowerCase()).endpointAddr()
    const relay = address.relayUrl()
    const places = [...address.directAddresses(), ...(relay === null ? [] : [relay])]
    return {
      peerId: peerIdOf(Uint8Array.from(address.id().toBytes())),
      addresses: places.flatMap((place) => addressText(place) ?? []),
      given: true,
    }
  } catch (error) {
    throw new InvalidArgument(
      `'${ticket.slice(0, 40)}…' looks like a ticket of iroh, and is none; copy it again, to its end`,
      { cause: error },
    )
  }
}
