import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idOf } from '../../support/discovery/entries.ts'
import { due, end, firstState, take } from '../../../src/main/monitor/session-state.ts'
import type { Effect, SessionState } from '../../../src/main/monitor/session-state.ts'
import { play, toldAt } from './session-table.ts'

const NO_LINKS = 'own links [] []'
const ALL = [NO_LINKS, 'status']
const ANN = ['put ann 1', 'due']
const SEEN = ['show ann 1 online', 'keep ann 1 online', ...ALL]

/** What it is about, the steps, and the effects of those after `|`. */
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  // Each kind of item.
  ['an entry shows and keeps its peer when it is due', ['put ann 1', 'due'], SEEN],
  ['an entry does nothing before', ['put ann 1'], []],
  ['nothing is due twice', [...ANN, '|', 'due'], []],
  ['nothing is due of nothing', ['due'], []],
  ['our own entry is shown and not kept', ['put me 1', 'due'], ['show me 1 online', ...ALL]],
  ['a measurement is kept at once', ['put ann 1 rtt 20'], ['keep rtt ann 20 at 20']],
  ['the same one is kept once', ['put ann 1 rtt 20', '|', 'put ann 2 rtt 20', 'put ann 2'], []],
  [
    'two before the row is due are both kept, and the row is shown once',
    ['put ann 1 rtt 20', 'put ann 1 rtt 21', 'due'],
    ['keep rtt ann 20 at 20', 'keep rtt ann 21 at 21', ...SEEN],
  ],
  ['a slow peer is hidden, and stays in the store', [...ANN, '|', 'hide ann', 'due'], ['hide ann', ...ALL]],
  ['one that left is not: the event follows', [...ANN, '|', 'remove ann', 'due'], []],
  [
    'a connection is shown, and nothing is kept for it',
    [...ANN, '|', 'connected ann', 'due'],
    ['show ann 1 online connected', 'own links [] [ann]', 'status'],
  ],
  ['its end is, too', [...ANN, 'connected ann', 'due', '|', 'disconnected ann', 'due'], ['show ann 1 online', ...ALL]],
  [
    'a neighbor is shown',
    [...ANN, '|', 'up ann', 'due'],
    ['log NeighborUp at 40', 'show ann 1 online neighbor', 'own links [ann] []', 'status'],
  ],
  [
    'a neighbor that is none any longer, too',
    [...ANN, 'up ann', 'due', '|', 'down ann', 'due'],
    ['log NeighborDown at 60', 'show ann 1 online', ...ALL],
  ],
  [
    'links to a peer without an entry are our own links, and no new row',
    ['connected ann', 'up ben', 'due'],
    ['show ann connected', 'log NeighborUp at 20', 'own links [ben] [ann]', 'status'],
  ],
  [
    'a link that came before the entry is shown with it',
    ['connected ann', 'put ann 1', 'due'],
    ['show ann connected', 'show ann 1 online connected', 'keep ann 1 online', 'own links [] [ann]', 'status'],
  ],
  [
    'an entry that waits is kept, whatever link changes after it',
    ['put ann 1', 'connected ann', 'disconnected ann', 'due'],
    SEEN,
  ],
  [
    'a discovery opens a session with the version',
    ['discovered ann 3'],
    ['log PeerDiscovered at 10', 'keep version ann 3 at 10 by gossip', 'open session ann 3 at 10 by gossip'],
  ],
  ['an update keeps the version', ['updated ann 4'], ['log PeerUpdated at 10', 'keep version ann 4 at 10 by gossip']],
  [
    'a departure is shown at once',
    [...ANN, 'remove ann', '|', 'departed ann purged', 'due'],
    [
      'log PeerDeparted at 50',
      'close session ann at 50 purged',
      'forget links ann',
      'show ann 1 purged',
      'mark gone ann purged purged',
      ...ALL,
    ],
  ],
  [
    'a finished sync tells what the other holds, once the rows are there',
    [...ANN, '|', 'put ben 1', 'synced ann', 'due'],
    ['log SyncCompleted at 50', 'show ben 1 online', 'keep ben 1 online', 'holds ann', ...ALL],
  ],
  [
    'and tells it once',
    ['synced ann', 'due', '|', 'put ben 1', 'due'],
    ['show ben 1 online', 'keep ben 1 online', ...ALL],
  ],
  ['a failed dial is in the status', ['dial failed ann', 'due'], ['log DialFailed at 10', ...ALL]],
  [
    'what concerns no row is logged, and nothing is due',
    ['sync failed ann', 'left', 'due'],
    ['log SyncFailed at 10', 'log NetworkLeft at 20'],
  ],
  // Order within one batch.
  [
    'one that departs before it was shown is kept first, and never shown as online',
    ['put ann 1', 'discovered ann 1', 'remove ann', '|', 'departed ann graceful', 'due'],
    [
      'log PeerDeparted at 50',
      'close session ann at 50 graceful',
      'forget links ann',
      'keep ann 1 online',
      'show ann 1 departed',
      'mark gone ann departed graceful',
      ...ALL,
    ],
  ],
  [
    'one that departs with a change that waits leaves with that change',
    [...ANN, 'put ann 2', 'remove ann', '|', 'departed ann displaced', 'due'],
    [
      'log PeerDeparted at 60',
      'close session ann at 60 displaced',
      'forget links ann',
      'keep ann 2 online',
      'show ann 2 displaced',
      'mark gone ann displaced displaced',
      ...ALL,
    ],
  ],
  [
    'one that departs and returns is online at the end',
    [...ANN, 'remove ann', '|', 'departed ann removed', 'put ann 2', 'discovered ann 2', 'due'],
    [
      'log PeerDeparted at 50',
      'close session ann at 50 removed',
      'forget links ann',
      'show ann 1 removed',
      'mark gone ann removed removed',
      'log PeerDiscovered at 70',
      'keep version ann 2 at 70 by gossip',
      'open session ann 2 at 70 by gossip',
      'show ann 2 online',
      'keep ann 2 online',
      ...ALL,
    ],
  ],
  [
    'one that departs and returns over the same connection is connected',
    [...ANN, 'connected ann', 'due', 'remove ann', 'departed ann purged', '|', 'put ann 2', 'due'],
    ['show ann 2 online connected', 'keep ann 2 online', 'own links [] [ann]', 'status'],
  ],
  [
    'one that was synced with and departs holds nothing',
    [...ANN, 'synced ann', 'remove ann', 'departed ann purged', '|', 'due'],
    ALL,
  ],
  [
    'a peer that is hidden and fast again is shown, as it is last',
    [...ANN, 'hide ann', '|', 'put ann 2', 'due'],
    ['show ann 2 online', 'keep ann 2 online', ...ALL],
  ],
  ['one that is shown and too slow at once is hidden only', ['put ann 1', 'hide ann', 'due'], ['hide ann', ...ALL]],
  [
    'a hidden one that departs gets no row, and is gone in the store',
    [...ANN, 'hide ann', 'due', '|', 'departed ann purged', 'due'],
    [
      'log PeerDeparted at 60',
      'close session ann at 60 purged',
      'forget links ann',
      'mark gone ann purged purged',
      ...ALL,
    ],
  ],
  [
    'also where it was to be hidden only now',
    [...ANN, 'hide ann', '|', 'departed ann purged', 'due'],
    [
      'log PeerDeparted at 50',
      'close session ann at 50 purged',
      'forget links ann',
      'hide ann',
      'mark gone ann purged purged',
      ...ALL,
    ],
  ],
  // Many at once.
  [
    'rows are due in parts, and what goes by all of them after the last',
    ['put ann 1', 'put ben 1', 'put cat 1', 'synced ann', '|', 'due 2', 'due 2'],
    [
      'show ann 1 online',
      'keep ann 1 online',
      'show ben 1 online',
      'keep ben 1 online',
      'show cat 1 online',
      'keep cat 1 online',
      'holds ann',
      ...ALL,
    ],
  ],
  [
    'one that departs between two parts is in none',
    ['put ann 1', 'put ben 1', 'due 1', 'departed ben purged', '|', 'due 1'],
    ALL,
  ],
  // From a picture.
  [
    'a session begins with the peers and links that are there',
    ['begin ann 3', 'due'],
    ['show ann 3 online neighbor connected', 'keep ann 3 online', 'own links [ann] [ann]', 'status'],
  ],
  [
    'what was told before it began and is not there is neither shown nor linked',
    ['put ben 1', 'connected ben', 'up ben', 'due', '|', 'begin ann 3', 'due'],
    ['show ann 3 online neighbor connected', 'keep ann 3 online', 'hide ben', 'own links [ann] [ann]', 'status'],
  ],
  [
    'what was told before and is there is shown as it is there',
    ['put ann 1', 'due', '|', 'begin ann 3', 'due'],
    ['show ann 3 online neighbor connected', 'keep ann 3 online', 'own links [ann] [ann]', 'status'],
  ],
  ['even one without a peer has a status', ['begin', 'due'], ALL],
  // The end.
  [
    'what waits at the end is shown and kept, without a status',
    [...ANN, 'connected ann', 'put ben 1', 'synced ann', '|', 'end'],
    ['show ann 1 online connected', 'show ben 1 online', 'keep ben 1 online', 'holds ann', 'own links [] [ann]'],
  ],
  [
    'after the end items that are no event change nothing',
    [
      ...ANN,
      'end',
      '|',
      'put ann 2 rtt 5',
      'put ben 1',
      'hide ann',
      'remove ann',
      'connected ann',
      'disconnected ann',
      'due',
    ],
    [],
  ],
  [
    'events are logged, and a departure is kept; the last picture stays',
    [...ANN, 'end', '|', 'up ann', 'synced ann', 'dial failed ann', 'departed ann graceful', 'left', 'due'],
    [
      'log NeighborUp at 50',
      'log SyncCompleted at 60',
      'log DialFailed at 70',
      'log PeerDeparted at 80',
      'close session ann at 80 graceful',
      'mark gone ann departed graceful',
      'log NetworkLeft at 90',
    ],
  ],
  [
    'one that is discovered then has a version and a session',
    ['end', 'discovered ann 1'],
    ['log PeerDiscovered at 20', 'keep version ann 1 at 20 by gossip', 'open session ann 1 at 20 by gossip'],
  ],
]

