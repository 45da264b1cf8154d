import { Select } from '@mantine/core'
import { useCallback, useState } from 'react'
import type { Breakdown, BreakdownBy, Slice } from '../../../shared/health.ts'
import { useApp, useLink, usePicture, useUi } from '../stores/app-context.tsx'
import { shownMoment } from '../stores/picture-store.ts'
import { formatCount } from '../ui/format.ts'
import { remember } from '../ui/storage.ts'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'
import { countedFilter } from './counted-filter.ts'
import { isBy, LONGEST_KEY, unchosenBy } from './unchosen-by.ts'
import { hasTerm, toggled } from './toggle-term.ts'
import { useAsking, useNewest } from './use-asking.ts'
import { useCounted } from './use-counted.ts'

/** Slices that are shown before the user asks for more. */
const SHOWN = 8
/** How often it is counted, milliseconds. */
const EVERY_MS = 5000

/** Who is here, by a tag key, the version or the path they were found by. A click on a value filters everything. */
export function BreakdownCard() {
  const text = strings.health.breakdown
  const { ui } = useApp()
  const chosen = useUi((state) => state.countBy)
  const { breakdown, failed } = useBreakdown(chosen)
  const past = usePicture(({ picture }) => shownMoment(picture) !== null)
  const filtered = useUi(({ filter }) => countedFilter(filter) !== '')
  const choose = (value: string | null): void => {
    if (!isBy(value)) return
    remember('breakdown-by', value)
    ui.setState({ countBy: value })
  }
  return (
    <Panel
      title={text.title}
      end={breakdown === null ? undefined : <span>{text.peers(formatCount(breakdown.peers))}</span>}
    >
      <Select
        size="xs"
        aria-label={text.by}
        data={choices(breakdown, chosen)}
        value={breakdown?.by ?? chosen ?? 'protocol'}
        allowDeselect={false}
        onChange={choose}
        comboboxProps={{ withinPortal: true }}
        mb={8}
      />
      {failed ? <p className="ps-health-none">{text.failed}</p> : null}
      {breakdown === null ? null : <Slices breakdown={breakdown} none={past ? text.nonePast : text.none} />}
      {past ? <p className="ps-health-note">{text.past}</p> : null}
      {filtered ? <p className="ps-health-note">{past ? text.ofAllPast : text.ofAll}</p> : null}
    </Panel>
  )
}

function Slices({ breakdown, none }: { readonly breakdown: Breakdown; readonly none: string }) {
  const { ui } = useApp()
  const filter = useUi((state) => state.filter)
  const [all, setAll] = useState(false)
  const text = strings.health.breakdown
  const { by, peers, without, moreValues } = breakdown
  const key = by.startsWith('tag:') ? by.slice('tag:'.length) : null
  const slices = [...breakdown.slices, ...(without === null ? [] : [without])]
  const most = Math.max(1, ...slices.map(({ count }) => count))
  const terms = slices.flatMap((slice) => slice.filter ?? [])
  const shown = all ? slices : slices.slice(0, SHOWN)
  const hidden = (all ? 0 : slices.length - shown.length) + moreValues
  const nameOf = (slice: Slice): string =>
    slice !== without ? slice.value || text.empty : key === null ? text.without : text.withoutTag(key)
  if (peers === 0) return <p className="ps-health-none">{none}</p>
  return (
    <>
      <ul className="ps-slices">
        {shown.map((slice) => {
          const next = toggled(filter, slice.filter, terms)
          return (
            <li key={slice === without ? 'without' : `= ${slice.value}`}>
              <button
                type="button"
                className="ps-slice"
                aria-pressed={slice.filter !== null && hasTerm(filter, slice.filter)}
                title={next === null ? text.tooLong : text.hint}
                data-slice={slice.value}
                disabled={next === null}
                onClick={() => ui.setState({ filter: next ?? filter })}
              >
                <span className="ps-slice-bar" style={{ width: `${(slice.count / most) * 100}%` }} aria-hidden />
                <span className="ps-clip" data-none={slice === without ? '' : undefined}>
                  {nameOf(slice)}
                </span>
                <span className="ps-slice-count">{formatCount(slice.count)}</span>
              </button>
            </li>
          )
        })}
      </ul>
      {hidden > 0 ? (
        <button
          type="button"
          className="ps-link ps-action"
          disabled={all || slices.length <= SHOWN}
          onClick={() => setAll(true)}
        >
          {text.more(formatCount(hidden))}
        </button>
      ) : null}
    </>
  )
}

/** Counted now, or at the moment that is looked at. */
function useBreakdown(chosen: BreakdownBy | null): { readonly breakdown: Breakdown | null; readonly failed: boolean } {
  const { client, health } = useApp()
  const at = usePicture(({ picture }) => shownMoment(picture)?.at ?? null)
  const linked = useLink(({ state }) => state === 'live')
  const [breakdown, setBreakdown] = useState<Breakdown | null>(null)
  const [failed, setFailed] = useState(false)
  const begin = useNewest()
  const ask = useCallback(async (): Promise<void> => {
    const counts = begin()
    const when = at === null ? {} : { at: Math.floor(at) }
    try {
      const { countedBy } = health.getState()
      let answer = await client.health.breakdown({ by: chosen ?? countedBy ?? 'protocol', ...when })
      const by = chosen ?? unchosenBy(countedBy, answer)
      if (by !== answer.by) answer = await client.health.breakdown({ by, ...when })
      if (!counts()) return
      if (chosen === null) health.setState({ countedBy: by })
      setBreakdown(answer)
      setFailed(false)
    } catch {
      if (counts()) setFailed(true)
    }
  }, [client, health, chosen, at, begin])
  const counted = useCounted()
  useAsking(linked, EVERY_MS, ask, at === null ? counted : null)
  return { breakdown, failed }
}

function choices(breakdown: Breakdown | null, chosen: BreakdownBy | null) {
  const text = strings.health.breakdown
  const keys = breakdown?.keys.flatMap(({ key }) => (key.length <= LONGEST_KEY ? [key] : [])) ?? []
  const by = breakdown?.by ?? chosen
  const own = by?.startsWith('tag:') === true ? by.slice('tag:'.length) : null
  const tags = own === null || keys.includes(own) ? keys : [own, ...keys]
  return [
    ...(tags.length === 0
      ? []
      : [
          {
            group: text.tags,
            items: tags.map((key) => ({ value: `tag:${key}`, label: text.tag(key) })),
          },
        ]),
    {
      group: text.attributes,
      items: [
        { value: 'protocol', label: text.protocol },
        { value: 'source', label: text.source },
      ],
    },
  ]
}
