/** What filters can ask of peers. */
import type { FilterFields } from './filter.ts'
import type { PeerId } from './ids.ts'
import { NO_NAMES } from './names.ts'
import type { Names } from './names.ts'
import { nickname } from './nickname.ts'
import { peerIdForms } from './peer-form.ts'
import type { PeerRow } from './peer.ts'

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
    state: (row) => (row.self ? [row.state, 'self'] : [row.state]),
    tag: (row) => row.tags,
    address: (row) => row.addresses,
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
  everything: (row) => {
    const known = haystacks.get(row)
    if (known !== undefined) return known
    const words = [
      nickname(row.peerId),
      ...peerIdForms(row.peerId),
      row.state,
      row.source,
      row.self ? 'this peer' : '',
      row.neighbor ? 'neighbor' : '',
      ...row.tags,
      ...row.addresses,
    ]
    const text = words.join('\n').toLowerCase()
    haystacks.set(row, text)
    return text
  },
}

/**
 * `PEER_FIELDS` with the user's own names and notes: `name`, `note`, and words that are looked for everywhere. Ids of tags,
 * streams, functions and groups are also found by the word that `names` has for them.
 */
export function peerFields(
  noteOf: (peerId: PeerId) => Noted | null,
  names: () => Names = () => NO_NAMES,
): FilterFields<PeerRow> {
  const { texts, everything } = PEER_FIELDS
  const named = (idsOf: (row: PeerRow) => readonly string[]) => (row: PeerRow) => {
    const known = names()
    const ids = idsOf(row)
    return known.size === 0 ? ids : [...ids, ...ids.flatMap((id) => known.get(id) ?? [])]
  }
  return {
    ...PEER_FIELDS,
    texts: {
      ...texts,
      name: (row) => [...namesOf(row.peerId), ...wordsOf(noteOf(row.peerId)?.name)],
      note: (row) => wordsOf(noteOf(row.peerId)?.note),
      tag: named((row) => row.tags),
      stream: named((row) => row.streams),
      function: named((row) => row.functions),
      group: named((row) => row.groups),
    },
    everything: (row) => {
      const noted = noteOf(row.peerId)
      const known = names()
      const words = known.size === 0 ? [] : row.tags.flatMap((tag) => known.get(tag) ?? [])
      if (noted === null && words.length === 0) return everything(row)
      return [everything(row), noted?.name ?? '', noted?.note ?? '', ...words].join('\n').toLowerCase()
    },
  }
}

/** The same where nothing is known of notes: to tell whether a filter can be meant. */
export const NOTED_FIELDS = peerFields(() => null)

/** A text whole, and its words. */
function wordsOf(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : [text, ...text.split(/\s+/)]
}

/** An id in all its forms: whole, and as it is shown. */
export function idsOf(peerId: PeerId | null): readonly string[] {
  return peerId === null ? [] : peerIdForms(peerId)
}

/** A peer's nickname whole, and its words. */
export function namesOf(peerId: PeerId | null): readonly string[] {
  return peerId === null ? [] : [nickname(peerId), ...nickname(peerId).split(' ')]
}
