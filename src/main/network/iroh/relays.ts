/** Which relays a node on iroh uses, and so which ones it ever contacts. */
import { InvalidArgument } from '../../../shared/errors.ts'
import { normalRelayUrl } from '../../../shared/iroh-bootstrap.ts'
import type { Iroh, IrohModule } from './load.ts'

/**
 * `off`: none, whatever peers say. `default`: those of iroh's makers, which `relayUrls` lists. Else the URL of the one relay that is
 * used.
 */
export type RelayChoice = string

/**
 * A relay choice, checked.
 * @throws InvalidArgument
 */
export function parseRelayChoice(text: string): RelayChoice {
  if (text === 'off' || text === 'default') return text
  const url = normalRelayUrl(text)
  if (url === null)
    throw new InvalidArgument(
      `'${text.slice(0, 100)}' is not a choice of relays; write off, default, or the URL of one, such as https://relay.example/`,
    )
  return url
}

/** The relays that may be contacted, by URL: the user is told before they are. */
export function relayUrls(iroh: IrohModule, choice: RelayChoice): readonly string[] {
  return relayModeOf(iroh, choice).relayMap().urls()
}

/** As iroh takes it. */
export function relayModeOf(iroh: IrohModule, choice: RelayChoice): Iroh.RelayMode {
  if (choice === 'off') return iroh.RelayMode.disabled()
  return choice === 'default' ? iroh.RelayMode.defaultMode() : iroh.RelayMode.customFromUrls([choice])
}
