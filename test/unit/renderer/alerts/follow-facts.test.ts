import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { AsyncIteratorClass } from '@orpc/client'
import { followFacts } from '../../../../src/renderer/src/alerts/follow-facts.ts'
import { RuleFacts } from '../../../../src/renderer/src/alerts/rule-facts.tsx'
import { AppContext } from '../../../../src/renderer/src/stores/app-context.tsx'
import type { App } from '../../../../src/renderer/src/stores/app-context.tsx'
import type { RuleNow, RulePreview } from '../../../../src/shared/alerts.ts'
import { ruleToSaveSchema } from '../../../../src/shared/alerts.ts'
import { NotJoined } from '../../../../src/shared/errors.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'
import { fakeStatus } from '../../../support/renderer/fake-network.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const RULE = ruleToSaveSchema.parse({ name: 'r', kind: 'peer-departed', filter: '' })
const holds = (count: number): RuleNow => ({ kind: 'peer-departed', holds: count, of: 4 })

function rig() {
  const told: (readonly [number, number | null] | null)[] = []
  const streams: { push: (now: RuleNow) => void; cut: (error: Error) => void; signal: AbortSignal | undefined }[] = []
  let previews = 0
  const replays: PromiseWithResolvers<void>[] = []
  const stop = followFacts(
    {
      now: async (_rule, options) => {
        const waiting: PromiseWithResolvers<RuleNow>[] = [Promise.withResolvers()]
        let taken = 0
        streams.push({
          push: (now) => {
            waiting.at(-1)?.resolve(now)
            waiting.push(Promise.withResolvers())
          },
          cut: (error) => waiting.at(-1)?.reject(error),
          signal: options?.signal,
        })
        return new AsyncIteratorClass<RuleNow, undefined, void>(
          async () => ({ done: false, value: (await waiting[taken++]?.promise) ?? holds(0) }),
          async () => undefined,
        )
      },
      preview: async () => {
        const fired = (previews += 1)
        const replay = Promise.withResolvers<void>()
        replays.push(replay)
        await replay.promise
        return { now: holds(99), fired, since: 0 }
      },
    },
    RULE,
    (facts: RulePreview | null) =>
      told.push(facts === null ? null : [facts.now.kind === 'peer-departed' ? facts.now.holds : -1, facts.fired]),
  )
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  return { told, streams, replays, stop, pass }
}

it('for what a rule holds is told at once, and how often it would have fired once that is counted', async () => {
  const { told, streams, replays, pass } = rig()
  await pass(399)
  expect(streams).toHaveLength(0)
  await pass(1)
  streams[0]?.push(holds(1))
  await pass(0)
  expect(told).toEqual([[1, null]])
  replays[0]?.resolve()
  await pass(0)
  // Each change is told as it comes; the day is replayed again for it, but not as often.
  streams[0]?.push(holds(2))
  await pass(0)
  streams[0]?.push(holds(3))
  await pass(14_000)
  expect(told.slice(1)).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ])
  expect(replays).toHaveLength(1)
  await pass(1000)
  replays[1]?.resolve()
  await pass(60_000)
  expect(told.at(-1)).toEqual([3, 2])
  // Where nothing changes nothing is asked.
  expect(replays).toHaveLength(2)
})

it('a stream that breaks is opened again, and one that nobody looks at any longer is called off', async () => {
  const { told, streams, stop, pass } = rig()
  await pass(400)
  streams[0]?.push(holds(1))
  streams[0]?.cut(new NotJoined('left'))
  await pass(0)
  expect(told).toEqual([[1, null], null])
  await pass(15_000)
  streams[1]?.push(holds(2))
  await pass(0)
  expect(told.at(-1)).toEqual([2, null])
  stop()
  expect(streams[1]?.signal).toMatchObject({ aborted: true })
  streams[1]?.push(holds(3))
  await pass(60_000)
  expect(told.at(-1)).toEqual([2, null])
  expect(streams).toHaveLength(2)
})

it.each([
  ['past', strings.watch.now.elsewhere],
  ['stored', ''],
  ['file', ''],
])('facts stand for the network that is joined alone: in a %s picture', (kind, words) => {
  const store = (state: object) => ({ getState: () => state, getInitialState: () => state, subscribe: () => () => {} })
  const status = fakeStatus(1, 0)
  const app = { peers: store({ status }), picture: store({ picture: { kind } }) } as unknown as App
  const network = { kind: 'peerscope', id: networkIdFrom('other'), name: 'other' } as const
  const facts = createElement(RuleFacts, { rule: { ...RULE, network } })
  const page = renderToStaticMarkup(createElement(AppContext, { value: app }, facts))
  expect(page.replace(/<[^>]*>/g, '')).toBe(words)
})
