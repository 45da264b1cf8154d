import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { useNothingShown } from '../shell/nothing-shown.tsx'
import { useApp, useForms, useNames, useNotes, usePeers, usePicture, useTable, useUi } from '../stores/app-context.tsx'
import type { PeerStore } from '../stores/peer-store.ts'
import { shownAt } from '../stores/picture-store.ts'
import { TimeStrip } from '../timeline/time-strip.tsx'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { BulkBar } from './bulk-bar.tsx'
import { clearFilter } from './clear-filter.ts'
import { ColumnMenu } from './column-menu.tsx'
import { sortRows } from './columns.ts'
import { compileFilter } from './filter.ts'
import { FilterInput } from './filter-input.tsx'
import { FilterNote, useFilterNote } from './filter-note.tsx'
import { FilterTerms } from './filter-terms.tsx'
import { PeersTable } from './peers-table.tsx'
import { SavedFilters } from './saved-menu.tsx'
import { prune } from './selection.ts'
import { chipFor, countRow, isShown, noCounts, shownBy, shownWord } from './shown.ts'
import type { Shown, ShownCounts } from './shown.ts'
import { ShownChips } from './shown-chips.tsx'
import { hostNow } from '../ui/host-time.ts'

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
  const calm = useCalmRevision(peers)
  const { rev } = calm
  const moment = usePicture((state) => shownAt(state.picture))
  const now = moment ?? calm.now
  const choice = useTable((state) => state.show)
  const shown = shownBy(choice, filter)
  const lost = usePeers(({ loss }) => loss !== null)
  const { passes, problem } = compileFilter(filter, notes.fields)
  const note = useFilterNote(problem, 'peers')
  const { ids, counts, all, withUs } = useMemo(() => {
    const found: PeerRow[] = []
    let withUs = false
    const [passing, known] = [noCounts(), noCounts()]
    for (const row of peers.getState().peers.values()) {
      countRow(known, row)
      if (!passes(row, now)) continue
      countRow(passing, row)
      if (row.self) withUs = true
      if (isShown(row, shown)) found.push(row)
    }
    const names = {
      nameOf: notes.nameOf,
      noteOf: (peerId: PeerId) => noted.get(peerId)?.note ?? '',
      idOf: forms.short,
      wordOf: book.wordOf,
    }
    const sorted = sortRows(found, sorting, names).map(({ peerId }): PeerId => peerId)
    // The revision stands for the rows, which are changed in place; the words for those of the name book.
    return { ids: sorted, counts: passing, all: known, withUs, rev, words }
  }, [peers, passes, shown, sorting, rev, now, notes, noted, forms, book, words])
  // Peers that leave the picture are no longer chosen.
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
          style={{ flex: '1 1 200px', maxWidth: 560 }}
          label={strings.peers.filter}
          help={strings.peers.filterHelp}
          problem={problem}
          noteId="peers-filter-note"
        />
        <SavedFilters valid={problem === null} />
        <span style={{ flex: 1 }} />
        <ColumnMenu />
      </div>
      <div className="ps-shown-line">
        <ShownChips
          counts={counts}
          all={all}
          withUs={withUs}
          shown={shown}
          choice={choice}
          chip={chipFor(choice, filter, lost)}
        />
        {note.problem !== null || note.hint !== null ? (
          <FilterNote id="peers-filter-note" note={note} />
        ) : problem === null ? (
          <FilterTerms />
        ) : null}
      </div>
      <BulkBar shown={ids} />
      {ids.length === 0 ? <Empty shown={shown} counts={counts} /> : <PeersTable ids={ids} stale={stale} />}
      <TimeStrip />
    </div>
  )
}

/** What stands in place of the table where nobody is listed. */
function Empty({ shown, counts }: { readonly shown: Shown; readonly counts: ShownCounts }) {
  const app = useApp()
  const { table } = app
  const filter = useUi((state) => state.filter)
  const others = shown === 'all' ? 0 : counts.all
  const text = strings.filter
  const filtered = filter.trim() !== ''
  const lost = usePeers(({ loss }) => loss !== null)
  const words = shown === 'all' ? null : shownWord(shown, lost)
  const nothing = useNothingShown()
  if (nothing !== null) return nothing
  return (
    <div className="ps-empty">
      {words === null
        ? filtered
          ? strings.peers.none
          : strings.peers.nobody
        : filtered
          ? text.noneShownFiltered(words)
          : text.noneShown(words)}
      {others === 0 ? null : (
        <Button variant="default" size="xs" onClick={() => table.show('all')}>
          {text.showAll(formatCount(others))}
        </Button>
      )}
      {filtered ? (
        <Button variant="default" size="xs" onClick={() => clearFilter(app)}>
          {strings.peers.clear}
        </Button>
      ) : null}
    </div>
  )
}

/** The store's revision and the time, taken at most every half second; at once when it was quiet before. */
function useCalmRevision(peers: PeerStore): { readonly rev: number; readonly now: number } {
  const [calm, setCalm] = useState(() => ({ rev: peers.getState().rev, now: hostNow() }))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const take = (): void => {
      setCalm({ rev: peers.getState().rev, now: hostNow() })
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
