/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows of a virtual grid are placed freely, which table elements are not */
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { shortPeerId } from '../../../shared/ids.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { Button } from '@mantine/core'
import { useApp, usePeers, useUi } from '../stores/app-context.tsx'
import { formatRtt } from '../ui/format.ts'
import { Nickname, StateMark } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { COLUMNS } from './columns.ts'
import type { ColumnId, Sorting } from './columns.ts'

const ROW_HEIGHT = 32
const TAGS_SHOWN = 8

/** The peers in the given order; only what is visible is drawn. */
export function PeersTable(props: {
  readonly ids: readonly PeerId[]
  readonly columns: readonly ColumnId[]
  readonly sorting: Sorting
  readonly onSort: (sorting: Sorting) => void
  readonly stale: boolean
}) {
  const { ids, columns, sorting } = props
  const { ui } = useApp()
  const scroller = useRef<HTMLDivElement>(null)
  const selected = useUi((state) => state.selected)
  const template = COLUMNS.filter(({ id }) => columns.includes(id))
    .map(({ width }) => width)
    .join(' ')
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here: the virtualizer works as it is
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 12,
    scrollPaddingStart: ROW_HEIGHT,
  })

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = ids.length - 1
    const at = selected === null ? -1 : ids.indexOf(selected)
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2)
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: last,
    }
    if (event.key === 'Escape') return ui.setState({ selected: null })
    if (event.key === 'Enter') return document.querySelector<HTMLElement>('[data-inspector]')?.focus()
    const target = targets[event.key]
    if (target === undefined || last < 0) return
    event.preventDefault()
    const index = Math.min(last, Math.max(0, target))
    ui.setState({ selected: ids[index] ?? null })
    virtual.scrollToIndex(index)
  }

  return (
    <div
      ref={scroller}
      className={props.stale ? 'ps-table ps-stale' : 'ps-table'}
      role="grid"
      aria-label={strings.peers.title}
      aria-rowcount={ids.length + 1}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="ps-table-inner" role="presentation">
        <div className="ps-row ps-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          {columns.map((id) => (
            <Head key={id} id={id} sorting={sorting} onSort={props.onSort} />
          ))}
        </div>
        <div className="ps-body" role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const peerId = ids[item.index]
            return peerId === undefined ? null : (
              <Row
                key={peerId}
                peerId={peerId}
                index={item.index}
                top={item.start}
                columns={columns}
                template={template}
                selected={peerId === selected}
              />
            )
          })}
        </div>
      </div>
      {ids.length === 0 ? <Empty /> : null}
    </div>
  )
}

function Empty() {
  const { ui } = useApp()
  const filter = useUi((state) => state.filter)
  if (filter === '') return null
  return (
    <div className="ps-empty">
      {strings.peers.none}
      <Button variant="default" size="xs" onClick={() => ui.setState({ filter: '' })}>
        {strings.peers.clear}
      </Button>
    </div>
  )
}

function Head(props: {
  readonly id: ColumnId
  readonly sorting: Sorting
  readonly onSort: (sorting: Sorting) => void
}) {
  const { id, sorting } = props
  const active = sorting.column === id
  const Arrow = sorting.descending ? IconArrowDown : IconArrowUp
  return (
    <div
      className={id === 'rtt' ? 'ps-cell ps-end' : 'ps-cell'}
      role="columnheader"
      aria-sort={active ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
      style={id === 'rtt' ? { display: 'flex' } : undefined}
    >
      <button type="button" onClick={() => props.onSort({ column: id, descending: active && !sorting.descending })}>
        {strings.peers.heads[id]}
        {active ? <Arrow size={13} aria-hidden /> : null}
      </button>
    </div>
  )
}

interface RowProps {
  readonly peerId: PeerId
  readonly index: number
  readonly top: number
  readonly columns: readonly ColumnId[]
  readonly template: string
  readonly selected: boolean
}

const Row = memo(function Row({ peerId, index, top, columns, template, selected }: RowProps) {
  const { ui } = useApp()
  const row = usePeers((state) => state.peers.get(peerId))
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (selected && element.current?.closest('[role=grid]')?.contains(document.activeElement) === true) {
      element.current.closest('[role=grid]')?.setAttribute('aria-activedescendant', element.current.id)
    }
  }, [selected])
  if (row === undefined) return null
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- keys are the grid's
    <div
      ref={element}
      id={`peer-${peerId}`}
      className="ps-row"
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-peer-id={peerId}
      data-state={row.state}
      data-self={row.self || undefined}
      style={{ gridTemplateColumns: template, transform: `translateY(${top}px)` }}
      onClick={() => ui.setState({ selected: peerId })}
    >
      {columns.map((id) => (
        <div key={id} className={id === 'rtt' ? 'ps-cell ps-end' : 'ps-cell'} role="gridcell">
          {cell(row, id)}
        </div>
      ))}
    </div>
  )
})

function cell(row: PeerRow, id: ColumnId): ReactNode {
  switch (id) {
    case 'state':
      return <StateMark row={row} />
    case 'nickname':
      return <Nickname peerId={row.peerId} />
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
    case 'rtt':
      return row.rtt === null ? '–' : formatRtt(row.rtt.srtt)
    case 'lastSeen':
      return <Ago at={row.lastSeen} />
    case 'firstSeen':
      return <Ago at={row.firstSeen} />
    case 'started':
      return <Ago at={row.version.startedAt} />
    case 'version':
      return row.protocolVersion
    case 'source':
      return strings.sources[row.source]
  }
}
