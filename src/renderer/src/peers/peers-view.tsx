import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp, useForms, useNames, useNotes, useTable, useUi } from '../stores/app-context.tsx'
import type { PeerStore } from '../stores/peer-store.ts'
import { TimeStrip } from '../timeline/time-strip.tsx'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { BulkBar } from './bulk-bar.tsx'
import { ColumnMenu } from './column-menu.tsx'
import { sortRows } from './columns.ts'
import { compileFilter } from './filter.ts'
import { FilterInput } from './filter-input.tsx'
import { PeersTable } from './peers-table.tsx'
import { SavedFilters } from './saved-menu.tsx'
import { prune } from './selection.ts'

/** Least time between two sortings, in milliseconds: rows that jump faster cannot be read. */
const SORT_MS = 500

/** All peers, with filter, columns, and what can be done with many of them. */
export function PeersView({ stale }: { readonly stale: boolean }) {
  const { peers, notes, names: book, table } = useApp()
  const forms = useForms()
  const words = useNames((state) => state.names)
  const filter = useUi((state) => state.filter)
  const sorting = useTable((state) => state.sorting)
  const noted = useNotes((state) => state.notes)
  const { rev, now } = useCalmRevision(peers)
  const { passes, problem } = compileFilter(filter, notes.fields)
  const { ids, total } = useMemo(() => {
    const all = [...peers.getState().peers.values()]
    const found = all.filter((row) => passes(row, now))
    const names = {
      nameOf: notes.nameOf,
      noteOf: (peerId: PeerId) => noted.get(peerId)?.note ?? '',
      idOf: forms.short,
      wordOf: book.wordOf,
    }
    // The revision stands for the rows, which are changed in place; the words for those of the name book.
    return { ids: sortRows(found, sorting, names).map(({ peerId }): PeerId => peerId), total: all.length, rev, words }
  }, [peers, passes, sorting, rev, now, notes, noted, forms, book, words])
  // Peers that are not in the picture any more are not chosen any more.
  useEffect(() => {
    const check = (): void => {
      const { selection } = table.getState()
      const left = prune(selection, (peerId) => peers.getState().peers.has(peerId))
      if (left !== selection) table.select(left)
    }
    check()
    return peers.subscribe((state, before) => {
      if (state.ids !== before.ids) check()
    })
  }, [table, peers])
  return (
    <div className="ps-view">
      <div className="ps-toolbar">
        <FilterInput
          style={{ flex: '1 1 200px', maxWidth: 420 }}
          label={strings.peers.filter}
          help={strings.peers.filterHelp}
          problem={problem}
        />
        <SavedFilters valid={problem === null} />
        <span className="ps-number">{strings.peers.count(formatCount(ids.length), formatCount(total))}</span>
        <span style={{ flex: 1 }} />
        <ColumnMenu />
      </div>
      <BulkBar shown={ids} />
      {ids.length === 0 ? <Empty /> : <PeersTable ids={ids} stale={stale} />}
      <TimeStrip />
    </div>
  )
}

/** What stands in place of the table where nobody is listed. */
function Empty() {
  const { ui } = useApp()
  const filter = useUi((state) => state.filter)
  if (filter === '') return <div className="ps-empty">{strings.peers.nobody}</div>
  return (
    <div className="ps-empty">
      {strings.peers.none}
      <Button variant="default" size="xs" onClick={() => ui.setState({ filter: '' })}>
        {strings.peers.clear}
      </Button>
    </div>
  )
}

/** The store's revision and the time, taken at most every half second; at once when it was quiet before. */
function useCalmRevision(peers: PeerStore): { readonly rev: number; readonly now: number } {
  const [calm, setCalm] = useState(() => ({ rev: peers.getState().rev, now: Date.now() }))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const take = (): void => {
      setCalm({ rev: peers.getState().rev, now: Date.now() })
      timer = setTimeout(() => {
        timer = null
        if (peers.getState().rev !== taken) {
          taken = peers.getState().rev
          take()
        }
      }, SORT_MS)
    }
    let taken = -1
    const stop = peers.subscribe((state) => {
      if (timer !== null || state.rev === taken) return
      taken = state.rev
      take()
    })
    // What came between drawing and subscribing.
    timer = setTimeout(() => {
      timer = null
      taken = peers.getState().rev
      take()
    })
    return () => {
      stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [peers])
  return calm
}
