import { ActionIcon, Button, SegmentedControl, Select, Slider, Tooltip } from '@mantine/core'
import {
  IconArrowBackUp,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { tellFailure } from '../controls/verbs.ts'
import { useApp, useEvents, usePicture } from '../stores/app-context.tsx'
import { SPEEDS } from '../stores/picture-store.ts'
import { formatClock, formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { Histogram } from './histogram.tsx'
import { RANGES, useBins } from './use-bins.ts'
import type { Range } from './use-bins.ts'

/** The histogram, and the controls that lead into the past. */
export function TimeAxis({ compact }: { readonly compact: boolean }) {
  const [range, setRange] = useState<Range>('recent')
  const [bars, setBars] = useState(60)
  const { bins, failed } = useBins(range, bars)
  const end = bins.from + bins.width * bars
  return (
    <>
      <Histogram bins={bins} bars={bars} onBars={setBars} />
      {failed ? <div className="ps-axis-note">{strings.past.countsFailed}</div> : null}
      <TravelBar from={bins.from} to={end} compact={compact} range={range} onRange={setRange} />
    </>
  )
}

interface TravelProps {
  readonly from: number
  readonly to: number
  readonly compact: boolean
  readonly range: Range
  readonly onRange: (range: Range) => void
}

function TravelBar({ from, to, compact, range, onRange }: TravelProps) {
  const { picture } = useApp()
  const file = usePicture((state) => state.played !== null)
  const wanted = usePicture((state) => state.wanted)
  const playing = usePicture((state) => state.playing)
  const speed = usePicture((state) => state.speed)
  const step = useStep()
  const text = strings.past
  return (
    <fieldset className="ps-travel" aria-label={text.label}>
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
      <Slider
        className="ps-travel-slider"
        size="sm"
        thumbLabel={text.moment}
        min={Math.floor(from)}
        max={Math.ceil(to)}
        step={Math.max(1, Math.round((to - from) / 1000))}
        value={Math.min(Math.max(wanted ?? to, from), to)}
        label={(at) => (wanted === null ? text.now : formatExact(at))}
        onChange={(at) => picture.goTo(at)}
      />
      <span className="ps-travel-when" title={wanted === null ? undefined : formatExact(wanted)}>
        {wanted === null ? text.now : formatClock(wanted)}
      </span>
      {wanted === null ? null : (
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
        aria-label={text.speed}
        data={SPEEDS.map((one) => ({ value: String(one), label: text.times(one) }))}
        value={String(speed)}
        allowDeselect={false}
        onChange={(value) => picture.setSpeed(Number(value ?? speed))}
      />
      {compact || file ? null : (
        <SegmentedControl
          size="xs"
          aria-label={text.range}
          data={RANGES.map((one) => ({ value: one, label: text.ranges[one] }))}
          value={range}
          onChange={(value) => onRange(RANGES.find((one) => one === value) ?? 'recent')}
        />
      )}
    </fieldset>
  )
}

/** Goes to the time of the next event before or after the moment that is shown. */
function useStep(): (direction: 1 | -1) => void {
  const { picture, client } = useApp()
  const recent = useEvents((state) => state.recent)
  const earlier = async (at: number): Promise<void> => {
    try {
      const [found] = (await client.events.page({ to: at - 1, limit: 1 })).events
      if (found !== undefined) picture.goTo(found.at)
    } catch (thrown) {
      tellFailure(thrown)
    }
  }
  return (direction) => {
    const at = picture.getState().wanted ?? Date.now()
    picture.pause()
    if (direction === 1) {
      const next = recent.findLast((event) => event.at > at)
      if (next !== undefined) return picture.goTo(next.at)
      const { played } = picture.getState()
      return played === null ? picture.leave() : picture.goTo(played.moment.to)
    }
    const before = recent.find((event) => event.at < at)
    if (before !== undefined) return picture.goTo(before.at)
    void earlier(at)
    return undefined
  }
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
