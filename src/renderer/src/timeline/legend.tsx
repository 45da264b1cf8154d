import { LANES } from '../../../shared/lanes.ts'
import type { Lane } from '../../../shared/lanes.ts'
import { useApp, useEvents } from '../stores/app-context.tsx'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { totalsOf } from './bins.ts'
import type { Bins } from './bins.ts'
import { LaneIcon, LaneSwatch } from './lane-marks.tsx'

/** Lanes that are listed where they hold something. */
const RARE: ReadonlySet<Lane> = new Set(['lost', 'restarted'])

/** What the colours mean, with counts; each lane is a button that shows only what is chosen. */
export function Legend({ bins }: { readonly bins: Bins }) {
  const { events } = useApp()
  const filter = useEvents((state) => state.filter)
  const totals = totalsOf(bins)
  const text = strings.timeline
  const again = formatCount(totals.again)
  const toggle = (lane: Lane): void => {
    const chosen = filter.lanes.includes(lane)
    const lanes = chosen ? filter.lanes.filter((one) => one !== lane) : [...filter.lanes, lane]
    events.setFilter({ ...filter, lanes })
  }
  // Hardly ever is anybody lost with us, or restarted: then the others have the room.
  const isOffered = (lane: Lane): boolean =>
    lane !== 'again' && (!RARE.has(lane) || totals[lane] > 0 || filter.lanes.includes(lane))
  return (
    <fieldset className="ps-lanes" aria-label={text.legend}>
      {LANES.filter(isOffered).map((lane) => (
        <button
          key={lane}
          type="button"
          data-lane={lane}
          aria-pressed={filter.lanes.includes(lane)}
          title={text.laneHint(text.laneHelp[lane])}
          onClick={() => toggle(lane)}
        >
          <LaneIcon lane={lane} />
          <LaneSwatch lane={lane} />
          {`${text.lanes[lane]} `}
          <b>{formatCount(totals[lane])}</b>
        </button>
      ))}
      <button
        type="button"
        data-lane="again"
        aria-pressed={filter.again}
        title={text.againHint}
        onClick={() => events.setFilter({ ...filter, again: !filter.again })}
      >
        <LaneIcon lane="again" />
        {filter.again ? text.againShown(again) : text.againHidden(again)}
      </button>
      {bins.exact ? null : (
        <span className="ps-number" title={text.estimatedHint}>
          {text.estimated}
        </span>
      )}
    </fieldset>
  )
}