describe('what a session does with what its node tells', () => {
  it.each(CASES)('%s', (_about, steps, effects) => {
    expect(play(firstState(), steps)).toEqual(effects)
  })

  it('lists the newest problem of each target, twenty at most', () => {
    const state = firstState()
    const steps = Array.from({ length: 30 }, (_, index) => `dial failed to-${index}`)
    play(state, [...steps, 'dial failed to-12'])
    const problems = [...state.problems.values()]
    expect(problems.map(({ target }) => target)).toEqual([
      ...[10, 11].map((index) => `to-${index}`),
      ...Array.from({ length: 17 }, (_, index) => `to-${index + 13}`),
      'to-12',
    ])
    expect(problems.at(-1)).toEqual({ target: 'to-12', reason: 'refused', at: 310 })
  })
})

/** What view and store hold after the effects. */
class Applied {
  readonly rows = new Map<string, string>()
  readonly stored = new Map<string, string>()
  /** Who departed and was not discovered since, by the log. */
  readonly departed = new Set<string>()

  do(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.do === 'show') {
        const { peerId, state, version, neighbor, connected } = effect.row
        this.rows.set(peerId, `${state} ${version.updatedAt} ${neighbor} ${connected}`)
        if (state === 'online' && this.departed.has(peerId)) throw new Error('a departed peer is shown as online')
      } else if (effect.do === 'show connection') {
        const row = this.rows.get(effect.peerId)
        if (row?.startsWith('purged') === true)
          this.rows.set(effect.peerId, `${row.split(' ').slice(0, 3).join(' ')} ${effect.connected}`)
      } else if (effect.do === 'hide') this.rows.delete(effect.peerId)
      else if (effect.do === 'keep') this.stored.set(effect.peer.peerId, `online ${effect.peer.version.updatedAt}`)
      else if (effect.do === 'mark gone') {
        const [, version] = this.stored.get(effect.peerId)?.split(' ') ?? []
        if (version !== undefined) this.stored.set(effect.peerId, `${effect.state} ${version}`)
      } else if (effect.do === 'log') {
        if (effect.event.kind === 'PeerDeparted') this.departed.add(effect.event.peerId)
        if (effect.event.kind === 'PeerDiscovered') this.departed.delete(effect.event.peerId)
      }
    }
  }
}

