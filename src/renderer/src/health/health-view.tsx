import { Button, Loader, Title } from '@mantine/core'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { networkOf } from '../../../shared/network-of.ts'
import { Alone } from '../shell/alone.tsx'
import { useNothingShown } from '../shell/nothing-shown.tsx'
import { useApp, useEvents, useHealth, useLink, usePeers, usePicture, useUi } from '../stores/app-context.tsx'
import { ALL_EVENTS } from '../stores/event-store.ts'
import type { PlayedFile } from '../stores/picture-store.ts'
import { shownMoment } from '../stores/picture-store.ts'
import { compileFilter } from '../peers/filter.ts'
import { FilterInput } from '../peers/filter-input.tsx'
import { FilterBelow } from '../peers/filter-note.tsx'
import { RangeControl } from '../timeline/range-control.tsx'
import { formatClock, formatExact } from '../ui/format.ts'
import { FailureText } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { withMoment, withNow } from './at-moment.ts'
import { BreakdownCard } from './breakdown-card.tsx'
import { ChartCards, FigureTable } from './chart-cards.tsx'
import { isOfEvents } from './counted-filter.ts'
import { IslandsCard } from './islands-card.tsx'
import { NetworkWhyCard } from './network-why.tsx'
import { useSeries } from './use-series.ts'

/** How the network is and was: charts over the chosen range, who is here, and what holds it together. */
export default function HealthView({ stale }: { readonly stale: boolean }) {
  const snapshot = usePicture(({ picture }) => picture?.kind === 'file' && picture.at === null)
  const { ui } = useApp()
  // An answer about one network says nothing of another.
  const network = usePeers(({ status }) => networkOf(status))
  if (snapshot) {
    const text = strings.health.snapshot
    return (
      <Page head={null}>
        <div className="ps-empty">
          <strong>{text.title}</strong>
          <span>{text.help}</span>
          <Button size="xs" variant="default" onClick={() => ui.setState({ view: 'peers' })}>
            {strings.health.showPeers}
          </Button>
        </div>
      </Page>
    )
  }
  return <Joined key={network} stale={stale} />
}

function Joined({ stale }: { readonly stale: boolean }) {
  const { counted, failed } = useSeries()
  const stored = counted?.series ?? null
  const filtered = counted !== null && counted.by !== ''
  const ignored = useUi(({ filter }) => isOfEvents(filter))
  const then = usePicture(({ picture }) => shownMoment(picture))
  const islands = usePicture((state) => state.islands)
  const live = usePicture((state) => state.picture === null)
  // What only some are counted of is not what the sentence says.
  const told = useHealth((state) => (live && !filtered ? state.now : null))
  const series = useMemo(() => {
    if (stored === null) return null
    if (then !== null) return withMoment(stored, then, islands)
    return told === null ? stored : withNow(stored, told)
  }, [stored, then, islands, told])
  const openSpan = useOpenSpan()
  const silent = useLink((link) => link.silentSince !== null)
  const now = usePicture((state) => state.wanted === null)
  const status = usePeers((state) => state.status)
  const text = strings.health
  const nothing = useNothingShown()
  const alone = usePicture(({ played }) => isFile(played) && played?.moment.from === played?.moment.to)
  const young = series !== null && series.here.filter((value) => value !== null).length < 3
  return (
    <Page head={<Tools onOpenSpan={openSpan} />}>
      <NetworkWhyCard />
      {now && status.state === 'alone' && status.peers === 0 ? <Alone status={status} /> : null}
      <div className="ps-health-grid">
        <div className="ps-health-charts" data-stale={stale ? '' : undefined}>
          {failed === null ? null : (
            <div className="ps-panel">
              <p className="ps-health-none">{text.seriesFailed}</p>
              <FailureText failure={failed} />
            </div>
          )}
          {series === null && failed === null ? (
            <p className="ps-health-none">
              {silent ? null : <Loader size={12} aria-hidden />} {silent ? text.loadingSilent : text.loading}
            </p>
          ) : null}
          {nothing}
          {young && now ? <p className="ps-health-note">{text.justJoined}</p> : null}
          {alone ? <p className="ps-health-note">{text.momentAlone}</p> : null}
          {series === null || alone ? null : (
            <>
              {filtered || ignored ? (
                <p className="ps-health-note">{filtered ? text.filtered : text.unfiltered}</p>
              ) : null}
              <ChartCards series={series} filtered={filtered} onOpenSpan={openSpan} />
              <FigureTable series={series} />
            </>
          )}
        </div>
        <div className="ps-health-side">
          <BreakdownCard />
          <IslandsCard />
        </div>
      </div>
    </Page>
  )
}

function Page({ head, children }: { readonly head: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="ps-view ps-health-page" data-testid="health">
      <div className="ps-health-inner">
        <header className="ps-health-head">
          <Title order={1} fz={20}>
            {strings.health.title}
          </Title>
          {head}
        </header>
        <Note />
        {children}
      </div>
    </div>
  )
}

const NOTE = 'health-filter-note'

/** What is to be said of the filter. */
function Note() {
  const { notes } = useApp()
  const filter = useUi((state) => state.filter)
  return <FilterBelow id={NOTE} problem={compileFilter(filter, notes.fields).problem} told />
}

/** The range, what is filtered, and the span that is selected. */
function Tools({ onOpenSpan }: { readonly onOpenSpan: () => void }) {
  const { range: store, events, notes } = useApp()
  const filter = useUi((state) => state.filter)
  const now = usePicture((state) => state.wanted === null)
  // Of a file all is shown that is in it.
  const file = usePicture(({ played }) => isFile(played))
  const from = useEvents((state) => state.filter.from)
  const to = useEvents((state) => state.filter.to)
  const text = strings.health
  return (
    <>
      {file ? null : <RangeControl />}
      <FilterInput
        style={{ flex: '0 1 300px' }}
        label={strings.peers.filter}
        help={strings.peers.filterHelp}
        problem={compileFilter(filter, notes.fields).problem}
        told
        noteId={NOTE}
      />
      {now && from !== null && to !== null ? (
        <fieldset
          className="ps-health-span"
          aria-label={text.spanLabel}
          title={text.span(formatExact(from), formatExact(to))}
        >
          <span>{text.span(formatClock(from).slice(0, 8), formatClock(to).slice(0, 8))}</span>
          <Button size="compact-xs" variant="light" onClick={onOpenSpan}>
            {text.spanList}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              store.setState({ range: { from, to } })
              events.setFilter({ ...events.getState().filter, from: null, to: null })
            }}
          >
            {text.spanZoom}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => events.setFilter({ ...events.getState().filter, from: null, to: null })}
          >
            {text.spanClear}
          </Button>
        </fieldset>
      ) : (
        <span className="ps-health-help">{text.chartHelp}</span>
      )}
    </>
  )
}

function isFile(played: PlayedFile | null): boolean {
  return played !== null && played.stored === undefined
}

/** Shows the events of the span that is selected. */
function useOpenSpan(): () => void {
  const { events, ui } = useApp()
  return () => {
    const { from, to, text } = events.getState().filter
    events.setFilter({ ...ALL_EVENTS, from, to, text })
    ui.setState({ view: 'timeline' })
  }
}
