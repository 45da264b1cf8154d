/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows of a virtual grid are placed freely, which table elements are not */
import { Checkbox } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef } from 'react'
import type { KeyboardEvent, MouseEvent, RefObject } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { copyText } from '../controls/verbs.ts'
import { useApp, usePeers, useTable, useUi } from '../stores/app-context.tsx'
import { formsOf } from '../../../shared/forms.ts'
import { strings } from '../ui/strings.ts'
import { cell } from './cells.tsx'
import { COLUMNS, isNumeric, nextSorting } from './columns.ts'
import type { ColumnId } from './columns.ts'
import { all, coverage, extend, goTo, none, only, toggle } from './selection.ts'
import { onKey } from './table-keys.ts'

const ROW_HEIGHT = 32
const CHOICE_WIDTH = '30px'
/** Before the table knows its size it cannot be scrolled. */
const NOBODY: readonly PeerId[] = []

/** The peers in the given order; only what is visible is drawn. */
export function PeersTable({ ids, stale }: { readonly ids: readonly PeerId[]; readonly stale: boolean }) {
  const { ui, table, peers } = useApp()
  const scroller = useRef<HTMLDivElement>(null)
  const opened = useUi((state) => state.selected)
  const columns = useTable((state) => state.columns)
  const selection = useTable((state) => state.selection)
  const template = [CHOICE_WIDTH, ...COLUMNS.filter(({ id }) => columns.includes(id)).map(({ width }) => width)].join(
    ' ',
  )
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here: the virtualizer works as it is
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    // The next row is seen too. The heads stand above the rows in what is scrolled.
    scrollPaddingStart: ROW_HEIGHT,
    scrollPaddingEnd: 2 * ROW_HEIGHT,
  })
  const items = virtual.getVirtualItems()
  const order = useRef(ids)
  useEffect(() => {
    order.current = ids
  }, [ids])
  const drawn = items.some(({ index }) => ids[index] === selection.cursor)
  const stopFollowing = useFollow(opened, items.length > 0 ? ids : NOBODY, (index) =>
    virtual.scrollToIndex(index, { align: 'auto' }),
  )

  const onKeyDown = (event: KeyboardEvent): void => {
    stopFollowing()
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2)
    const key = { key: event.key, shift: event.shiftKey, mod: event.ctrlKey || event.metaKey }
    const action = onKey(key, table.getState().selection, ids, page)
    // Text that was selected is copied as it is.
    if (action?.type === 'copy' && globalThis.getSelection()?.isCollapsed === false) return
    // Enter and Space on a heading or a box are its own.
    if (action === null || (event.target !== event.currentTarget && (event.key === 'Enter' || event.key === ' ')))
      return
    event.preventDefault()
    if (action.type === 'close') return ui.setState({ selected: null })
    if (action.type === 'copy') return void copyText(action.ids.map(formsOf(peers.getState().kind).id).join('\n'))
    if (action.type === 'open') return open(table.getState().selection.cursor)
    table.select(action.selection)
    if (action.reveal === null) return
    virtual.scrollToIndex(action.reveal)
    // An inspector that is open goes along.
    if (ui.getState().selected !== null) ui.setState({ selected: action.selection.cursor })
  }
  const open = (peerId: PeerId | null): void => {
    ui.setState({ selected: peerId })
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-inspector]')?.focus())
  }

  return (
    <div
      ref={scroller}
      className={stale ? 'ps-table ps-stale' : 'ps-table'}
      role="grid"
      aria-label={strings.peers.title}
      aria-rowcount={ids.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-activedescendant={drawn ? `peer-${selection.cursor}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onWheel={stopFollowing}
      onPointerDown={stopFollowing}
    >
      <div className="ps-table-inner" role="presentation">
        <div className="ps-row ps-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          <ChooseAll ids={ids} />
          {columns.map((id) => (
            <Head key={id} id={id} />
          ))}
        </div>
        <div className="ps-body" role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const peerId = ids[item.index]
            return peerId === undefined ? null : (
              <Row
                key={peerId}
                peerId={peerId}
                index={item.index}
                top={item.start}
                columns={columns}
                template={template}
                chosen={selection.ids.has(peerId)}
                // Without a choice the peer that is looked at is the one that is meant.
                meant={selection.ids.size === 0 && peerId === opened}
                opened={peerId === opened}
                cursor={peerId === selection.cursor}
                order={order}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

/**
 * A peer that is selected elsewhere is gone to, and kept in view while others change places, as one does that has just joined.
 * @returns ends that, for who looks through the table
 */
function useFollow(opened: PeerId | null, ids: readonly PeerId[], reveal: (index: number) => void): () => void {
  const { table } = useApp()
  const latest = useRef(reveal)
  const first = useRef(true)
  const followed = useRef<PeerId | null>(null)
  useEffect(() => {
    latest.current = reveal
  })
  useEffect(() => {
    const { selection } = table.getState()
    const elsewhere = opened !== selection.cursor
    // The table that is shown again begins at its top.
    followed.current = elsewhere || first.current ? opened : null
    first.current = false
    if (opened !== null && elsewhere) table.select(goTo(selection, opened))
  }, [opened, table])
  useEffect(() => {
    if (opened === null || opened !== followed.current) return
    const index = ids.indexOf(opened)
    if (index >= 0) latest.current(index)
  }, [opened, ids])
  return () => void (followed.current = null)
}

function ChooseAll({ ids }: { readonly ids: readonly PeerId[] }) {
  const { table } = useApp()
  const state = useTable(({ selection }) => coverage(selection, ids))
  return (
    <div className="ps-cell" role="columnheader" aria-label={strings.peers.chooseAll}>
      <Checkbox
        size="xs"
        aria-label={strings.peers.chooseAll}
        title={strings.peers.chooseAll}
        checked={state === 'all'}
        indeterminate={state === 'some'}
        disabled={ids.length === 0}
        onChange={() => {
          const { selection } = table.getState()
          table.select(state === 'all' ? none(selection) : all(selection, ids))
        }}
      />
    </div>
  )
}

function Head({ id }: { readonly id: ColumnId }) {
  const { table } = useApp()
  const sorting = useTable((state) => state.sorting)
  const active = sorting.column === id
  const Arrow = sorting.descending ? IconArrowDown : IconArrowUp
  return (
    <div
      className={isNumeric(id) ? 'ps-cell ps-end' : 'ps-cell'}
      role="columnheader"
      aria-sort={active ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
      style={isNumeric(id) ? { display: 'flex' } : undefined}
    >
      <button type="button" onClick={() => table.sort(nextSorting(sorting, id))}>
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
  readonly chosen: boolean
  readonly meant: boolean
  readonly opened: boolean
  readonly cursor: boolean
  /** The peers as they are shown; read when a span is chosen. */
  readonly order: RefObject<readonly PeerId[]>
}

const Row = memo(function Row(props: RowProps) {
  const { peerId, columns } = props
  const { ui, table, notes } = useApp()
  const row = usePeers((state) => state.peers.get(peerId))
  if (row === undefined) return null
  const onClick = (event: MouseEvent): void => {
    const { selection } = table.getState()
    // The whole cell around the box is meant.
    if (event.target instanceof Element && event.target.closest('.ps-choice') !== null) {
      return table.select(
        event.shiftKey ? extend(selection, props.order.current, peerId, true) : toggle(selection, peerId),
      )
    }
    if (event.shiftKey)
      return table.select(extend(selection, props.order.current, peerId, event.ctrlKey || event.metaKey))
    if (event.ctrlKey || event.metaKey) return table.select(toggle(selection, peerId, ui.getState().selected))
    table.select(only(peerId))
    ui.setState({ selected: peerId })
  }
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- keys are the grid's
    <div
      id={`peer-${peerId}`}
      className="ps-row"
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.chosen || props.meant}
      data-peer-id={peerId}
      data-state={row.state}
      data-self={row.self || undefined}
      data-opened={props.opened || undefined}
      data-cursor={props.cursor || undefined}
      style={{ gridTemplateColumns: props.template, transform: `translateY(${props.top}px)` }}
      onClick={onClick}
      // A span is chosen, not its text.
      onMouseDown={(event) => {
        if (event.shiftKey) event.preventDefault()
      }}
    >
      <div className="ps-cell ps-choice" role="gridcell">
        <Checkbox
          size="xs"
          tabIndex={-1}
          checked={props.chosen}
          aria-label={strings.peers.choose(notes.nameOf(peerId))}
          readOnly
        />
      </div>
      {columns.map((id) => (
        <div key={id} className={isNumeric(id) ? 'ps-cell ps-end' : 'ps-cell'} role="gridcell">
          {cell(row, id)}
        </div>
      ))}
    </div>
  )
})
