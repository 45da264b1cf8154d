import { useState } from 'react'
import { sentenceLater } from '../../../shared/why-words.ts'
import type { NetworkWhy } from '../../../shared/why.ts'
import { useNow } from '../ui/time.tsx'

/** How often an age is looked at, milliseconds. */
const STEP_MS = 1000

interface WhySentenceProps {
  readonly why: Pick<NetworkWhy, 'sentence' | 'at' | 'since'>
  /** Whether it is of now: that of a past moment stands still. */
  readonly live: boolean
  /** How the sentence is shown. */
  readonly words: (sentence: string) => string
}

/** The sentence of an answer: an age in it counts on from when it came, by the clock of this machine alone. */
export function WhySentence({ why, live, words }: WhySentenceProps) {
  const now = useNow(STEP_MS)
  const [came, setCame] = useState({ why, now })
  if (came.why !== why) setCame({ why, now })
  const ms = came.why === why ? Math.max(0, now - came.now) : 0
  return <>{words(live ? sentenceLater(why, ms) : why.sentence)}</>
}
