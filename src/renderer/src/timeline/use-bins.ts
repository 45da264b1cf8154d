import { useEffect, useMemo, useState } from 'react'
import type { EventCounts } from '../../../shared/contract.ts'
import { EVENT_KINDS } from '../../../shared/events.ts'
import { useApp, useEvents, usePicture } from '../stores/app-context.tsx'
import { describeFailure } from '../ui/errors.ts'
import { binEvents } from './bins.ts'
import type { Bins } from './bins.ts'
import { EVENT_GROUPS, groupOf } from './describe.ts'

/** Spans that the histogram can show. */
export const RANGES = ['recent', 'hour', 'day', 'all'] as const
/** One of the spans. */
export type Range = (typeof RANGES)[number]

const LENGTHS: Readonly<Record<Range, number | null>> = { recent: null, hour: 3_600_000, day: 86_400_000, all: null }
/** Pause between two countings of stored events, in milliseconds. */
const COUNT_MS = 5000
/** Pause between two looks at the clock, in milliseconds. */
const TICK_MS = 2000

/** The bars of the histogram: of the newest events at once, of longer spans as the store counts them. */
export function useBins(range: Range, bars: number): { readonly bins: Bins; readonly failed: boolean } {
  const { client } = useApp()
  const recent = useEvents((state) => state.recent)
  const file = usePicture((state) => state.played?.moment ?? null)
  const span: Range = file === null ? range : 'all'
  const now = useNow()
  const newest = useMemo(() => binEvents(recent, now, bars), [recent, now, bars])
  const [counted, setCounted] = useState<{ readonly range: Range; readonly bins: Bins } | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    if (span === 'recent') return undefined
    let ended = false
    let timer: ReturnType<typeof setTimeout> | null = null
    const count = async (): Promise<void> => {
      try {
        const to = file?.to ?? Date.now()
        const length = LENGTHS[span]
        const from = length === null ? ((await client.history.span()).from ?? to - 60_000) : to - length
        const counts = await client.history.counts({ from: Math.floor(from), to, bins: bars })
        if (!ended) setCounted({ range: span, bins: binsOf(counts, from, (to - from) / bars) })
        if (!ended) setFailed(false)
      } catch (thrown) {
        describeFailure(thrown)
        if (!ended) setFailed(true)
      }
      if (!ended) timer = setTimeout(() => void count(), COUNT_MS)
    }
    void count()
    return () => {
      ended = true
      if (timer !== null) clearTimeout(timer)
    }
  }, [client, span, bars, file])
  const bins = span !== 'recent' && counted?.range === span ? counted.bins : newest
  return { bins, failed: failed && span !== 'recent' }
}

/** Counts by kind as the histogram draws them: by group. */
export function binsOf(counts: EventCounts, from: number, width: number): Bins {
  const grouped = new Uint32Array(counts.length * EVENT_GROUPS.length)
  let highest = 0
  counts.forEach((bin, index) => {
    let total = 0
    for (const kind of EVENT_KINDS) {
      const count = bin[kind] ?? 0
      const place = index * EVENT_GROUPS.length + EVENT_GROUPS.indexOf(groupOf(kind))
      grouped[place] = (grouped[place] ?? 0) + count
      total += count
    }
    highest = Math.max(highest, total)
  })
  return { from, width, counts: grouped, highest }
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now())
    }, TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}
