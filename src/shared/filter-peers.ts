/** What filters can ask of peers. */
import { OWN_NAMES } from './filter-events-own.ts'
import type { FilterFields } from './filter.ts'
import type { PeerId } from './ids.ts'
import { showAddress } from './iroh-address.ts'
import type { Names } from './names.ts'
import { NO_NAMES } from './names.ts'
import { nickname } from './nickname.ts'
import { peerIdForms } from './peer-form.ts'
import type { PeerRow, Source } from './peer.ts'
import { OLD_STATE_VALUES, STATE_VALUES, statesOf } from './state-words.ts'

const YES_NO = { offered: ['yes', 'no'] }
const SOURCES: readonly Source[] = ['gossip', 'sync', 'ping', 'dht', 'manual', 'self']

const yesNo = (value: boolean): readonly string[] => [value ? 'yes' : 'no']

/** What rows are searched by, kept with the row, which never changes. */
const haystacks = new WeakMap<PeerRow, string>()

/** What the user wrote about a peer, as far as filters look at it. */
export interface Noted {
  readonly name: string
  readonly note: string
}

/** `state`, `tag`, `rtt` and more, of a peer's row. */
export const PEER_FIELDS: FilterFields<PeerRow> = {
  texts: {
    id: (row) => idsOf(row.peerId),
    name: (row) => namesOf(row.peerId),
    state: statesOf,
    tag: (row) => row.tags,
    address: (row) => addressForms(row.addresses),
    source: (row) => [row.source],
    protocol: (row) => [row.protocolVersion],
    stream: (row) => row.streams,
    function: (row) => row.functions,
    group: (row) => row.groups,
    neighbor: (row) => yesNo(row.neighbor),
    connected: (row) => yesNo(row.connected),
    signed: (row) => yesNo(row.signed),
    self: (row) => yesNo(row.self),
  },
  hashed: new Set(['tag', 'stream', 'function', 'group']),
  values: {
    state: { offered: STATE_VALUES, also: OLD_STATE_VALUES },
    source: { offered: SOURCES },
    neighbor: YES_NO,
    connected: YES_NO,
    signed: YES_NO,
    self: YES_NO,
  },
  numbers: {
    rtt: (row) => row.rtt?.srtt ?? null,
    silent: (row, now) => now - row.lastSeen,
    known: (row, now) => now - row.firstSeen,
    uptime: (row, now) => now - row.version.startedAt,
    tickets: (row) => row.ticketCount,
    tags: (row) => row.tags.length,
  },
  durations: new Set(['rtt', 'silent', 'known', 'uptime']),
  times: {
    'first-seen': (row) => row.firstSeen,
    'last-seen': (row) => row.lastSeen,
    started: (row) => row.version.startedAt,
    updated: (row) => row.version.updatedAt,
  },
  elsewhere: { of: 'events', fields: OWN_NAMES },
  everything: (row) => {
    const known = haystacks.get(row)
    if (known !== undefined) return known
    const words = [
      nickname(row.peerId),
      ...peerIdForms(row.peerId),
      ...statesOf(row),
      row.source,
      row.self ? 'this peer' : '',
      ...row.tags,
      ...row.streams,
      ...row.functions,
      ...row.groups,
      ...addressForms(row.addresses),
    ]
    const text = words.join('\n').toLowerCase()
    haystacks.set(row, text)
    return text
  },
}

/**
 * `PEER_FIELDS` with what only this user knows: names of peers and notes on them, and the words behind ids.
 * @param namesNow the name book, as it is at each look; the same map as long as it is the same
 */
export function peerFields(
  noteOf: (peerId: PeerId) => Noted | null,
  namesNow: () => Names = () => NO_NAMES,
): FilterFields<PeerRow> {
  const { texts, everything } = PEER_FIELDS
  const named = (ids: readonly string[]): readonly string[] => {
    const names = namesNow()
    return names.size === 0 ? ids : [...ids, ...ids.flatMap((id) => names.get(id) ?? [])]
  }
  return {
    ...PEER_FIELDS,
    texts: {
      ...texts,
      tag: (row) => named(row.tags),
      stream: (row) => named(row.streams),
      function: (row) => named(row.functions),
      group: (row) => named(row.groups),
      name: (row) => [...namesOf(row.peerId), ...wordsOf(noteOf(row.peerId)?.name)],
      note: (row) => wordsOf(noteOf(row.peerId)?.note),
    },
    everything: (row) => {
      const noted = noteOf(row.peerId)
      const text = `${everything(row)}${namesIn(row, namesNow())}`
      return noted === null ? text : `${text}\n${noted.name}\n${noted.note}`.toLowerCase()
    },
  }
}

/** The names of a row's ids, kept with the row for as long as the names are the same. */
const namedRows = new WeakMap<PeerRow, { readonly names: Names; readonly text: string }>()

function namesIn(row: PeerRow, names: Names): string {
  if (names.size === 0) return ''
  const known = namedRows.get(row)
  if (known?.names === names) return known.text
  const ids = [row.tags, row.streams, row.functions, row.groups].flat()
  const text = ids
    .map((id) => (names.has(id) ? `\n${names.get(id) ?? ''}` : ''))
    .join('')
    .toLowerCase()
  namedRows.set(row, { names, text })
  return text
}

/** The same where nothing is known of notes: to tell whether a filter is valid. */
export const NOTED_FIELDS = peerFields(() => null)

/** A text whole, and its words. */
function wordsOf(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : [text, ...text.split(/\s+/)]
}

/** An id in all its forms: whole, and as it is shown. */
export function idsOf(peerId: PeerId | null): readonly string[] {
  return peerId === null ? [] : peerIdForms(peerId)
}

/** Addresses as entries have them, and as they are shown where that differs: `192.0.2.7:4433`. */
export function addressForms(addresses: readonly string[]): readonly string[] {
  return addresses.flatMap((address) => {
    const shown = showAddress(address)
    return shown === address ? [address] : [address, shown]
  })
}

/** A peer's nickname whole, and its words. */
export function namesOf(peerId: PeerId | null): readonly string[] {
  return peerId === null ? [] : [nickname(peerId), ...nickname(peerId).split(' ')]
}
