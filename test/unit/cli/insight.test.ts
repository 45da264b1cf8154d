import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../src/main/cli/run.ts'
import type { Store } from '../../../src/main/store/types.ts'
import { nickname } from '../../../src/shared/nickname.ts'
import type { Edge } from '../../../src/shared/peer.ts'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import { cli, fill, folderForEachTest, holding, jsonLines, NOW, stored } from '../../support/cli-archive.ts'
import { keyOf } from '../../support/networks.ts'

folderForEachTest()

const KEY = keyOf(NETWORK)
const version = { startedAt: 1, updatedAt: 1 }

/** A run that goes on: ann is here, bob went silent, and so we stalled. */
function history(store: Store): void {
  // Not when the file began: a busy machine may be long at it.
  const now = Date.now()
  const log = (ms: number, event: Parameters<Store['append']>[2]) => store.append(KEY, now - ms, event)
  log(600_000, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK, addresses: [] })
  log(590_000, { kind: 'NeighborUp', peerId: idOf('ann') })
  store.sessionStarted(KEY, idOf('ann'), now - 590_000, version, 'gossip')
  store.sessionStarted(KEY, idOf('bob'), now - 580_000, version, 'gossip')
  log(61_000, { kind: 'Stalled', ms: 40_000 })
  log(60_000, { kind: 'PeerDeparted', peerId: idOf('bob'), reason: 'purged', version })
  store.sessionEnded(KEY, idOf('bob'), now - 60_000, 'purged')
  store.peerGone(KEY, idOf('bob'), 'purged', 'purged')
  // Something was logged just now: it goes on.
  log(0, { kind: 'NeighborUp', peerId: idOf('ann') })
  const edge = (a: string, b: string): Edge => ({
    a: idOf(a),
    b: idOf(b),
    kind: 'neighbor',
    saidBy: idOf(a),
    at: now - 30_000,
  })
  store.recordLoopDelay(KEY, { at: now - 45_000, ms: 321.4 })
  store.putTopology(KEY, { at: now - 30_000, edges: [edge('me', 'ann'), edge('ann', 'me')] })
}

const data = (): string => fill('a', [stored('ann', NOW), stored('bob', NOW - 100_000)], (store) => history(store))

describe('peerscope events', () => {
  it('says of who went silent how old its last announcement was', async () => {
    const { out } = await cli('events', '--data', data())
    expect(out).toMatch(/went silent and was purged: its last announcement was \d+ .* old/)
  })
})

describe('peerscope why', () => {
  it('tells of a peer whose entries were all refused, also by the name that the events give it', async () => {
    const gus = idOf('gus')
    const folder = fill('refused', [stored('ann', NOW)], (store) => {
      history(store)
      const refused = {
        kind: 'EntryRejected',
        peerId: gus,
        reason: 'FromTheFuture',
        source: 'sync',
        detail: '',
      } as const
      store.append(KEY, Date.now(), refused)
      // More than are read at once came since.
      for (let times = 0; times < 501; times += 1) store.append(KEY, Date.now(), { ...refused, peerId: null })
    })
    for (const name of [gus, nickname(gus)]) {
      const { code, out } = await cli('why', name, '--data', folder)
      expect([code, out]).toEqual([
        EXIT.ok,
        expect.stringContaining('its entry was refused because it is from the future'),
      ])
    }
  })
})

