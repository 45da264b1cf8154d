import { isCustom, relayUrlOf } from '../../../shared/forms.ts'
import type { RelayMode } from '../../../shared/relay-mode.ts'
import { strings } from '../ui/strings.ts'

/** Why this node does not dial an address of a network with relay URLs; null where it does. */
export function undialable(address: string, relay: RelayMode): string | null {
  const text = strings.inspector
  if (isCustom(address)) return text.undialable.custom
  const url = relayUrlOf(address)
  if (url === null) return null
  if (relay === 'off') return text.undialable.off
  if (relay === 'default') return text.undialable.others
  return url === relay ? null : text.undialable.another
}
