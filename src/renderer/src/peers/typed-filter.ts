/** The filter while it is typed: it acts once it is whole or typing pauses, and what acted before stays until then. */
import { useEffect, useEffectEvent, useLayoutEffect, useState } from 'react'
import { useApp, useUi } from '../stores/app-context.tsx'
import { isWhole } from './half-written.ts'
import { useRested } from './rested.ts'

/** What is in the field. */
export interface TypedFilter {
  readonly text: string
  /** It does not act yet. */
  readonly waits: boolean
  /** Typing paused. */
  readonly rested: boolean
  /** Takes what was typed. */
  readonly type: (text: string, caret: number) => void
  /** Lets a text act, whole or not. */
  readonly act: (text: string) => void
  /** Back to the filter that acts. */
  readonly drop: () => void
}

/** The text of the filter's field. `useActing` lets it act when typing pauses. */
export function useTypedFilter(): TypedFilter {
  const { ui } = useApp()
  const filter = useUi((state) => state.filter)
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: string } | null>(null)
  // It was set from elsewhere meanwhile: that is the newer wish.
  const stale = typed !== null && typed.over !== filter
  if (stale) setTyped(null)
  const text = typed === null || stale ? filter : typed.text
  const act = (now: string): void => {
    setTyped(null)
    ui.setState({ filter: now })
  }
  return {
    text,
    waits: text !== filter,
    rested: useRested(text),
    type: (now, caret) => (isWhole(now, caret) ? act(now) : setTyped({ text: now, over: filter })),
    act,
    drop: () => setTyped(null),
  }
}

/** Tells the view of the field whether what is in it waits: what is said of the filter that acts would stand beside another text. */
export function useTellsWaiting(waits: boolean): void {
  const { ui } = useApp()
  useLayoutEffect(() => {
    if (!waits) return
    ui.setState({ filterWaits: true })
    return () => ui.setState({ filterWaits: false })
  }, [ui, waits])
}

/** Lets it act when typing pauses; not while it is `held`. */
export function useActing({ text, waits, rested, act }: TypedFilter, held: boolean): void {
  const due = waits && rested && !held
  const now = useEffectEvent(() => act(text))
  useEffect(() => {
    if (due) now()
  }, [due])
}
