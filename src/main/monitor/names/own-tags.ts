/** Tags of our own entry, by the words that the user writes. */
import type { OpenNode } from '../open-node.ts'
import type { NameBook } from './name-book.ts'
import { learn } from './name-book.ts'

/** Where tags are hashes, the words name them from then on. @throws LimitExceeded, InvalidArgument, Cancelled */
export async function addOwnTags(node: OpenNode, book: NameBook, words: readonly string[]): Promise<boolean> {
  const { discovery, dialect } = node
  const tags = words.map((word) => dialect.tagOf(word))
  if (!dialect.abilities.tagNames) learn(book, words)
  return await discovery.addTags(...tags)
}

/** Words and ids alike. @throws LimitExceeded, InvalidArgument, Cancelled */
export async function removeOwnTags(
  { discovery, dialect }: Pick<OpenNode, 'discovery' | 'dialect'>,
  words: readonly string[],
): Promise<boolean> {
  return await discovery.removeTags(...words.map((word) => dialect.tagOf(word)))
}
