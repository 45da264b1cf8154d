/** What a link to the window holds: one entry for each part of it, with how it is written, read, shown and changed. */
import { compareFrom, compareText } from '../compare/compare-link.ts'
import type { CompareLink } from '../compare/compare-link.ts'
import { isBy } from '../health/unchosen-by.ts'
import { COLUMNS, DEFAULT_SORTING } from '../peers/columns.ts'
import type { Sorting } from '../peers/columns.ts'
import { SHOWN } from '../peers/shown.ts'
import type { Shown } from '../peers/shown.ts'
import { FIRST_LOOK, isArrangeBy, isColourBy } from '../graph/look.ts'
import type { ArrangeBy, ColourBy } from '../graph/look.ts'
import type { App } from '../stores/app-context.tsx'
import { listEnd } from '../stores/event-store.ts'
import type { EventFilter, EventStore } from '../stores/event-store.ts'
import type { PictureStore } from '../stores/picture-store.ts'
import { RANGES } from '../stores/range-store.ts'
import type { Range } from '../stores/range-store.ts'
import type { View } from '../stores/ui-store.ts'
import { EVENT_KINDS } from '../../../shared/events.ts'
import type { EventKind } from '../../../shared/events.ts'
import { MAX_FILTER } from '../../../shared/filter.ts'
import type { BreakdownBy } from '../../../shared/health.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import { LANES } from '../../../shared/lanes.ts'
import type { Lane } from '../../../shared/lanes.ts'
import { isNetworkKind, kindAndIdOf, networkKeyOf } from '../../../shared/network-kind.ts'
import type { KindAndId, NetworkKey } from '../../../shared/network-kind.ts'
import { peerIdFromAnyForm } from '../../../shared/peer-form.ts'
import { formatUtc, parseUtc } from '../../../shared/time.ts'

/** A span of time that was selected; milliseconds since the epoch. `to` is null where it goes on. */
export interface SelectedSpan {
  readonly from: number
  readonly to: number | null
}

/** What a link to the window says. The names are those in the link. */
export interface Place {
  readonly view: View
  readonly filter: string
  readonly peer: PeerId | null
  /** When the peer left, where that departure is explained, milliseconds since the epoch; null for none. */
  readonly departure: number | null
  /** The past moment that is looked at, milliseconds since the epoch; null for now. */
  readonly at: number | null
  /** The network that it is about, 64 hex digits; null for the one that is shown. */
  readonly network: string | null
  /** The stored network whose history is looked at without joining; null for none. */
  readonly history: KindAndId | null
  /** The file that is looked at, by the engine's name for it: only this window can show it. Null for none. */
  readonly file: string | null
  /** Which events the timeline lists: of these kinds, in these lanes, with re-announcements, about this peer, in this span. */
  readonly kinds: readonly EventKind[]
  readonly lanes: readonly Lane[]
  readonly again: boolean
  readonly about: PeerId | null
  readonly span: SelectedSpan | null
  /** The span of charts and bars. */
  readonly range: Range
  /** By what Health counts peers; null for what it takes by itself. */
  readonly by: BreakdownBy | null
  /** How the graph looks. */
  readonly colour: ColourBy
  readonly layout: ArrangeBy
  readonly links: 'backbone' | 'all'
  /** Which peers the table lists, and how they are sorted. */
  readonly show: Shown
  readonly sort: Sorting
  /** What is compared; null while nothing is. */
  readonly compare: CompareLink | null
}

/** The stores that hold what a link says. */
export type LinkParts = Pick<App, 'ui' | 'picture' | 'events' | 'playedParts' | 'range' | 'table' | 'compare'> & {
  readonly files: Pick<App['files'], 'getState'>
}

/** One part of a link. */
interface Linked<T> {
  /** What a link means that does not say it. */
  readonly usual: T
  readonly text: (value: T) => string
  /** Null where the text cannot be read: then it is as usual. */
  readonly read: (text: string) => T | null
  /** What the window shows now. */
  readonly now: (parts: LinkParts) => T
  /** Shows it. Null for what takes time to be there (`follow-place.ts`). */
  readonly show: ((parts: LinkParts, value: T) => void) | null
  /** Typed, scrubbed or dragged: changes soon after each other are one step of Back. */
  readonly run?: true
  /** Belongs to a network: waits until that is there. */
  readonly waits?: true
  /** Remembered on this machine: a link that does not say it leaves it so. */
  readonly remembered?: true
  /** Belongs to the list of events, of which a history has its own. */
  readonly lists?: true
}

