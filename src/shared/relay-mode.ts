/** Which relays a node of a network with relay URLs uses, as the user chooses. */
import { InvalidArgument } from './errors.ts'

/** `off`: none; `default`: those that iroh's makers run, of the whole internet; else the URL of the only one. */
export type RelayMode = 'off' | 'default' | `http://${string}` | `https://${string}`

/** Longest URL of a relay, in characters. */
const MAX_RELAY_URL = 512
/** Scheme, host, port and path; no user, no query, and nothing in the path that a normal form would change. */
const RELAY_URL = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?((?:\/[a-z0-9_~-][a-z0-9._~-]*)*\/?)?$/i

/**
 * Reads what somebody chose. URLs come in their normal form, as entries have to carry them.
 * @throws InvalidArgument
 */
export function parseRelayMode(text: string): RelayMode {
  const wanted = text.trim()
  if (wanted === 'off' || wanted === 'default') return wanted
  const shown = wanted.slice(0, 80)
  if (wanted.length > MAX_RELAY_URL) throw new InvalidArgument("the relay's URL is too long")
  const [, scheme = '', host = '', port, path] = RELAY_URL.exec(wanted) ?? []
  if (host === '' || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535)
    throw new InvalidArgument(
      `'${shown}' is not a choice of relays: write off, default, or a relay's URL such as https://relay.example.org/`,
    )
  const usual = { http: 80, https: 443 }[scheme.toLowerCase()]
  const at = port === undefined || Number(port) === usual ? '' : `:${Number(port)}`
  return `${scheme.toLowerCase()}://${host.toLowerCase()}${at}${path === undefined || path === '' ? '/' : path}` as RelayMode
}

/** What is contacted with a choice of relays, and what it learns, before it is: for people. */
export function relayWords(mode: RelayMode): string {
  if (mode === 'off') return 'No relay is contacted: only peers that can be reached directly are found.'
  const which = mode === 'default' ? 'The public relays of iroh (*.relay.n0.iroh.link)' : `The relay ${mode}`
  const are = mode === 'default' ? 'are' : 'is'
  return `${which} ${are} contacted, and ${mode === 'default' ? 'learn' : 'learns'} your IP address and your peer id.`
}
