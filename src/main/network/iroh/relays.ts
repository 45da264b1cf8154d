/** Which relays a node on iroh uses, and so which ones it ever contacts. */
import type { RelayMode } from '../../../shared/relay-mode.ts'
import type { Iroh, IrohModule } from './load.ts'

/** The relays that may be contacted, by URL: the user is told before they are. */
export function relayUrls(iroh: IrohModule, mode: RelayMode): readonly string[] {
  return relayModeOf(iroh, mode).relayMap().urls()
}

/** As iroh takes it. */
export function relayModeOf(iroh: IrohModule, mode: RelayMode): Iroh.RelayMode {
  if (mode === 'off') return iroh.RelayMode.disabled()
  return mode === 'default' ? iroh.RelayMode.defaultMode() : iroh.RelayMode.customFromUrls([mode])
}
