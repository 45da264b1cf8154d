import { useCallback, useEffect, useRef } from 'react'

/**
 * Asks again and again while `on` and while the window is not hidden: now, after each pause, when the window is shown again,
 * and when `stamp` changes. `ask` is the same as long as the question is, and takes care that one runs at a time.
 */
export function useAsking(on: boolean, pauseMs: number, ask: () => Promise<void>, stamp: unknown = null): void {
  useEffect(() => {
    if (!on) return undefined
    const again = (): void => {
      if (!document.hidden) void ask()
    }
    again()
    const timer = setInterval(again, pauseMs)
    document.addEventListener('visibilitychange', again)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', again)
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a change of the stamp asks again
  }, [on, pauseMs, ask, stamp])
}

/**
 * For questions of which only the newest counts. Call it before asking; what it gives tells afterwards whether that answer still
 * counts: not once there is a newer question, or the component is gone.
 */
export function useNewest(): () => () => boolean {
  const asked = useRef(0)
  useEffect(
    () => () => {
      asked.current += 1
    },
    [],
  )
  return useCallback(() => {
    const mine = ++asked.current
    return () => mine === asked.current
  }, [])
}
