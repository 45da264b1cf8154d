import { Button, MultiSelect, Text } from '@mantine/core'
import { IconActivity, IconArrowUp, IconChartBar, IconList } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { EVENT_KINDS } from '../../../shared/events.ts'
import type { EventKind } from '../../../shared/events.ts'
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { kindWord } from '../../../shared/state-words.ts'
import { formatLocalOffset } from '../../../shared/time.ts'
import { filterProblem } from '../peers/filter.ts'
import { FilterInput } from '../peers/filter-input.tsx'
import { FilterBelow } from '../peers/filter-note.tsx'
import { FilterTerms } from '../peers/filter-terms.tsx'
import { SavedFilters } from '../peers/saved-menu.tsx'
import { useApp, useEvents, useUi } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { useNow } from '../ui/time.tsx'
import { Condition, Conditions } from './conditions.tsx'
import { EventList } from './event-list.tsx'
import type { EventListHandle } from './event-list.tsx'
import { TimeAxis } from './time-axis.tsx'

/**
 * The timeline: filter, histogram and list. Closed, only its title shows. `compact`: the filter's field stands elsewhere.
 * `tight`: bars and list do not fit together; a button switches between them.
 */
export function EventPanel(props: {
  readonly compact: boolean
  readonly open: boolean
  readonly tight?: boolean
  readonly end?: ReactNode
}) {
  const { events } = useApp()
  const filter = useEvents((state) => state.filter)
  const list = useRef<EventListHandle>(null)
  const [away, setAway] = useState(false)
  const [listed, setListed] = useState(false)
  const tight = props.open && props.tight === true
  return (
    <>
      <div
        className="ps-toolbar"
        data-wraps={props.compact ? undefined : ''}
        style={props.open ? undefined : { borderBottom: 0, minHeight: 36 }}
      >
        <IconActivity size={16} aria-hidden />
        <strong>{strings.timeline.title}</strong>
        {props.compact || !props.open ? null : <Zone />}
        {props.compact ? <FilterPill /> : <TimelineFilter />}
        <Conditions kinds={!props.open} />
        <span style={{ flex: 1 }} />
        {tight ? <ListToggle listed={listed} onToggle={() => setListed(!listed)} /> : null}
        {away && props.open && (!tight || listed) ? (
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
            w={tight ? 130 : filter.kinds.length > 1 ? 340 : 190}
            style={tight ? { flexShrink: 1000, minWidth: 40 } : undefined}
            aria-label={strings.timeline.kinds}
            placeholder={filter.kinds.length === 0 ? strings.timeline.allKinds : ''}
            data={EVENT_KINDS.map((kind) => ({ value: kind, label: kindWord(kind) }))}
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
          {props.compact ? null : <Note />}
          <TimeAxis size={props.compact ? 'panel' : 'full'} bars={!tight || !listed} fills={tight && !listed} />
          {tight && !listed ? null : <EventList handle={list} onAway={setAway} />}
        </>
      ) : null}
    </>
  )
}

/** Shows the list of events in place of the bars, and the bars again. */
function ListToggle({ listed, onToggle }: { readonly listed: boolean; readonly onToggle: () => void }) {
  const count = useEvents((state) => state.list.length)
  const more = useEvents((state) => state.more)
  const text = strings.timeline
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-expanded={listed}
      leftSection={listed ? <IconChartBar size={13} aria-hidden /> : <IconList size={13} aria-hidden />}
      style={{ flex: 'none' }}
      aria-label={text.show(listed ? text.bars : text.count(count, more))}
      title={text.show(listed ? text.bars : text.count(count, more))}
      onClick={onToggle}
    >
      {listed ? text.bars : text.count(count, more)}
    </Button>
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

/** That the filter, which stands above, holds here too. */
function FilterPill() {
  const { ui } = useApp()
  const filter = useUi((state) => state.filter)
  if (filter.trim() === '' || filterProblem(filter, EVENT_FIELDS) !== null) return null
  return (
    <Condition
      text={strings.timeline.filtered}
      title={filter}
      remove={strings.peers.clear}
      onRemove={() => ui.setState({ filter: '' })}
    />
  )
}

const NOTE = 'timeline-filter-note'

/** What is to be said of the filter. */
function Note() {
  const filter = useUi((state) => state.filter)
  return <FilterBelow id={NOTE} problem={filterProblem(filter, EVENT_FIELDS)} scope="events" />
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
        noteId={NOTE}
      />
      <SavedFilters valid={problem === null} />
      {problem === null ? <FilterTerms /> : null}
    </>
  )
}

function isKind(value: string): value is EventKind {
  return EVENT_KINDS.some((kind) => kind === value)
}
