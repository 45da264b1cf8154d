/** Networks of the Rust crate mosaik, over iroh, which is loaded when it is asked for and not before. */
import type { PeerId } from '../../../shared/ids.ts'
import { showAddress, irohAddressOf } from '../../../shared/iroh-address.ts'
import { endpointIdOf } from '../../../shared/peer-form.ts'
import { mosaik as newest, mosaikDialect } from '../../discovery/dialects/mosaik/mosaik.ts'
import type { Discovery } from '../../discovery/handle.ts'
import { parseMosaikTarget } from '../../network/iroh/bootstrap.ts'
import { irohProblem } from '../../network/iroh/load.ts'
import { dhtOptions } from '../node-options.ts'
import type { Kind } from './kind.ts'

/** The kind. */
export const mosaik: Kind = {
  kind: 'mosaik',
  dialect: (entryVersion) => (entryVersion === null ? newest : mosaikDialect({ protocolVersion: entryVersion })),
  unavailable: () => irohProblem(),
  parseTarget: parseMosaikTarget,
  listen: (addresses) => addresses.map(asUdp),
  ownAddress,
  createPorts: async (settings) => {
    const { createIrohPorts } = await import('../../network/iroh/create-ports.ts')
    const ports = await createIrohPorts({
      secret: settings.secret,
      listen: settings.listen,
      logger: settings.logger,
      relay: settings.relay ?? 'off',
      dht: dhtOptions(settings),
    })
    const addressesOf = (discovery: Discovery) => (peerId: PeerId) => discovery.get(peerId)?.entry.addresses ?? []
    return { ...ports, begin: (discovery) => ports.useAddresses(addressesOf(discovery)) }
  },
}

/** Settings name TCP addresses, since most networks are on TCP: the same host and port, by UDP. */
function asUdp(address: string): string {
  const text = address.trim()
  return text.replace(/\/tcp\/(\d{1,5})$/, '/udp/$1/quic-v1')
}

/** `<64 hex digits>@192.0.2.7:4433`, as `--bootstrap` takes it. */
function ownAddress(address: string, self: PeerId): string {
  const parsed = irohAddressOf(address)
  const place = parsed?.kind === 'relay' ? parsed.url : showAddress(address)
  return `${endpointIdOf(self)}@${place}`
}
