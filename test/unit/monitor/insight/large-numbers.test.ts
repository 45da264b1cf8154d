import { expect, it } from 'vitest'
import { tell } from '../../../../src/main/monitor/alerts/cause.ts'
import { ownLinkCauses } from '../../../../src/main/monitor/insight/own-link.ts'
import * as fate from '../../../../src/main/monitor/insight/fate-words.ts'
import * as words from '../../../../src/main/monitor/insight/words.ts'
import { islandsVerdict } from '../../../../src/shared/island-words.ts'
import { notAskedWords } from '../../../../src/shared/not-asked-words.ts'
import { clockWords } from '../../../../src/shared/own-troubles.ts'
import { fates } from './peer-facts.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const MANY = 4321
const LARGE = '4,321'
const failed = { kind: 'DialFailed', target: '/ip4/192.0.2.7/tcp/1', reason: 'refused' } as const
const others = Array.from({ length: MANY + 5 }, () => idOf('a'))

const some = fates(4 * MANY, { refused: MANY, unanswered: MANY, undialed: MANY })
const bridge = { a: idOf('a'), b: idOf('b'), sides: [MANY, MANY] as const }
const verdict = {
  count: 1,
  sizes: [2 * MANY],
  fragments: { count: 0, peers: 0 },
  unknown: 0,
  bridgeCount: 1,
  bridges: [bridge],
  articulationCount: 0,
  articulations: [],
  withSelf: false,
}
const told = tell(
  { kind: 'rtt-above', peerId: idOf('a'), rtt: 900, limit: 200, forMs: 0, slow: MANY, measured: 3 * MANY },
  [],
  { at: 1, heldMs: 0 },
  () => false,
)
const few = tell(
  { kind: 'peer-count', count: MANY, direction: 'below', limit: MANY + 1000, forMs: 0, filter: '' },
  [],
  { at: 1, heldMs: 0 },
  () => false,
)
const lost = (reason: string, target: string) => ({ seq: 1, at: 1, event: { ...failed, reason, target } })

it.each([
  ['most are slow', words.mostSlowWords(MANY, MANY)],
  ['many are slower', words.slowerWords(MANY, MANY, false, true)],
  ['many samples', words.fewSamplesWords(MANY)],
  ['all are slow', words.allSlowWords(MANY, 900, true)],
  ['our clock differs', words.ownClockWords(-90_000, MANY)],
  ['our clock is told', clockWords(90_000, MANY)],
  ['others went too', words.wentWithWords(others, 'it was ended')],
  ['a split', words.partedWords(5000, { gone: MANY, unlinked: MANY, back: MANY }, false)],
  ['together', fate.togetherWords('went silent', false, fates(MANY))],
  ['together here', fate.togetherWords('went silent', true, fates(MANY))],
  ['neighbors broke off', fate.brokeOffWords(true, some)],
  ['neighbors broke off elsewhere', fate.brokeOffWords(false, some)],
  ['other islands broke off', fate.apartBrokeWords(MANY, true, { ...some, refused: 0 })],
  ['our clock is not theirs', words.clocksDifferWords(MANY)],
  ['peers went together', words.wentTogetherWords(others, 5000, MANY)],
  ['other islands ended', fate.fateWords(some, true, 'peer')],
  ['refused entries', words.refusedWords('Full', MANY)],
  ['unreachable', words.unreachableWords(MANY, failed)],
  ['dials of the network', words.networkDialsWords(MANY, failed)],
  ['dials to a peer', words.dialsWords(MANY, failed)],
  ['an alert of a slow peer', told.cause],
  ['an alert of their number', few.what],
  ['a bridge', islandsVerdict(verdict)],
  ['not asked', notAskedWords({ ownMachine: 0, elsewhere: 0, rests: MANY, noAddress: 0 }, '').join()],
  [
    'no route',
    ownLinkCauses(
      90,
      {
        gone: null,
        dials: Array.from({ length: MANY }, (_, n) => lost('no route', `/ip4/10.0.${n >> 8}.${n % 256}/tcp/1`)),
      },
      1,
    )
      .map(({ cause }) => cause.words)
      .join(),
  ],
])('%s, in a large network, with thousands separators', (_, said) => {
  expect(said).toContain(LARGE)
  expect(said).not.toMatch(/\d{4}/)
})
