import { Button, Checkbox, Menu, TextInput } from '@mantine/core'
import { IconColumns3, IconFilter } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp, useUi } from '../stores/app-context.tsx'
import type { PeerStore } from '../stores/peer-store.ts'
import { FilterProblem } from '../ui/filter-problem.tsx'
import { formatCount } from '../ui/format.ts'
import { isStrings, recall, remember } from '../ui/storage.ts'
import { strings } from '../ui/strings.ts'
import { COLUMNS, sortRows } from './columns.ts'
import type { ColumnId, Sorting } from './columns.ts'
import { compileFilter } from './filter.ts'
import { PeersTable } from './peers-table.tsx'

/** Least time between two sortings, in milliseconds: rows that jump faster cannot be read. */
const SORT_MS = 500

/** All peers, with filter and columns. */
export function PeersView({ stale }: { readonly stale: boolean }) {
  const { peers, ui } = useApp()
  const filter = useUi((state) => state.filter)
  const [sorting, setSorting] = useState<Sorting>({ column: 'state', descending: false })
  const [columns, setColumns] = useState(recallColumns)
  const { rev, now } = useCalmRevision(peers)
  const { passes, problem } = compileFilter(filter)
  const { ids, total } = useMemo(() => {
    const all = [...peers.getState().peers.values()]
    const found = all.filter((row) => passes(row, now))
    // The revision stands for the rows, which are changed in place.
    return { ids: sortRows(found, sorting).map(({ peerId }): PeerId => peerId), total: all.length, rev }
  }, [peers, passes, sorting, rev, now])
  const toggle = (column: ColumnId): void => {
    const next = columns.includes(column) ? columns.filter((one) => one !== column) : [...columns, column]
    setColumns(COLUMNS.map(({ id }) => id).filter((id) => next.includes(id)))
    remember('columns', next)
  }
  return (
    <div className="ps-view">
      <div className="ps-toolbar">
        <TextInput
          size="xs"
          style={{ flex: '1 1 200px', maxWidth: 420 }}
          leftSection={<IconFilter size={14} aria-hidden />}
          placeholder={strings.peers.filter}
          aria-label={strings.peers.filter}
          title={strings.peers.filterHelp}
          value={filter}
          error={problem === null ? null : <FilterProblem text={filter} problem={problem} />}
          onChange={(event) => ui.setState({ filter: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Escape') ui.setState({ filter: '' })
          }}
        />
        <span className="ps-number">{strings.peers.count(formatCount(ids.length), formatCount(total))}</span>
        <span style={{ flex: 1 }} />
        <Menu closeOnItemClick={false} position="bottom-end">
          <Menu.Target>
            <Button variant="default" size="xs" leftSection={<IconColumns3 size={15} aria-hidden />}>
              {strings.peers.columns}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {COLUMNS.map(({ id }) => (
              <Menu.Item
                key={id}
                onClick={() => toggle(id)}
                role="menuitemcheckbox"
                aria-checked={columns.includes(id)}
              >
                <Checkbox.Indicator
                  checked={columns.includes(id)}
                  size="xs"
                  mr={8}
                  style={{ display: 'inline-flex' }}
                />
                {strings.peers.heads[id]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <PeersTable ids={ids} columns={columns} sorting={sorting} onSort={setSorting} stale={stale} />
    </div>
  )
}

function recallColumns(): readonly ColumnId[] {
  const kept = recall('columns', isStrings)
  const shown = COLUMNS.filter(({ id, shown }) => (kept === null ? shown : kept.includes(id))).map(({ id }) => id)
  return shown.length === 0 ? ['nickname'] : shown
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
