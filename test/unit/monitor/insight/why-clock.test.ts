/** Why of a network that nothing else is wrong with but our clock: then nobody need be here, and it is not fine. */
import { expect, it } from 'vitest'
import { healthNow } from '../../../../src/main/monitor/insight/health-now.ts'
import { networkFacts } from '../../../../src/main/monitor/insight/network-trouble.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { healthSentence } from '../../../../src/shared/health-words.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { whySource } from './why-source.ts'

const MINUTE = 60_000

let store: Store
eachWithStore((opened) => {
  store = opened
})

const log = (minute: number, event: DiscoveryEvent): number => store.append(NETWORK, START + minute * MINUTE, event).seq
const refuse = (minute: number, name: string, reason: 'Outdated' | 'Full'): number =>
  log(minute, { kind: 'EntryRejected', peerId: idOf(name), reason, source: 'gossip', detail: '' })
const source = (minute: number) => whySource(store, { state: 'online', now: START + minute * MINUTE })
const why = (minute: number) => whyNetwork(networkFacts(source(minute)))

it('says that our clock is wrong, and of how many entries were refused', async () => {
  refuse(1, 'old', 'Outdated')
  expect(why(2).matter).toBe('fine')
  log(11, { kind: 'ClockCompared', byMs: 300_000, peers: 3 })
  const clock = 'the clock of this machine is wrong, 5 min ahead of those of most of 3 peers'
  expect(why(12).sentence).toBe(`Our clock does not agree with those of others, probably because ${clock}.`)
  const events = [refuse(12, 'ann', 'Outdated'), refuse(12.1, 'ben', 'Outdated'), refuse(12.2, 'ann', 'Outdated')]
  refuse(12.3, 'cat', 'Full')
  expect(why(13)).toMatchObject({
    matter: 'own clock',
    sentence: `Our clock does not agree with those of others, and entries of 2 peers were refused, probably because ${clock}.`,
    causes: [{ kind: 'own clock', events: events.toReversed() }],
    notKept: null,
  })
  // Health of a data folder tells it as well.
  const network = { kind: 'peerscope', id: NETWORK_ID, name: 'n' } as const
  const health = async (minute: number) =>
    healthSentence(await healthNow({ ...source(minute), network, store, storeStatus: null }))
  expect(await health(13)).toContain('our clock is 5 min ahead')
  log(14, { kind: 'ClockCompared', byMs: null, peers: 3 })
  expect(await health(15)).not.toContain('our clock')
  expect(why(15).matter).toBe('fine')
})
