import { describe, expect, it } from 'vitest'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { Unsaved } from '../../../src/main/store/unsaved.ts'
import { DataFolder, NETWORK, START } from './data-folder.ts'

const DIAL = { kind: 'DialFailed', target: '/ip4/192.0.2.1/tcp/1', reason: 'refused' } as const

describe('an event that happened again', () => {
  it('keeps its row, its number and its first time; counts, the last time, what was said last and how it was before are kept', () => {
    using data = new DataFolder()
    const store = data.open()
    const first = store.append(NETWORK, START, DIAL)
    const other = store.append(NETWORK, START + 1, { kind: 'DhtSlotClaimed', slot: 1 })
    const earlier = [
      { times: 1, lastAt: START, event: DIAL },
      { times: 40, lastAt: START + 8000 },
    ]
    const grown = { ...first, event: { ...DIAL, reason: 'no answer' }, times: 57, lastAt: START + 9000, earlier }
    store.appendAgain(NETWORK, grown)
    expect(store.eventsPage({ networkKey: NETWORK, limit: 9 }).events).toEqual([other, grown])
    store.close()
    const reader = data.keep(openStoreReadOnly(data.path))
    expect(reader.eventsAfter({ networkKey: NETWORK, limit: 9 }).events).toEqual([grown, other])
    expect(reader.stats(NETWORK)).toMatchObject({ rows: { events: 2 }, networks: [{ newestEvent: START + 9000 }] })
  })

  it('says until when a run that was killed looked', () => {
    using data = new DataFolder()
    const store = data.open()
    const first = store.append(NETWORK, START, DIAL)
    store.appendAgain(NETWORK, { ...first, times: 2, lastAt: START + 5000 })
    expect(store.lastEventAt(NETWORK)).toBe(START + 5000)
  })

  it('that cannot be written is kept until it can, as every record', () => {
    const unsaved = new Unsaved()
    unsaved.add({
      kind: 'event-again',
      networkKey: NETWORK,
      event: { seq: 1, at: 1, event: DIAL, times: 2, lastAt: 3 },
    })
    expect([...unsaved.writes()]).toHaveLength(1)
  })
})
