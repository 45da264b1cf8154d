import { useState } from 'react'
import { textLater } from '../../../shared/why-words.ts'
import type { NetworkWhy } from '../../../shared/why.ts'
import { useNow } from '../ui/time.tsx'

/** How often an age is looked at, milliseconds. */
const STEP_MS = 1000

/**
 * Gives a text of an answer as it is by now: ages in it count on from when the answer came, by the clock of this machine alone.
 * @param live whether it is of now: that of a past moment stands still
 */
export function useAging(
  answer: Pick<NetworkWhy, 'at'>,
  live: boolean,
): (text: string, sinces: readonly (number | null)[]) => string {
  const now = useNow(STEP_MS)
  const [came, setCame] = useState({ answer, now })
  if (came.answer !== answer) setCame({ answer, now })
  const ms = came.answer === answer ? Math.max(0, now - came.now) : 0
  return (text, sinces) => (live ? textLater(text, answer.at, sinces, ms) : text)
}