describe('peerscope health', () => {
  it('says how the network is, with our own stall behind who went silent', async () => {
    const folder = data()
    using _app = holding(folder)
    const { code, out, err } = await cli('health', '--data', folder)
    expect([code, err]).toEqual([EXIT.ok, ''])
    expect(out).toContain('1 here · 1 island · 1 left in 10 min (1 after our own machine stalled)')
    expect(out).toContain('our own machine stalled for 40 s')
    expect(out).toContain('2 peers, ourselves included, form one island')
  })

  it('says where a Peerscope runs that has written nothing for long, and tells of then', async () => {
    const folder = fill('stalled', [stored('ann', NOW)], (store) => {
      const at = Date.now() - 600_000
      store.append(KEY, at, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK, addresses: [] })
      store.append(KEY, at, { kind: 'NeighborUp', peerId: idOf('ann') })
    })
    const ended = await cli('health', '--data', folder)
    expect([ended.out, ended.err]).toEqual([expect.stringContaining('when it was last looked'), ''])
    using _app = holding(folder)
    const { out, err } = await cli('health', '--data', folder)
    expect(err).toMatch(
      new RegExp(`^Note: a Peerscope, process ${process.pid}, runs on this data folder and has written nothing since `),
    )
    expect(out).toMatch(/^1 here · .*\nAs of /s)
  })

  it('says what to do where nobody is there, as `why` does', async () => {
    const folder = fill('alone', [], (store) => {
      const at = Date.now()
      store.append(KEY, at - 60_000, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK, addresses: [] })
      store.append(KEY, at, { kind: 'DialFailed', target: '/ip4/192.0.2.1/tcp/1', reason: 'connection refused' })
    })
    using _app = holding(folder)
    for (const command of ['health', 'why'])
      expect((await cli(command, '--data', folder)).out).toContain('Dial the address of a peer that is there')
    for (const command of ['health', 'why']) {
      const { out } = await cli(command, '--data', data())
      expect(out).not.toContain('Dial the address')
    }
  })

  it('judges a silence by what the run was given, not by the settings', async () => {
    const folder = fill('given', [stored('ann', NOW)], (store) => {
      const at = Date.now()
      const joined = { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK, addresses: [] } as const
      store.append(KEY, at - 600_000, { ...joined, purgeAfterMs: 60_000 })
      store.sessionStarted(KEY, idOf('bob'), at - 590_000, version, 'gossip')
      // Long before the silence began; not so by the settings.
      store.append(KEY, at - 200_000, { kind: 'Stalled', ms: 80_000 })
      store.sessionEnded(KEY, idOf('bob'), at - 1000, 'purged')
      store.append(KEY, at, { kind: 'NeighborUp', peerId: idOf('ann') })
    })
    const { out } = await cli('health', '--data', folder)
    expect(out).toContain('1 left in 10 min (1 silent)')
  })

  it('names the largest delay of our own event loop where no stall says it', async () => {
    const late = 'Our own event loop was up to 321 ms late in the last 10 min'
    expect((await cli('health', '--data', data())).out).not.toContain(late)
    const folder = fill('late', [stored('ann', NOW)], (store) => {
      const at = Date.now()
      store.append(KEY, at - 60_000, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK, addresses: [] })
      for (const [age, ms] of [
        [45_000, 4],
        [30_000, 321.4],
        [15_000, 6],
      ] as const)
        store.recordLoopDelay(KEY, { at: at - age, ms })
      store.append(KEY, at, { kind: 'NeighborUp', peerId: idOf('ann') })
    })
    expect((await cli('health', '--data', folder)).out).toContain(late)
  })

  it('gives programs the figures and the phrases', async () => {
    const folder = data()
    using _app = holding(folder)
    const [health] = jsonLines((await cli('health', '--data', folder, '--json')).out)
    expect(health).toMatchObject({
      state: 'online',
      here: 1,
      left: { goodbye: 0, silent: 0, ownStall: 1 },
      stalls: { count: 1, worstMs: 40_000 },
      islands: { count: 1, sizes: [2] },
      loopDelay: { worstMs: 321.4 },
    })
    expect(health?.['phrases']).toHaveLength(5)
  })
})

describe('peerscope why', () => {
  it('explains a peer by its id, its name or the end of its id', async () => {
    const at = data()
    const bob = idOf('bob')
    for (const name of [bob, nickname(bob), nickname(bob).toUpperCase(), bob.slice(-8)]) {
      const { code, out } = await cli('why', name, '--data', at)
      expect([name, code]).toEqual([name, EXIT.ok])
      expect(out.split('\n')[0]).toMatch(
        / went silent at \d\d:\d\d:\d\d, probably because our own machine stalled for 40 s, 1 s before\.$/,
      )
      // Causes begin with a capital; a name stays as it is.
      expect(out.startsWith(`${nickname(bob)} `)).toBe(true)
      expect(out).toContain('  likely    Our own machine stalled for 40 s, 1 s before  (event 3)\n')
    }
    const [why] = jsonLines((await cli('why', bob, '--data', at, '--json')).out)
    expect(why).toMatchObject({
      matter: 'silent',
      causes: [{ kind: 'own stall', confidence: 'likely', events: [3] }, {}],
    })
  })

  it('says whom it cannot explain', async () => {
    const at = data()
    const strangers = await cli('why', idOf('nobody'), '--data', at)
    expect([strangers.code, strangers.err]).toEqual([EXIT.failed, expect.stringContaining('nothing is stored of')])
    const unnamed = await cli('why', 'no such name', '--data', at)
    expect([unnamed.code, unnamed.err]).toEqual([EXIT.usage, expect.stringContaining('peerscope peers lists them')])
  })

  it('explains the network without a peer', async () => {
    const folder = data()
    const words = 'Nothing is known to be wrong with the network.\n'
    // Nobody watches it: it is as of when it was looked last, as Health is.
    const { out } = await cli('why', '--data', folder)
    const [, asOf = ''] = /^As of (.*)\.$/m.exec((await cli('health', '--data', folder)).out) ?? []
    expect(out).toBe(`${words}As of ${asOf}.\n`)
    for (const command of ['why', 'health'])
      expect(jsonLines((await cli(command, '--data', folder, '--json')).out)).toMatchObject([
        { asOf: Date.parse(asOf) },
      ])
    using _app = holding(folder)
    expect((await cli('why', '--data', folder)).out).toBe(words)
    expect(jsonLines((await cli('why', '--data', folder, '--json')).out)).toMatchObject([{ asOf: null }])
  })
})