const text = (value: string | null): string => value ?? ''
const time = (at: number): string => formatUtc(Math.floor(at))
const words = (list: readonly string[]): string => list.join(' ')

/** All parts but the view, which is the path of the link. A part that is added here is followed, restored and undone. */
export const LINK: { readonly [Name in Exclude<keyof Place, 'view'>]: Linked<Place[Name]> } = {
  filter: {
    usual: '',
    text: (filter) => (filter.trim() === '' ? '' : filter.slice(0, MAX_FILTER)),
    read: (given) => given.slice(0, MAX_FILTER),
    now: ({ ui }) => ui.getState().filter,
    show: ({ ui }, filter) => ui.setState({ filter }),
    run: true,
  },
  peer: {
    usual: null,
    text,
    read: peerIdFromAnyForm,
    now: ({ ui }) => ui.getState().selected,
    show: ({ ui }, selected) => ui.setState({ selected }),
  },
  // After the peer: another one that is selected takes away the departure of the one before.
  departure: {
    usual: null,
    text: (at) => (at === null ? '' : time(at)),
    read: parseUtc,
    now: ({ ui }) => ui.getState().departure?.at ?? null,
    show: ({ ui }, at) => {
      const { selected: peerId } = ui.getState()
      ui.setState({ departure: at === null || peerId === null ? null : { peerId, at } })
    },
  },
  at: {
    usual: null,
    text: (at) => (at === null ? '' : formatUtc(at)),
    read: parseUtc,
    now: ({ picture }) => momentIn(picture),
    show: null,
    run: true,
  },
  // The window has one network: only a link that is given away names it.
  network: { usual: null, text, read: networkIdFrom, now: () => null, show: null },
  history: {
    usual: null,
    text: (history) => (history === null ? '' : networkKeyOf(history)),
    read: historyFrom,
    now: ({ picture }) => historyIn(picture),
    show: null,
  },
  file: { usual: null, text, read: (given) => (FILE.test(given) ? given : null), now: fileIn, show: null },
  kinds: {
    usual: [],
    text: words,
    read: (given) => listed(given, EVENT_KINDS),
    now: (parts) => listOf(parts).getState().filter.kinds,
    show: (parts, kinds) => filterEvents(parts, { kinds }),
    lists: true,
  },
  lanes: {
    usual: [],
    text: words,
    read: (given) => listed(given, LANES),
    now: (parts) => listOf(parts).getState().filter.lanes,
    show: (parts, lanes) => filterEvents(parts, { lanes }),
    lists: true,
  },
  again: {
    usual: false,
    text: (again) => (again ? 'yes' : ''),
    read: (given) => given === 'yes',
    now: (parts) => listOf(parts).getState().filter.again,
    show: (parts, again) => filterEvents(parts, { again }),
    lists: true,
  },
  about: {
    usual: null,
    text,
    read: peerIdFromAnyForm,
    now: (parts) => listOf(parts).getState().filter.peerId,
    show: (parts, peerId) => filterEvents(parts, { peerId }),
    lists: true,
  },
  span: {
    usual: null,
    text: (span) => (span === null ? '' : `${time(span.from)}/${span.to === null ? '..' : time(span.to)}`),
    read: spanFrom,
    // Without a beginning it is no span: a list in the past ends at its moment.
    now: (parts) => {
      const { from, to } = listOf(parts).getState().filter
      return from === null ? null : { from, to }
    },
    show: (parts, span) => filterEvents(parts, span ?? { from: null, to: listEnd(parts.picture) }),
    run: true,
    lists: true,
  },
  range: {
    usual: 'recent',
    text: (range) => (typeof range === 'string' ? range : `${time(range.from)}/${time(range.to)}`),
    read: rangeFrom,
    now: ({ range }) => range.getState().range,
    show: ({ range: store }, range) => store.setState({ range }),
    remembered: true,
  },
  by: {
    usual: null,
    text,
    read: (given) => (isBy(given) ? given : null),
    now: ({ ui }) => ui.getState().countBy,
    show: ({ ui }, countBy) => ui.setState({ countBy }),
    remembered: true,
  },
  colour: {
    usual: FIRST_LOOK.colourBy,
    text,
    read: (given) => (isColourBy(given) ? given : null),
    now: ({ ui }) => ui.getState().colourBy,
    show: ({ ui }, colourBy) => ui.setState({ colourBy }),
    waits: true,
  },
  layout: {
    usual: FIRST_LOOK.arrangeBy,
    text,
    read: (given) => (isArrangeBy(given) ? given : null),
    now: ({ ui }) => ui.getState().arrangeBy,
    show: ({ ui }, arrangeBy) => ui.setState({ arrangeBy }),
    waits: true,
  },
  links: {
    usual: FIRST_LOOK.allLinks ? 'all' : 'backbone',
    text,
    read: (given) => (given === 'all' || given === 'backbone' ? given : null),
    now: ({ ui }) => (ui.getState().allLinks ? 'all' : 'backbone'),
    show: ({ ui }, links) => ui.setState({ allLinks: links === 'all' }),
    waits: true,
  },
  show: {
    usual: 'online',
    text,
    read: (given) => SHOWN.find((one) => one === given) ?? null,
    now: ({ table }) => table.getState().show,
    show: ({ table }, show) => table.show(show),
  },
  sort: {
    usual: DEFAULT_SORTING,
    text: ({ column, descending }) => (descending ? `${column} down` : column),
    read: sortFrom,
    now: ({ table }) => table.getState().sorting,
    show: ({ table }, sorting) => table.sort(sorting),
  },
  compare: {
    usual: null,
    text: compareText,
    read: compareFrom,
    now: ({ compare }) => compare.link(),
    show: ({ compare }, what) => compare.show(what),
    waits: true,
  },
}

