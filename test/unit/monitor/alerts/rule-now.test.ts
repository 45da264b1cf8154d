import { afterEach, beforeEach, expect, it } from 'vitest'
import { ruleNow } from '../../../../src/main/monitor/alerts/rule-now.ts'
import { previewParts } from '../../../../src/main/monitor/alerts/preview.ts'
import { View } from '../../../../src/main/monitor/view.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { RuleNow } from '../../../../src/shared/alerts.ts'
import { ruleToSaveSchema } from '../../../../src/shared/alerts.ts'
import { APP_CONFIG } from '../../../../src/shared/config.ts'
import { NotJoined } from '../../../../src/shared/errors.ts'
import { fakeStatus, peerRow } from '../../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK } from '../../store/data-folder.ts'

let data: DataFolder
let store: Store
let view: View
let joined: boolean
let looked: number
let stop: AbortController
beforeEach(() => {
  data = new DataFolder()
  store = data.open()
  view = new View(data.clock, store.status())
  view.setStatus(fakeStatus(3, 0))
  joined = true
  looked = 0
  stop = new AbortController()
})
afterEach(() => {
  stop.abort()
  data[Symbol.dispose]()
})

/** What is told of a rule that counts peers with a tag. */
function following(): { readonly told: RuleNow[]; readonly ended: Promise<unknown> } {
  const rule = ruleToSaveSchema.parse({ kind: 'peer-appeared', name: 'r', filter: 'tag:a' })
  const told: RuleNow[] = []
  const parts = (): ReturnType<typeof previewParts> => {
    looked += 1
    return previewParts({
      store,
      view,
      clock: data.clock,
      networkKey: () => {
        if (!joined) throw new NotJoined('no network is joined')
        return NETWORK
      },
      alerts: { met: () => true },
      insight: () => null,
      settings: () => ({ config: APP_CONFIG }),
    })
  }
  const follow = async (): Promise<unknown> => {
    try {
      for await (const now of ruleNow({ view, clock: data.clock, parts }, rule, stop.signal)) told.push(now)
      return null
    } catch (error) {
      return error
    }
  }
  return { told, ended: follow() }
}
const put = (index: number): void => view.putRow(peerRow(index, { tags: ['a'] }))
const holds = (told: readonly RuleNow[]): unknown[] => told.map((now) => now.holds)

it('what a rule matches follows within a second or two, and is told when it is another', async () => {
  put(1)
  const { told } = following()
  await data.scheduler.run(500)
  expect(holds(told)).toEqual([1])
  put(2)
  put(3)
  await data.scheduler.run(1500)
  expect(holds(told)).toEqual([1, 3])
  view.putRow(peerRow(3, { tags: ['b'] }))
  view.putRow(peerRow(4, { tags: ['b'] }))
  await data.scheduler.run(1500)
  expect(holds(told)).toEqual([1, 3, 2])
})

it('is looked at once a second where much changes, hardly at all where nothing does, and never once nobody looks', async () => {
  const { ended } = following()
  for (let step = 0; step < 100; step += 1) {
    put(step % 10)
    await data.scheduler.run(100)
  }
  expect(looked).toBeLessThan(13)
  looked = 0
  await data.scheduler.run(60_000)
  expect(looked).toBeLessThan(6)
  stop.abort()
  await data.scheduler.run(2000)
  expect(await ended).toBeNull()
  looked = 0
  put(1)
  await data.scheduler.run(60_000)
  expect(looked).toBe(0)
})

it('fails once the network is left', async () => {
  const { ended } = following()
  await data.scheduler.run(500)
  joined = false
  view.reset([], [])
  await data.scheduler.run(2000)
  expect(await ended).toBeInstanceOf(NotJoined)
})
