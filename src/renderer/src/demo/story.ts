/** What is shown of the demo's story: its words, and what they are told from. */
import { DEMO_CHAPTERS, DEMO_SLOW_MS } from '../../../shared/demo-story.ts'
import type { DemoStory } from '../../../shared/demo-story.ts'
import type { Evidence } from '../../../shared/health.ts'
import { evidence } from '../../../shared/health-words.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { formatClockShort } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** What the button of a moment opens: evidence, or the page that shows how the network is. */
export type LookAt = Evidence | 'health'

/** A moment of the story in words. */
export interface StoryWords {
  /** "2 of 5 · A crash and a goodbye". */
  readonly title: string
  readonly sentence: string
  /** What the button says. */
  readonly look: string
  readonly lookAt: LookAt
  /** The chapters that the buttons lead to; null where there is none. */
  readonly before: number | null
  readonly next: number | null
}

/** In words. @param nameOf how a peer is called */
export function storyWords(story: DemoStory, nameOf: (peerId: PeerId) => string): StoryWords {
  const { chapter, beat, peers } = story
  const text = strings.demo
  const [who = '', other = ''] = peers.map(nameOf)
  const over = beat === 'end'
  return {
    title: over ? text.over : text.chapter(chapter, DEMO_CHAPTERS, text.chapters[chapter - 1] ?? ''),
    sentence: sentenceOf(story, who, other),
    look: text.lookAt(text.look[beat](who)),
    lookAt: lookAt(beat, peers[0] ?? null),
    before: over ? chapter : chapter > 1 ? chapter - 1 : null,
    next: over || chapter === DEMO_CHAPTERS ? null : chapter + 1,
  }
}

function sentenceOf({ beat, missing, missedAt }: DemoStory, who: string, other: string): string {
  const text = strings.demo
  const now = beat === 'unseen' ? notShown(missing, who, other) : text.sentence[beat](who, other)
  if (missedAt === null) return now
  // What is told in the middle of a chapter is so now.
  const then = beat === 'unseen' ? now : text.missed[beat]?.(who, other)
  return then === undefined ? now : text.whileAway(formatClockShort(missedAt), then)
}

function notShown(missing: DemoStory['missing'], who: string, other: string): string {
  const text = strings.demo
  return missing === null ? text.nothingShown : text.notShown[missing](who, other)
}

function lookAt(beat: DemoStory['beat'], peerId: PeerId | null): LookAt {
  switch (beat) {
    case 'begins':
    case 'calm':
      return evidence('network')
    case 'joined':
    case 'crashed':
      return evidence('peers', { peerId })
    case 'goodbye':
    case 'silent':
      return evidence('timeline', { kinds: ['PeerDeparted'] })
    case 'slow':
    case 'slower':
      return evidence('peers', { filter: `state:here rtt>${DEMO_SLOW_MS}ms`, peerId })
    case 'old':
      return evidence('peers', { filter: 'tag:client:1.3.* OR (-tag:region:* -state:ourselves)', peerId })
    case 'whole':
      return evidence('timeline', { kinds: ['Islands'] })
    case 'split':
    case 'parted':
    case 'healed':
    case 'unseen':
    case 'end':
      return 'health'
  }
}
