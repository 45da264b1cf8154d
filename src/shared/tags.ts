/** Tags with a key and a value, as most networks write them: `role:seed`, `role=seed`. */
import { uniqueIdFrom } from './ids.ts'

/** What a tag without a value has. */
export const TAG_PRESENT = 'yes'

/** Splits a tag at its first `:` or `=`. A tag without one, or that begins with it, is a key that is there. */
export function splitTag(tag: string): { readonly key: string; readonly value: string } {
  const at = tag.search(/[:=]/)
  return at < 1 ? { key: tag, value: TAG_PRESENT } : { key: tag.slice(0, at), value: tag.slice(at + 1) }
}

/** Tells others why a peer joined and left at once: `peerscope crawl` states it. It has no colon: peers are counted by the keys of tags. */
export const CRAWL_TAG = 'peerscope-crawl'

/** The same where tags travel as hashes, as in mosaik networks. */
const CRAWL_ID: string = uniqueIdFrom(CRAWL_TAG)

/** Whether a peer says that it only crawls the network: the same peers as the filter `tag:peerscope-crawl` takes, which sentences write. */
export function isCrawl({ tags }: { readonly tags: readonly string[] }): boolean {
  return tags.some((tag) => tag === CRAWL_ID || tag.toLowerCase() === CRAWL_TAG)
}
