import { ActionIcon, Pill, Tooltip } from '@mantine/core'
import { IconArrowsLeftRight, IconZoomIn } from '@tabler/icons-react'
import { kindWord } from '../../../shared/state-words.ts'
import { momentSide } from '../compare/moment-side.ts'
import { useApp, useEvents, useNotes, usePicture } from '../stores/app-context.tsx'
import { listEnd } from '../stores/event-store.ts'
import { formatClock, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/**
 * What bars and list leave out beside the filter's words, each with a button that takes it away: it holds in all views.
 * @param kinds whether the kinds of events are among them; not where a field has them
 */
export function Conditions({ kinds }: { readonly kinds: boolean }) {
  const { events, notes, picture } = useApp()
  useNotes((state) => state.notes)
  const filter = useEvents((state) => state.filter)
  const { from, to } = filter
  return (
    <>
      {!kinds || filter.kinds.length === 0 ? null : (
        <Condition
          text={filter.kinds.map(kindWord).join(', ')}
          remove={strings.timeline.allKinds}
          onRemove={() => events.setFilter({ ...filter, kinds: [] })}
        />
      )}
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
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => compare.openPictures(momentSide(played, from), momentSide(played, to))}
      >
        <IconArrowsLeftRight size={15} />
      </ActionIcon>
    </Tooltip>
  )
}

/** Something that the listed events must be, with a button that takes it away. */
export function Condition(props: {
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
