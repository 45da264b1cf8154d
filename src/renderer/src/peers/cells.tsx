import type { ReactNode } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { WatchMark } from '../alerts/watch-mark.tsx'
import { useForms, useNotes } from '../stores/app-context.tsx'
import { formatCount, formatExact, formatRtt } from '../ui/format.ts'
import { Nickname, StateMark, Tag } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { reachOf } from './columns.ts'
import type { ColumnId } from './columns.ts'

const TAGS_SHOWN = 8

/** What stands in a cell. */
export function cell(row: PeerRow, id: ColumnId): ReactNode {
  switch (id) {
    case 'state':
      return <StateMark row={row} />
    case 'nickname':
      return (
        <span className="ps-cell-name">
          <Nickname peerId={row.peerId} both />
          <WatchMark peerId={row.peerId} />
        </span>
      )
    case 'note':
      return <Note peerId={row.peerId} />
    case 'id':
      return <Id peerId={row.peerId} />
    case 'tags':
      return (
        <span title={row.tags.join('\n')}>
          {row.tags.slice(0, TAGS_SHOWN).map((tag) => (
            <Tag key={tag} tag={tag} />
          ))}
          {row.tags.length > TAGS_SHOWN ? `+${row.tags.length - TAGS_SHOWN}` : null}
        </span>
      )
    case 'addresses':
      return <Addresses addresses={row.addresses} />
    case 'reach':
      return reachOf(row)
        .map((one) => strings.inspector.reach[one])
        .join(', ')
    case 'rtt':
      return <RoundTrip row={row} />
    case 'lastSeen':
      return <Ago at={row.lastSeen} />
    case 'firstSeen':
      return <Ago at={row.firstSeen} />
    case 'started':
      return <Ago at={row.version.startedAt} />
    case 'streams':
      return formatCount(row.streams.length)
    case 'functions':
      return formatCount(row.functions.length)
    case 'groups':
      return formatCount(row.groups.length)
    case 'tickets':
      return formatCount(row.ticketCount)
    case 'version':
      return row.protocolVersion
    case 'source':
      return strings.sources[row.source]
  }
}

/** That of a peer that is not here is of before, and looks so. */
function RoundTrip({ row: { rtt, self, state } }: { readonly row: PeerRow }) {
  if (rtt === null) return <Unmeasured self={self} />
  const text = formatRtt(rtt.srtt)
  if (state === 'online') return text
  return (
    <span className="ps-cell-before" title={strings.peers.rttBefore(formatExact(rtt.at))}>
      {text}
    </span>
  )
}

/** A dash, with the reason for those that ask. */
function Unmeasured({ self }: { readonly self: boolean }) {
  return <span title={self ? strings.groups['self'] : strings.groups['unmeasured']}>–</span>
}

function Id({ peerId }: { readonly peerId: PeerId }) {
  const forms = useForms()
  return (
    <span className="ps-mono" title={forms.id(peerId)}>
      {forms.short(peerId)}
    </span>
  )
}

function Addresses({ addresses }: { readonly addresses: readonly string[] }) {
  const shown = addresses.map(useForms().address)
  return (
    <span className="ps-mono" title={shown.join('\n')}>
      {shown[0] ?? ''}
      {shown.length > 1 ? ` +${shown.length - 1}` : ''}
    </span>
  )
}

function Note({ peerId }: { readonly peerId: PeerId }) {
  const note = useNotes((state) => state.notes.get(peerId)?.note ?? '')
  return <span title={note}>{note}</span>
}
