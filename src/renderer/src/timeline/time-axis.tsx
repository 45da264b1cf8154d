import { ActionIcon, Button, Select, Slider, Tooltip } from '@mantine/core'
import {
  IconArrowBackUp,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from '@tabler/icons-react'
import { memo, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { tellFailure } from '../controls/verbs.ts'
import { useApp, useEvents, usePicture } from '../stores/app-context.tsx'
import { shownLanes } from '../stores/event-store.ts'
import { holdRange } from '../stores/follow-moment.ts'
import { SPEEDS } from '../stores/picture-store.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { useNow } from '../ui/time.tsx'
import { endOf } from './bins.ts'
import { Histogram } from './histogram.tsx'
import { Legend } from './legend.tsx'
import { RangeControl } from './range-control.tsx'
import { createStepper } from './stepper.ts'
import { TimeField } from './time-field.tsx'
import { useBars } from './use-bars.ts'
import { hostNow } from '../ui/host-time.ts'

/** How much room the axis has: a view of its own, a panel below another view, or a strip. */
export type AxisSize = 'full' | 'panel' | 'strip'

/**
 * The bars, what they mean, and the controls that lead into the past. Without `bars` only those controls. `fills`: the bars are as
 * high as there is room.
 */
export function TimeAxis(props: { readonly size: AxisSize; readonly bars?: boolean; readonly fills?: boolean }) {
  const { size, bars = true, fills = false } = props
  const [most, setMost] = useState(60)
  const filter = useEvents((state) => state.filter)
  const { lanes: chosen, again } = filter
  const lanes = useMemo(() => shownLanes({ lanes: chosen, again }), [chosen, again])
  const { bins, until, failed } = useBars(most)
  return (
    <div className="ps-axis" data-size={size} data-fills={fills ? true : undefined}>
      {bars ? (
        <>
          {size === 'strip' ? null : <Legend bins={until} />}
          <Histogram bins={bins} lanes={lanes} onRoom={setMost} />
        </>
      ) : null}
      {failed ? <div className="ps-axis-note">{strings.past.countsFailed}</div> : null}
      <TravelBar from={bins.from} to={endOf(bins)} />
    </div>
  )
}

/** Pause between two looks at the clock, in milliseconds. */
const TICK_MS = 1000

/** The controls that lead into the past. The bars change several times a second; these do not with them. */
const TravelBar = memo(function TravelBar({ from, to }: { readonly from: number; readonly to: number }) {
  const { picture } = useApp()
  const file = usePicture((state) => state.played !== null)
  const stored = usePicture((state) => state.played?.stored !== undefined)
  const wanted = usePicture((state) => state.wanted)
  const playing = usePicture((state) => state.playing)
  const speed = usePicture((state) => state.speed)
  const step = useStep()
  const text = strings.past
  return (
    <fieldset className="ps-travel" aria-label={text.label}>
      <MomentSlider from={from} to={to} />
      <Act label={text.earlier} onClick={() => step(-1)}>
        <IconPlayerSkipBack size={15} />
      </Act>
      <Act
        label={playing ? text.pause : text.play}
        disabled={wanted === null}
        onClick={() => (playing ? picture.pause() : picture.play())}
      >
        {playing ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
      </Act>
      <Act label={text.later} disabled={wanted === null} onClick={() => step(1)}>
        <IconPlayerSkipForward size={15} />
      </Act>
      <TimeField />
      {wanted === null || stored ? null : (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconArrowBackUp size={13} aria-hidden />}
          onClick={() => picture.leave()}
        >
          {file ? text.close : text.back}
        </Button>
      )}
      <Select
        size="xs"
        w={72}
        className="ps-travel-speed"
        aria-label={text.speed}
        data={SPEEDS.map((one) => ({ value: String(one), label: text.times(one) }))}
        value={String(speed)}
        allowDeselect={false}
        onChange={(value) => picture.setSpeed(Number(value ?? speed))}
      />
      {file && !stored ? null : <RangeControl />}
    </fieldset>
  )
})

/** Share of the slider in which its words stand to the right of the thumb. */
const EDGE = 0.15

/**
 * The moment that is shown, as long as the bars above it: a moment is at the same place in both. The last bar reaches into the future;
 * from there a step back would lead to a time that is still to come, and so nowhere, so that the thumb goes no further than now.
 */
function MomentSlider({ from, to }: { readonly from: number; readonly to: number }) {
  const { picture, range } = useApp()
  const wanted = usePicture((state) => state.wanted)
  const last = usePicture((state) => state.played?.moment.to ?? null)
  const now = useNow(TICK_MS)
  const end = Math.max(Math.min(to, last ?? now), Math.floor(from) + 1)
  const text = strings.past
  const value = Math.min(Math.max(wanted ?? end, Math.floor(from)), end)
  const max = Math.max(to, end)
  const edge = (value - from) / (max - from) < EDGE ? 'start' : undefined
  const momentLabel = (at: number, shown: number | null): string => {
    if (shown === null) return text.now
    // The thumb stands at an end where the moment lies beyond it.
    return shown < Math.floor(from) || shown > end ? text.outside(formatExact(shown)) : formatExact(at)
  }
  return (
    <Slider
      className="ps-travel-slider"
      size="sm"
      thumbLabel={text.moment}
      min={Math.floor(from)}
      max={max}
      step={Math.max(1, Math.round((max - from) / 1000))}
      value={value}
      data-edge={edge}
      label={(at) => momentLabel(at, wanted)}
      onChange={(at) => holdRange(range, () => picture.goTo(Math.min(at, end)))}
    />
  )
}

/** Goes to the time of the next listed event before or after the moment that is shown. */
function useStep(): (direction: 1 | -1) => void {
  const { picture, client, events } = useApp()
  const step = useMemo(
    () => createStepper({ picture, client, events, now: hostNow, failed: tellFailure }),
    [picture, client, events],
  )
  return (direction) => void step(direction)
}

function Act(props: {
  readonly label: string
  readonly disabled?: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}) {
  return (
    <Tooltip label={props.label} openDelay={400}>
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={props.label}
        disabled={props.disabled === true}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  )
}
