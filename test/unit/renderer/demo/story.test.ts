import { describe, expect, it } from 'vitest'
import { storyWords } from '../../../../src/renderer/src/demo/story.ts'
import { DEMO_BEATS, DEMO_SHOWN } from '../../../../src/shared/demo-story.ts'
import type { DemoBeat, DemoStory } from '../../../../src/shared/demo-story.ts'
import { PEER_FIELDS } from '../../../../src/shared/filter-peers.ts'
import { EVENT_FIELDS } from '../../../../src/shared/filter-events.ts'
import { parseFilter } from '../../../../src/shared/filter.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const names = ['calm otter', 'blue heron']
const words = (beat: DemoBeat, chapter = 1, more: Partial<DemoStory> = {}) =>
  storyWords(
    { chapter, beat, peers: [peerIdAt(0), peerIdAt(1)], missing: null, missedAt: null, ...more },
    (id) => names[id === peerIdAt(0) ? 0 : 1] ?? '',
  )

describe('the words of the demo’s story', () => {
  it('name chapter and peers, and say what to look at', () => {
    const { title, sentence, look, before, next } = words('goodbye', 2)
    expect(title).toBe('2 of 5 · A crash and a goodbye')
    expect(sentence).toBe('calm otter said goodbye and left at once, while blue heron still counts as here.')
    expect(look).toBe('Look at: who left, and how')
    expect([before, next]).toEqual([1, 3])
  })

  it('lead from each chapter to the next, and at the end back to the first', () => {
    expect([words('calm').before, words('calm').next]).toEqual([null, 2])
    expect([words('unseen', 5).before, words('unseen', 5).next]).toEqual([4, null])
    const { title, before, next } = words('end', 5)
    expect([title, before, next]).toEqual(['The story is over', 5, null])
  })

  it.each(DEMO_BEATS)('of “%s” are one short text, with evidence whose filter can be read', (beat) => {
    const { sentence, lookAt } = words(beat)
    expect(sentence.length).toBeLessThan(130)
    if (lookAt === 'health') return
    const parse = (): unknown =>
      lookAt.view === 'timeline' ? parseFilter(lookAt.filter, EVENT_FIELDS) : parseFilter(lookAt.filter, PEER_FIELDS)
    expect(parse).not.toThrow()
  })

  it('lead to who left, whatever way, without a filter that would have to be read first', () => {
    expect(words('silent').lookAt).toEqual(words('goodbye').lookAt)
    expect(words('goodbye').lookAt).toMatchObject({ view: 'timeline', kinds: ['PeerDeparted'], filter: '' })
  })

  it('say what happened while nobody looked, when, and lead to it', () => {
    const missedAt = new Date(2026, 4, 6, 14, 2).getTime()
    const silent = words('silent', 2, { missedAt })
    expect(silent.sentence).toBe(
      'At 14:02, while nobody looked: calm otter crashed and went silent, blue heron said goodbye.',
    )
    expect(silent.lookAt).toEqual(words('silent', 2).lookAt)
    const whole = words('whole', 5, { missedAt })
    expect(whole.sentence).toBe(
      'At 14:02, while nobody looked: the network split, and is whole again. The timeline keeps when.',
    )
    expect(whole.lookAt).toMatchObject({ view: 'timeline', kinds: ['Islands'] })
    // In the middle of a chapter it is so now.
    for (const beat of ['crashed', 'goodbye', 'split', 'parted', 'healed'] as const)
      expect(words(beat, 2, { missedAt }).sentence).toBe(words(beat, 2).sentence)
  })

  it('say what the network did not show, of whom, and never that it was not looked at', () => {
    const texts = DEMO_SHOWN.map((missing) => words('unseen', 2, { missing }).sentence)
    expect(new Set(texts).size).toBe(DEMO_SHOWN.length - 1)
    for (const text of texts) {
      expect(text.length).toBeLessThan(130)
      expect(text).not.toMatch(/looked|undefined|^ /)
    }
    expect(texts[DEMO_SHOWN.indexOf('silent')]).toBe(
      'calm otter crashed, but still counts as here: its silence did not show in time.',
    )
    // Who did not even start has no name.
    expect(words('unseen', 4, { missing: 'old', peers: [] }).sentence).toBe('A peer was to join, but did not start.')
    const missedAt = new Date(2026, 4, 6, 14, 2).getTime()
    expect(words('unseen', 5, { missing: 'parted', missedAt }).sentence).toMatch(/^At 14:02, while nobody looked: The/)
  })

  it('find the slow relay, and the old client', () => {
    expect(words('slower').lookAt).toMatchObject({ view: 'peers', filter: 'state:here rtt>100ms', peerId: peerIdAt(0) })
    expect(words('old').lookAt).toMatchObject({
      view: 'peers',
      filter: 'tag:client:1.3.* OR (-tag:region:* -state:ourselves)',
    })
  })
})
