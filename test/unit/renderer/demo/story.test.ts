import { describe, expect, it } from 'vitest'
import { storyWords } from '../../../../src/renderer/src/demo/story.ts'
import { DEMO_BEATS } from '../../../../src/shared/demo-story.ts'
import type { DemoBeat } from '../../../../src/shared/demo-story.ts'
import { PEER_FIELDS } from '../../../../src/shared/filter-peers.ts'
import { EVENT_FIELDS } from '../../../../src/shared/filter-events.ts'
import { parseFilter } from '../../../../src/shared/filter.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const names = ['calm otter', 'blue heron']
const words = (beat: DemoBeat, chapter = 1) =>
  storyWords({ chapter, beat, peers: [peerIdAt(0), peerIdAt(1)] }, (id) => names[id === peerIdAt(0) ? 0 : 1] ?? '')

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

  it('find the slow relay, and the old client', () => {
    expect(words('slower').lookAt).toMatchObject({ view: 'peers', filter: 'state:here rtt>100ms', peerId: peerIdAt(0) })
    expect(words('old').lookAt).toMatchObject({
      view: 'peers',
      filter: 'tag:client:1.3.* OR (-tag:region:* -state:ourselves)',
    })
  })
})
