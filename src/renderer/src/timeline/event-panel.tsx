import { ActionIcon, Button, MultiSelect, Pill, Text, Tooltip } from '@mantine/core'
import { IconActivity, IconArrowsLeftRight, IconArrowUp, IconZoomIn } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { EVENT_KINDS } from '../../../shared/events.ts'
import type { EventKind } from '../../../shared/events.ts'
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { formatLocalOffset } from '../../../shared/time.ts'
import { filterProblem } from '../peers/filter.ts'
import type { PictureSide } from '../compare/compare-store.ts'
import { FilterInput } from '../peers/filter-input.tsx'
import { FilterTerms } from '../peers/filter-terms.tsx'
import { SavedFilters } from '../peers/saved-menu.tsx'
import { useApp, useEvents, useNotes, usePicture, useUi } from '../stores/app-context.tsx'
import { listEnd } from '../stores/event-store.ts'
import { formatClock, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { useNow } from '../ui/time.tsx'
import { EventList } from './event-list.tsx'
import type { EventListHandle } from './event-list.tsx'
import { TimeAxis } from './time-axis.tsx'

/** The timeline: filter, histogram and list. Closed, only its title shows. `compact`: the filter's field stands elsewhere. */
export function EventPanel(props: { readonly compact: boolean; readonly open: boolean; readonly end?: ReactNode }) {
  const { events, notes, picture } = useApp()
  useNotes((state) => state.notes)
  const filter = useEvents((state) => state.filter)
  const { from, to } = filter
  const list = useRef<EventListHandle>(null)
  const [away, setAway] = useState(false)
  return (
    <>
      <div className="ps-toolbar" style={props.open ? undefined : { borderBottom: 0, minHeight: 36 }}>
        <IconActivity size={16} aria-hidden />
        <strong>{strings.timeline.title}</strong>
        {props.compact || !props.open ? null : <Zone />}
        {props.compact ? <FilterPill /> : <TimelineFilter />}
        {filter.peerId === null ? null : (
          <Condition
            text={strings.timeline.peer(notes.nameOf(filter.peerId))}
            remove={strings.timeline.clearPeer}
            onRemove={() => events.setFilter({ ...filter, peerId: null })}
          />
        )}
        {from === null ? null : (
          <Condition
            text={spanWords(from, to, formatClock)}
            title={spanWords(from, to, formatExact)}
            remove={strings.past.clearSpan}
            onRemove={() => events.setFilter({ ...filter, from: null, to: listEnd(picture) })}
          />
        )}
        {from === null || to === null ? null : (
          <>
            <ZoomTo from={from} to={to} />
            <CompareEnds from={from} to={to} />
          </>
        )}
        <span style={{ flex: 1 }} />
        {away && props.open ? (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconArrowUp size={13} aria-hidden />}
            onClick={() => list.current?.toTop()}
          >
            {strings.timeline.toTop}
          </Button>
        ) : null}
        {props.open ? (
          <MultiSelect
            size="xs"
            w={filter.kinds.length > 1 ? 340 : 190}
            aria-label={strings.timeline.kinds}
            placeholder={filter.kinds.length === 0 ? strings.timeline.allKinds : ''}
            data={EVENT_KINDS.map((kind) => ({ value: kind, label: strings.kinds[kind] }))}
            value={[...filter.kinds]}
            onChange={(kinds) => events.setFilter({ ...filter, kinds: kinds.filter(isKind) })}
            clearable
            comboboxProps={{ withinPortal: true, width: 200, position: 'bottom-end' }}
            maxDropdownHeight={320}
          />
        ) : null}
        {props.end}
      </div>
      {props.open ? (
        <>
          <TimeAxis size={props.compact ? 'panel' : 'full'} />
          <EventList handle={list} onAway={setAway} />
        </>
      ) : null}
    </>
  )
}

function spanWords(from: number, to: number | null, format: (at: number) => string): string {
  return to === null ? strings.past.since(format(from)) : strings.past.span(format(from), format(to))
}

/** Makes a selected span the range of all views. */
function ZoomTo({ from, to }: { readonly from: number; readonly to: number }) {
  const { range } = useApp()
  return (
    <Tooltip label={strings.timeline.zoom} openDelay={400}>
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={strings.timeline.zoom}
        onClick={() => range.setState({ range: { from, to } })}
      >
        <IconZoomIn size={15} />
      </ActionIcon>
    </Tooltip>
  )
}

/** Compares the network at the two ends of a selected span. */
function CompareEnds({ from, to }: { readonly from: number; readonly to: number }) {
  const { compare } = useApp()
  const played = usePicture((state) => state.played)
  const label = strings.compare.spanVerb
  // Moments of a network that is not joined cannot be compared yet.
  if (played !== null && played.file === null) return null
  const file = played === null || played.file === null ? null : { file: played.file, name: played.title }
  const side = (at: number): PictureSide => {
    const moment = Math.max(0, Math.floor(at))
    return file === null ? { kind: 'moment', at: moment } : { kind: 'file', ...file, at: moment }
  }
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => compare.openPictures(side(from), side(to))}
      >
        <IconArrowsLeftRight size={15} />
      </ActionIcon>
    </Tooltip>
  )
}

/** Which time the times of day below are. */
function Zone() {
  const now = useNow(60_000)
  return (
    <Text fz="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
      {strings.timeline.zone(formatLocalOffset(now))}
    </Text>
  )
}

/** The filter of graph and table, where it holds here too. */
function FilterPill() {
  const { ui } = useApp()
  const filter = useUi((state) => state.filter)
  if (filter.trim() === '' || filterProblem(filter, EVENT_FIELDS) !== null) return null
  return <Condition text={filter} remove={strings.peers.clear} onRemove={() => ui.setState({ filter: '' })} />
}

/** Something that the listed events must be, with a button that takes it away. */
function Condition(props: {
  readonly text: string
  /** Whole, where the text is short; shown on hover. */
  readonly title?: string
  /** Says what the button does. */
  readonly remove: string
  readonly onRemove: () => void
}) {
  return (
    <Pill
      withRemoveButton
      removeButtonProps={{ 'aria-label': props.remove, 'aria-hidden': false, tabIndex: 0 }}
      onRemove={props.onRemove}
      title={props.title ?? props.text}
      maw={280}
    >
      {props.text}
    </Pill>
  )
}

function TimelineFilter() {
  const filter = useUi((state) => state.filter)
  const problem = filterProblem(filter, EVENT_FIELDS)
  return (
    <>
      <FilterInput
        style={{ flex: '1 1 200px', maxWidth: 420 }}
        label={strings.timeline.filter}
        help={strings.timeline.filterHelp}
        problem={problem}
        scope="events"
      />
      <SavedFilters valid={problem === null} />
      {problem === null ? <FilterTerms /> : null}
    </>
  )
}

function isKind(value: string): value is EventKind {
  return EVENT_KINDS.some((kind) => kind === value)
}
