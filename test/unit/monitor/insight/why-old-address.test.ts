/** A dial to an address that a peer no longer has takes nothing away from what dials to its own address told before it. */
import { beforeEach, describe, expect, it } from 'vitest'
import { networkFacts } from '../../../../src/main/monitor/insight/network-trouble.ts'
import { peerFacts } from '../../../../src/main/monitor/insight/why-facts.ts'
import type { WhySource } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { Repeats } from '../../../../src/main/monitor/repeats.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { PURGE_MS, SECOND, wentLog, wentRow } from '../../../support/went-log.ts'
import { eachWithStore, NETWORK, START } from '../../store/data-folder.ts'
import { whySource } from './why-source.ts'

let store: Store
eachWithStore((opened) => {
  store = opened
})

const { log, breakOff, purge } = wentLog(() => store)
let repeats = new Repeats()

/** A dial that is refused, in the row of those before it as a session writes it. */
function refused(second: number, name: string, port: number): void {
  const [now, event] = [second * SECOND, refusal(name, port)]
  const grown = repeats.take(event, START + now, now)
  if (grown === null) repeats.began(store.append(NETWORK, START + now, event), now)
  for (const row of repeats.due()) store.appendAgain(NETWORK, row)
}

function refusal(name: string, port: number): DiscoveryEvent {
  const reason = `/ip4/127.0.0.1/tcp/${port} could not be reached: connection refused; is a peer listening there?`
  return { kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/${port}/p2p/${idOf(name)}`, reason }
}

const rows = [wentRow('ann', 'purged'), wentRow('ben', 'purged')]
const source = (second: number): WhySource =>
  whySource(store, { state: 'online', now: START + second * SECOND, purgeAfterMs: PURGE_MS, rows: () => rows })

describe('two peers that were killed, each of which had another address before', () => {
  beforeEach(() => {
    repeats = new Repeats()
    breakOff(10, 'ann', 'ben')
    for (const second of [13, 40, 55]) for (const name of ['ann', 'ben']) refused(second, name, 1)
    log(31, {
      kind: 'Islands',
      count: 2,
      sizes: [3, 2],
      since: START + 11 * SECOND,
      held: [],
      apart: [idOf('ann'), idOf('ben')],
    })
    purge(60, 'ann', 'ben')
    log(80, {
      kind: 'Islands',
      count: 1,
      sizes: [3],
      since: START + 61 * SECOND,
      gone: 2,
      missing: [idOf('ann'), idOf('ben')],
    })
  })

  it('were ended, whichever of its addresses was dialed last', async () => {
    const asked = async (): Promise<readonly unknown[]> => {
      const [ann] = rows
      if (ann === undefined) throw new Error('no row')
      const { causes } = whyPeer(await peerFacts(source(90), ann))
      return causes.map(({ kind, words }) => `${kind}: ${words}`)
    }
    const told = [
      'crashed: it crashed or was ended (its machine answers, and nobody listens at its address)',
      expect.stringMatching(/^crashed: it went together with \S+ \S+: 2 peers were ended or crashed together \(nobody/),
    ]
    expect(await asked()).toEqual(told)
    refused(85, 'ann', 2)
    expect(await asked()).toEqual(told)
    refused(86, 'ben', 2)
    expect(await asked()).toEqual(told)
  })

  it('parted the network together, whichever of their addresses was dialed last', () => {
    const told = /2 peers were ended or crashed together \(nobody listens at their addresses\)\.$/
    refused(85, 'ann', 2)
    expect(whyNetwork(networkFacts(source(90))).sentence).toMatch(told)
    refused(86, 'ben', 2)
    expect(whyNetwork(networkFacts(source(90))).sentence).toMatch(told)
  })
})