/** One peer as its node has it, and the items that a change of it leads to. */
class Model {
  readonly name: string
  #state: 'unknown' | 'shown' | 'hidden' = 'unknown'
  #version = 0
  #row: string | undefined
  #stored: string | undefined
  #connected = false
  #neighbor = false

  constructor(name: string) {
    this.name = name
  }

  get row(): string | undefined {
    if (this.#state === 'shown') return `online ${this.#version} ${this.#neighbor} ${this.#connected}`
    // A connection does not end with the entry.
    return this.#row && `${this.#row} ${this.#connected}`
  }

  get stored(): string | undefined {
    return this.#state === 'shown' ? `online ${this.#version}` : this.#stored
  }

  change(dice: number): string[] {
    const { name } = this
    if (dice === 0) {
      this.#connected = !this.#connected
      return [`${this.#connected ? 'connected' : 'disconnected'} ${name}`]
    }
    if (dice === 1) {
      this.#neighbor = !this.#neighbor
      return [`${this.#neighbor ? 'up' : 'down'} ${name}`]
    }
    if (this.#state === 'unknown' || dice <= 4) {
      const event = this.#state === 'unknown' ? 'discovered' : 'updated'
      if (this.#state === 'hidden' && dice === 2) return []
      this.#state = 'shown'
      this.#version += 1
      return [`put ${name} ${this.#version}`, `${event} ${name} ${this.#version}`]
    }
    if (dice === 5) {
      if (this.#state === 'hidden') return []
      this.#stored = `online ${this.#version}`
      this.#state = 'hidden'
      this.#row = undefined
      return [`hide ${name}`]
    }
    const removed = this.#state === 'shown' ? [`remove ${name}`] : []
    if (this.#state === 'shown') this.#row = `purged ${this.#version} false`
    if (this.#state === 'shown' || this.#stored !== undefined)
      this.#stored = `purged ${this.#state === 'shown' ? this.#version : (this.#stored?.split(' ')[1] ?? '')}`
    this.#state = 'unknown'
    return [...removed, `departed ${name} purged`]
  }
}

it('in the end the view and the store hold what the node told last, however items and batches fall', () => {
  const step = fc.record({
    peer: fc.nat(2),
    dice: fc.nat(6),
    rows: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, ends) => {
      const models = ['ann', 'ben', 'cat'].map((name) => new Model(name))
      const state: SessionState = firstState()
      const applied = new Applied()
      let at = 0
      for (const { peer, dice, rows } of steps) {
        const model = models[peer]
        if (model === undefined) continue
        const isWaiting = state.waiting.get(idOf(model.name)) === 'entry'
        // What the store has of a hidden peer is what was shown last; which that is depends on the batches.
        if (dice === 5 && isWaiting) applied.do(due(state, Infinity))
        for (const words of model.change(dice)) applied.do(take(state, toldAt(words, (at += 1))))
        if (rows !== null) applied.do(due(state, rows))
      }
      applied.do(ends ? end(state, null) : due(state, Infinity))
      for (const model of models) {
        expect([applied.rows.get(idOf(model.name)), applied.stored.get(idOf(model.name))]).toEqual([
          model.row,
          model.stored,
        ])
      }
    }),
    { numRuns: 500 },
  )
})
