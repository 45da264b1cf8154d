import type { ReactNode } from 'react'
import { shortPeerId } from '../../../shared/ids.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { useNotes } from '../stores/app-context.tsx'
import { formatCount, formatRtt } from '../ui/format.ts'
import { Nickname, StateMark } from '../ui/pieces.tsx'
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
      return <Nickname peerId={row.peerId} both />
    case 'note':
      return <Note peerId={row.peerId} />
    case 'id':
      return (
        <span className="ps-mono" title={row.peerId}>
          {shortPeerId(row.peerId)}
        </span>
      )
    case 'tags':
      return (
        <span title={row.tags.join('\n')}>
          {row.tags.slice(0, TAGS_SHOWN).map((tag) => (
            <span key={tag} className="ps-tag">
              {tag}
            </span>
          ))}
          {row.tags.length > TAGS_SHOWN ? `+${row.tags.length - TAGS_SHOWN}` : null}
        </span>
      )
    case 'addresses':
      return (
        <span className="ps-mono" title={row.addresses.join('\n')}>
          {row.addresses[0] ?? ''}
          {row.addresses.length > 1 ? ` +${row.addresses.length - 1}` : ''}
        </span>
      )
    case 'reach':
      return reachOf(row)
        .map((one) => strings.inspector.reach[one])
        .join(', ')
    case 'rtt':
      return row.rtt === null ? '–' : formatRtt(row.rtt.srtt)
    case 'lastSeen':
      return <Ago at={row.lastSeen} />
    case 'firstSeen':
      return <Ago at={row.firstSeen} />
    case 'started':
      return <Ago at={row.version.startedAt} />
    case 'streams':
      return formatCount(row.streams.length)
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

function Note({ peerId }: { readonly peerId: PeerId }) {
  const note = useNotes((state) => state.notes.get(peerId)?.note ?? '')
  return <span title={note}>{note}</span>
}
