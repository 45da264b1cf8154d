import { useEffect, useMemo, useState } from 'react'
import type { HealthSeries } from '../../../shared/health.ts'
import { useApp, useLink, usePicture, useRange, useUi } from '../stores/app-context.tsx'
import { playedRange } from '../stores/range-store.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { countedFilter } from './counted-filter.ts'
import { isOpen, pauseAfter, spanOf } from './span.ts'
import { hostNow } from '../ui/host-time.ts'

/** Points of a chart at most. */
const MOST = 150
/** Pause after a question that got no answer, milliseconds. */
const RETRY_MS = 5000

/** Figures, and the filter whose peers they count; empty for all. */
interface Counted {
  readonly series: HealthSeries
  readonly by: string
}

/** The figures of the range, asked for again as time goes on; the last ones stay until others are there. */
export function useSeries(): { readonly counted: Counted | null; readonly failed: Failure | null } {
  const { client } = useApp()
  const chosen = useRange((state) => state.range)
  const played = usePicture((state) => state.played)
  const range = useMemo(() => (played === null ? chosen : playedRange(chosen, played)), [chosen, played])
  const linked = useLink(({ state }) => state === 'live')
  const by = useUi((state) => countedFilter(state.filter))
  const [counted, setCounted] = useState<Counted | null>(null)
  const [failed, setFailed] = useState<Failure | null>(null)
  useEffect(() => {
    if (!linked) return undefined
    const stop = new AbortController()
    const options = { signal: stop.signal }
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      let pause: number | null = RETRY_MS
      try {
        const oldest = range === 'all' ? (await client.history.span(undefined, options)).from : null
        const now = hostNow()
        const span = spanOf(range, now, oldest, MOST)
        const series = await client.health.series({ ...span, filter: by }, options)
        if (stop.signal.aborted) return
        setCounted({ series, by })
        setFailed(null)
        pause = played === null && isOpen(span, now) ? pauseAfter(span, series) : null
      } catch (thrown) {
        if (stop.signal.aborted) return
        setFailed(describeFailure(thrown))
      }
      if (pause !== null) timer = setTimeout(() => void again(), pause)
    }
    // A hidden window asks for nothing until it is shown.
    const again = async (): Promise<void> => {
      if (!document.hidden) return await ask()
      document.addEventListener('visibilitychange', () => void ask(), { once: true, signal: stop.signal })
    }
    void again()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [client, range, linked, played, by])
  return { counted, failed }
}
