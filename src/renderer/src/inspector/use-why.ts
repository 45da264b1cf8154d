import { useEffect, useRef, useState } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp, useLink, usePicture } from '../stores/app-context.tsx'
import { askedAt } from '../stores/picture-store.ts'
import { asked } from './ask-why.ts'
import type { Answer } from './ask-why.ts'

/** Pause after a change before it is asked, milliseconds: what explains it may be told a moment later. */
const SETTLE_MS = 300
/** How often it is asked again while something is wrong: ages and causes change, milliseconds. */
const EVERY_MS = 15_000

const NO_ANSWER: Answer = { why: null, failure: null }
const PENDING = { ...NO_ANSWER, pending: true }

/**
 * Why a peer is as it is: asked again when the stamp changes, and at times while something is wrong with it; of a past moment once.
 * @param stamp another one when the answer may be another
 */
export function useWhy(peerId: PeerId, stamp: string): Answer & { readonly pending: boolean } {
  const { client } = useApp()
  const live = useLink(({ state }) => state === 'live')
  // Null for now; undefined while nothing can be asked: a snapshot has no moment, and one that is played goes by.
  const at = usePicture(askedAt)
  const snapshot = usePicture(({ picture }) => picture !== null && picture.at === null)
  const [answer, setAnswer] = useState<(Answer & { readonly of: string }) | null>(null)
  const of = `${peerId} ${at}`
  const begun = useRef<string | null>(null)
  useEffect(() => {
    if (!live || at === undefined) return undefined
    // A change may be explained a moment later; what is only looked at now, at once.
    const wait = begun.current === of ? SETTLE_MS : 0
    begun.current = of
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      const found = await asked(client, peerId, at, stop.signal)
      if (stop.signal.aborted) return
      if (found.why !== null || at !== null) setAnswer({ ...found, of })
      // Without an answer nothing is kept for one.
      else setAnswer((before) => (before?.of === of ? before : { ...NO_ANSWER, of }))
      if (at === null && found.why?.matter !== 'ourselves') timer = setTimeout(() => void ask(), EVERY_MS)
    }
    timer = setTimeout(() => void ask(), wait)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a change of the stamp asks again
  }, [client, peerId, stamp, live, at, of])
  // A snapshot is never asked of; a moment that is on its way, or that time goes by, is as soon as it stays.
  if (at === undefined || !live) return { ...NO_ANSWER, pending: live && !snapshot }
  return answer?.of === of ? { ...answer, pending: false } : PENDING
}
