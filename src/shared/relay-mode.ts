/** Which relays a node of a network with relay URLs uses, as the user chooses. */
import { InvalidArgument } from './errors.ts'
import { normalRelayUrl } from './iroh-bootstrap.ts'

/** `off`: none; `default`: those that iroh's makers run, of the whole internet; else the URL of the only one. */
export type RelayMode = 'off' | 'default' | `http://${string}` | `https://${string}`

/** Longest URL of a relay, in characters: an entry has no room for more (rule MO10). */
const MAX_RELAY_URL = 256

/**
 * Reads what somebody chose. URLs come in their normal form, as entries have to carry them.
 * @throws InvalidArgument
 */
export function parseRelayMode(text: string): RelayMode {
  const wanted = text.trim()
  if (wanted === 'off' || wanted === 'default') return wanted
  const url = normalRelayUrl(wanted)
  if (url === null || url.length > MAX_RELAY_URL)
    throw new InvalidArgument(
      `'${wanted.slice(0, 80)}' is not a choice of relays: write off, default, or a relay's URL such as https://relay.example.org/`,
    )
  return url as RelayMode
}

/** What is contacted with a choice of relays, and what it learns, before it is: for people. */
export function relayWords(mode: RelayMode): string {
  if (mode === 'off') return 'No relay is contacted: only peers that can be reached directly are found.'
  if (mode === 'default')
    return "The public relays of iroh's makers (*.relay.n0.iroh.link) are contacted, and learn your IP address, your endpoint id, and which peers you talk to through them."
  return `The relay ${mode} is contacted, and learns your IP address, your endpoint id, and which peers you talk to through it.`
}
