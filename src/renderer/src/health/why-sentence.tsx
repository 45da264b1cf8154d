import { sincesOf } from '../../../shared/why-words.ts'
import type { NetworkWhy } from '../../../shared/why.ts'
import { useAging } from './use-aging.ts'

interface WhySentenceProps {
  readonly why: Pick<NetworkWhy, 'sentence' | 'at' | 'since' | 'causes'>
  /** Whether it is of now. */
  readonly live: boolean
  /** How the sentence is shown. */
  readonly words: (sentence: string) => string
}

/** The sentence of an answer; ages in it count on. */
export function WhySentence({ why, live, words }: WhySentenceProps) {
  const aging = useAging(why, live)
  return <>{words(aging(why.sentence, sincesOf(why)))}</>
}
