/** A place in the window as the part of its URL after `#`: `/peers?filter=tag%3Avalidator&peer=12D3Koo…&at=2026-11-29T09:00:00.000Z`. */
import { MAX_FILTER } from '../../../shared/filter.ts'
import { INVITATION_SCHEME } from '../../../shared/invitation.ts'
import { VIEWS } from '../stores/ui-store.ts'
import { LINK, LINK_NAMES } from './link-table.ts'
import type { LinkName, Place } from './link-table.ts'

/** A place as a link that the desktop app opens. */
export function placeLink(place: Place): string {
  return `${INVITATION_SCHEME}://show${placeText(place)}`
}

/** Longest text that is read, in characters: a filter may need nine for each of its own, and there is room for all else. */
const MAX_TEXT = 9 * MAX_FILTER + 6000

/** What `readPlace` reads. What is as usual is left out. */
export function placeText(place: Place): string {
  return placeOf(place.view, (name) => partText(name, place[name]))
}

/** The same from the texts of its parts; empty ones are left out. */
export function placeOf(view: Place['view'], partOf: (name: LinkName) => string): string {
  const query = new URLSearchParams()
  for (const name of LINK_NAMES) {
    const said = partOf(name)
    if (said !== '') query.set(name, said)
  }
  return `/${view}${query.size === 0 ? '' : `?${query.toString()}`}`
}

/** A part of a place in words; empty where it is as usual. */
export function partText<Name extends LinkName>(name: Name, value: Place[Name]): string {
  const { text, usual } = LINK[name]
  const said = text(value)
  return said === text(usual) ? '' : said
}

/** The place; null for a text that names no view. What else cannot be read is left out: a link may be cut short on its way. */
export function readPlace(text: string): Place | null {
  const said = partsOf(text)
  if (said === null) return null
  const part = (name: LinkName): unknown => LINK[name].read(said.query.get(name) ?? '') ?? LINK[name].usual
  return { view: said.view, ...Object.fromEntries(LINK_NAMES.map((name) => [name, part(name)])) } as Place
}

/** The parts of a place that are left out because they cannot be read. */
export function unreadParts(text: string): readonly LinkName[] {
  const query = partsOf(text)?.query
  return LINK_NAMES.filter((name) => {
    const given = query?.get(name) ?? ''
    return given !== '' && LINK[name].read(given) === null
  })
}

function partsOf(text: string): { readonly view: Place['view']; readonly query: URLSearchParams } | null {
  if (text.length > MAX_TEXT || !text.startsWith('/')) return null
  const [path = '', ...rest] = text.slice(1).split('?')
  const view = VIEWS.find((one) => one === path)
  return view === undefined ? null : { view, query: new URLSearchParams(rest.join('?')) }
}
