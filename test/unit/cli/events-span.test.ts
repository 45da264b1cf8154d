import { expect, it } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { formatLocal } from '../../../src/shared/time.ts'
import { cli, fill, folderForEachTest, jsonLines, NOW, three } from '../../support/cli-archive.ts'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import { keyOf } from '../../support/networks.ts'

folderForEachTest()

it('events of a span that began before it and happened again in it, with since when a peer fails', async () => {
  const target = `/ip4/127.0.0.1/tcp/1/p2p/${idOf('dead')}`
  const [began, since] = [NOW - 15 * 60_000, NOW - 3_600_000]
  const data = fill('a', three(), (store) => {
    const key = keyOf(NETWORK)
    const row = store.append(key, began, { kind: 'DialFailed', target, reason: 'refused', since })
    const earlier = [{ times: 1, lastAt: began }]
    store.appendAgain(key, { ...row, times: 2, lastAt: NOW - 6 * 60_000, earlier })
    // Many began after it, and did not happen in the span.
    for (let n = 0; n < 1100; n += 1) store.append(key, began + 1000, { kind: 'NeighborUp', peerId: idOf('ann') })
  })
  const [from, to] = [NOW - 10 * 60_000, NOW - 60_000].map((at) => new Date(at).toISOString())
  const list = await cli('events', '--data', data, '--from', from ?? '', '--to', to ?? '')
  const [last, first] = [NOW - 6 * 60_000, since].map(formatLocal)
  expect(list.out).toContain(`  (2 times, last ${last}; failing since ${first})`)
  expect(jsonLines((await cli('events', '--data', data, '--from', from ?? '', '--json')).out)).toMatchObject([
    { kind: 'DialFailed', at: began, times: 2, lastAt: NOW - 6 * 60_000, since },
  ])
  const file = await cli('export', '--data', data, '--what', 'events', '--format', 'json', '--from', from ?? '')
  expect(file.out).toContain(target)
  for (const command of [['events'], ['export', '--what', 'events', '--format', 'json']])
    expect((await cli(...command, '--data', data, '--from', to ?? '')).out).not.toContain(target)
})

it('events of a span in which our clock was put back are those that count for it, in list and export', async () => {
  const minute = (n: number): number => NOW - 3_600_000 + n * 60_000
  const data = fill('a', three(), (store) => {
    const log = (at: number, event: DiscoveryEvent): void => void store.append(keyOf(NETWORK), minute(at), event)
    log(2, { kind: 'ClockJumped', byMs: 30 * 60_000 })
    log(32, { kind: 'NeighborUp', peerId: idOf('ann') })
    log(3, { kind: 'ClockJumped', byMs: -30 * 60_000 })
    log(4, { kind: 'NeighborDown', peerId: idOf('ann') })
  })
  const seen = async (from: number, to: number, ...command: string[]): Promise<readonly unknown[]> => {
    const span = [minute(from), minute(to)].map((at) => new Date(at).toISOString())
    const { out } = await cli(...command, '--data', data, '--from', span[0] ?? '', '--to', span[1] ?? '')
    return (out === '' ? [] : jsonLines(out)).flatMap((line) => {
      const { kind } = Object(line) as { readonly kind: string }
      return kind.startsWith('Neighbor') ? [kind] : []
    })
  }
  for (const command of [
    ['events', '--json'],
    ['export', '--what', 'events', '--format', 'ndjson'],
  ])
    expect([await seen(2.5, 5, ...command), await seen(3.5, 5, ...command), await seen(20, 40, ...command)]).toEqual([
      ['NeighborUp', 'NeighborDown'],
      ['NeighborDown'],
      [],
    ])
})
