/** What the page is called, for tabs, the list of Back, and the title of the desktop's window. Pure. */
import type { NetworkStatus } from '../../../shared/contract.ts'
import { visible } from '../../../shared/visible-text.ts'
import type { Picture } from '../stores/picture-store.ts'
import { nameOf } from '../stores/stored-history.ts'
import type { View } from '../stores/ui-store.ts'
import { formatDayAndClock } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** What it is called after. */
interface TitleParts {
  readonly view: View
  readonly status: NetworkStatus
  /** What is looked at in place of the network as it is now. */
  readonly picture: Picture | null
  /** The name of what is played; null where nothing is. */
  readonly played: string | null
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Views that tell of now, whatever moment is looked at. */
const ALWAYS_NOW: ReadonlySet<View> = new Set<View>(['alerts', 'bootstrap', 'settings'])
/** Longest name of a network in it, characters: the end of a title is cut off where there is little room. */
const NAME_MAX = 40

/** `Timeline · prod, 10:15:30 – Peerscope`: the view, the network and the past moment, as far as there are such. */
export function pageTitle({ view, status, picture: looked, played, now }: TitleParts): string {
  const picture = ALWAYS_NOW.has(view) ? null : looked
  const name = networkName(status, picture, played)
  // Without a network the page offers to join one.
  if (name === null && !ALWAYS_NOW.has(view) && view !== 'snapshots') return strings.app
  const at = picture?.at ?? null
  const shown = name === null ? '' : ` · ${clipped(visible(name))}`
  const moment = at === null ? '' : `, ${formatDayAndClock(at, now)}`
  return `${strings.nav[view]}${shown}${moment} – ${strings.app}`
}

function networkName(status: NetworkStatus, picture: Picture | null, played: string | null): string | null {
  if (picture?.kind === 'file') return picture.title
  if (picture?.kind === 'stored' && played !== null) return played
  return 'network' in status ? nameOf(status.network, false, 0) : null
}

function clipped(name: string): string {
  return name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 1)}…`
}