/** A part of a link by its name. */
export type LinkName = keyof typeof LINK
/** All of them, in the order in which a link has them. */
export const LINK_NAMES = Object.keys(LINK) as readonly LinkName[]

/** The events that are listed: those of the network, or of what is played. */
function listOf({ picture, events, playedParts }: LinkParts): EventStore {
  return picture.getState().played === null ? events : playedParts.events
}

function filterEvents(parts: LinkParts, change: Partial<EventFilter>): void {
  const events = listOf(parts)
  events.setFilter({ ...events.getState().filter, ...change })
}

/** The stored network that is looked at; null where it is another picture, or none. */
export function historyIn(picture: PictureStore): KindAndId | null {
  const { kind, id } = picture.getState().played?.stored?.network ?? {}
  return kind === undefined || id === undefined ? null : { kind, id }
}

/** Whether a file is looked at, which only this window has. */
export function isFile(picture: PictureStore): boolean {
  const { picture: shown, played } = picture.getState()
  return shown?.kind === 'file' || (played !== null && played.stored === undefined)
}

/** The file that is looked at, or is about to be looked at again. */
function fileIn({ picture, files }: LinkParts): string | null {
  const { again, looked } = files.getState()
  return again?.file ?? (isFile(picture) ? (looked?.file ?? null) : null)
}

/** The moment of the network that is looked at. The last one of a stored network needs no words. */
function momentIn(picture: PictureStore): number | null {
  const { wanted, played } = picture.getState()
  if (isFile(picture)) return null
  return played?.stored !== undefined && wanted === played.moment.asOf ? null : wanted
}

/** A network by its kind and id, as `networkKeyOf` writes it. */
function historyFrom(given: string): KindAndId | null {
  const { kind, id } = kindAndIdOf(given as NetworkKey)
  const hex = networkIdFrom(id)
  return hex === null || !isNetworkKind(kind) ? null : { kind, id: hex }
}

const FILE = /^[\w-]{1,64}$/
const NETWORK = /^[0-9a-f]{64}$/i

function networkIdFrom(given: string): NetworkId | null {
  return NETWORK.test(given) ? (given.toLowerCase() as NetworkId) : null
}

/** Those of the known words that a list has, each once; null where it has others only. */
function listed<T extends string>(given: string, known: readonly T[]): readonly T[] | null {
  const wanted = new Set(given.split(' '))
  const found = known.filter((one) => wanted.has(one))
  return found.length === 0 && given.trim() !== '' ? null : found
}

function spanFrom(given: string): SelectedSpan | null {
  const [first = '', last = ''] = given.split('/')
  const [from, to] = [parseUtc(first), parseUtc(last)]
  if (from === null || (to === null && last !== '..')) return null
  return to === null || from <= to ? { from, to } : null
}

function rangeFrom(given: string): Range | null {
  const named = RANGES.find((one) => one === given)
  if (named !== undefined) return named
  const span = spanFrom(given)
  return span === null || span.to === null || span.to === span.from ? null : { from: span.from, to: span.to }
}

function sortFrom(given: string): Sorting | null {
  const [name, way] = given.split(' ')
  const column = COLUMNS.find(({ id }) => id === name)?.id
  return column === undefined ? null : { column, descending: way === 'down' }
}
