import { Button, SegmentedControl } from '@mantine/core'
import { IconCopy, IconDownload, IconFilter } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { formatUtc } from '../../../shared/time.ts'
import { copyText, tell, tellNothingDone } from '../controls/verbs.ts'
import { useApp, useCompare, useForms, useNotes } from '../stores/app-context.tsx'
import { download } from '../ui/download.ts'
import { formatCount } from '../ui/format.ts'
import { Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import type { ResultList } from './lists.ts'
import { csvOf, FILTER_MOST, filterOf, firstOf, LIST_IDS } from './lists.ts'

const ROW_HEIGHT = 28

/** Lists of peers, one at a time: to open a peer, to copy, save, or show them in the table. */
export function ResultLists({ lists, label }: { readonly lists: readonly ResultList[]; readonly label: string }) {
  const { compare } = useApp()
  const chosen = useCompare((state) => state.list)
  // While nobody chooses it stays with the first one that had somebody, whatever comes and goes since.
  const [first] = useState(() => firstOf(lists))
  const list = lists.find(({ id }) => id === chosen) ?? lists.find(({ id }) => id === first) ?? lists[0]
  if (list === undefined) return null
  return (
    <section className="ps-compare-lists" aria-label={label}>
      <SegmentedControl
        size="xs"
        aria-label={strings.compare.list}
        data={lists.map(({ id, label: name, count }) => ({
          value: id,
          label: count === null ? name : `${name} (${count})`,
        }))}
        value={list.id}
        onChange={(value) => compare.look({ list: LIST_IDS.find((id) => id === value) ?? null })}
      />
      <Verbs list={list} />
      {list.entries.length === 0 ? (
        <p className="ps-number">{list.count === null ? strings.compare.emptyKnown : strings.compare.empty}</p>
      ) : (
        <Entries key={list.id} list={list} />
      )}
    </section>
  )
}

function Verbs({ list }: { readonly list: ResultList }) {
  const { ui, compare, notes } = useApp()
  const forms = useForms()
  const text = strings.compare
  const ids = list.entries.map(({ peerId }) => peerId)
  const filter = filterOf(ids)
  const why = ids.length > FILTER_MOST ? text.filterMany(formatCount(FILTER_MOST)) : undefined
  const none = ids.length === 0
  const show = (): void => {
    if (filter === null) return
    ui.setState({ view: 'peers', filter })
    compare.close()
  }
  const save = (): void => {
    const written = { idOf: forms.id, nameOf: notes.nameOf, timeOf: formatUtc }
    download(text.file, new Blob([csvOf(list, written)], { type: 'text/csv' }))
    tell(text.saved)
  }
  return (
    <div className="ps-compare-verbs">
      <Button
        size="compact-xs"
        variant="default"
        disabled={none}
        leftSection={<IconCopy size={13} aria-hidden />}
        onClick={() => void copyText(ids.map(forms.id).join('\n'))}
      >
        {text.copy}
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        disabled={none}
        leftSection={<IconDownload size={13} aria-hidden />}
        onClick={save}
      >
        {text.csv}
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        disabled={none}
        title={why}
        // It says why it cannot be pressed: so it stays reachable.
        data-disabled={why !== undefined}
        aria-disabled={why !== undefined}
        leftSection={<IconFilter size={13} aria-hidden />}
        onClick={() => (why === undefined ? show() : tellNothingDone(why))}
      >
        {text.filter}
      </Button>
    </div>
  )
}

function Entries({ list }: { readonly list: ResultList }) {
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes here: the virtualizer works as it is
  const virtual = useVirtualizer({
    count: list.entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  })
  return (
    <div ref={scroller} className="ps-compare-entries" data-testid="compare-list" data-list={list.id}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const entry = list.entries[index]
          return entry === undefined ? null : (
            <div key={entry.peerId} className="ps-compare-entry" style={{ transform: `translateY(${start}px)` }}>
              <PeerButton peerId={entry.peerId} />
              <span className="ps-number ps-clip" title={entry.words}>
                {entry.words}
                {entry.at === null ? null : (
                  <>
                    {' '}
                    <Ago at={entry.at} />
                  </>
                )}
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Views that show the peer that is selected. */
const WITH_INSPECTOR: readonly string[] = ['health', 'network', 'peers', 'timeline']

/** A peer that opens in the inspector. */
export function PeerButton({ peerId }: { readonly peerId: PeerId }) {
  const { ui, compare, notes } = useApp()
  useNotes((state) => state.notes)
  return (
    <button
      type="button"
      className="ps-link ps-clip"
      aria-label={strings.compare.open(notes.nameOf(peerId))}
      data-peer={peerId}
      onClick={() => {
        compare.close()
        const { view } = ui.getState()
        ui.setState({ selected: peerId, ...(WITH_INSPECTOR.includes(view) ? {} : { view: 'peers' }) })
      }}
    >
      <Nickname peerId={peerId} />
    </button>
  )
}
