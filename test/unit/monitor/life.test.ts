/** The monitor's life, step by step: each state with each input, and random interleavings. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorShape } from '../../../src/shared/errors.ts'
import type { CallId, Life, LifeInput, LifeOutput, Phase } from '../../../src/main/monitor/life.ts'
import { FIRST_LIFE, isIdle, step } from '../../../src/main/monitor/life.ts'
import { TABLE } from './life-table.ts'

const CALLS = ['join', 'demo', 'leave', 'close'] as const
const DONE = ['demo up', 'demo stopped', 'node up', 'node stopped'] as const
const ENDED = ['demo failed', 'demo lost', 'node failed', 'node ended'] as const

/** All inputs; completions are of the attempt that is given. */
function inputs(attempt: CallId): readonly LifeInput[] {
  return [
    ...CALLS.map((kind) => ({ kind, call: 9 })),
    ...DONE.map((kind) => ({ kind, attempt })),
    ...ENDED.map((kind) => ({ kind, attempt, error: 'why' })),
  ]
}

/** A state of the table from its name. */
function lifeOf(name: string): Life {
  const [first = '', ...parts] = name.split(', ')
  const part = (of: string): string => parts.find((one) => one.startsWith(`${of} `))?.slice(of.length + 1) ?? 'none'
  const { 1: kind } = /^waiting to (join|demo) 6$/.exec(first) ?? []
  const phase =
    kind !== undefined
      ? { state: 'waiting', kind, attempt: 6 }
      : first === 'leaving' || first === 'closing'
        ? { state: first, calls: [8] }
        : { state: first }
  return {
    phase: phase as Phase,
    attempt: 5,
    node: part('node') as Life['node'],
    swarm: part('swarm') as Life['swarm'],
  }
}

function nameOf({ phase, node, swarm }: Life): string {
  const calls = 'calls' in phase && phase.calls.join(' ') !== '8' ? ` ${phase.calls.join(' ')}` : ''
  return [
    phase.state === 'waiting' ? `waiting to ${phase.kind} ${phase.attempt}` : `${phase.state}${calls}`,
    ...(node === 'none' ? [] : [`node ${node}`]),
    ...(swarm === 'none' ? [] : [`swarm ${swarm}`]),
  ].join(', ')
}

function outputOf(output: LifeOutput): string {
  if (output.kind === 'show') return `show ${output.status} ${output.attempt}`
  if (output.kind === 'resolve') return `resolve ${output.call}`
  if (output.kind !== 'reject') return `${output.kind} ${output.attempt}`
  return `reject ${output.call} ${output.error === 'why' ? 'why' : errorShape(output.error).code}`
}

function told([life, outputs]: ReturnType<typeof step>): string {
  return [nameOf(life), ...outputs.map(outputOf)].join(' | ')
}

/** What happens where the table says nothing. */
function otherwise(name: string, { kind }: LifeInput, attempt: CallId): string {
  if (kind === 'demo up') return `${name} | stop demo ${attempt}`
  return kind === 'node up' ? `${name} | stop node ${attempt}` : name
}

describe.each(Object.entries(TABLE))('%s', (name, row) => {
  it.each(inputs(5).map((input) => [input.kind, input] as const))('takes: %s', (kind, input) => {
    expect(told(step(lifeOf(name), input))).toBe(row[kind] ?? otherwise(name, input, 5))
  })

  it('is not changed by what an older attempt began; what that brings up is stopped', () => {
    for (const input of inputs(3).slice(CALLS.length))
      expect(told(step(lifeOf(name), input))).toBe(otherwise(name, input, 3))
  })
})

/** All that a life makes run, and that may complete at any moment and in any order. */
class World {
  life = FIRST_LIFE
  readonly starting = new Set<CallId>()
  readonly swarms = new Set<CallId>()
  readonly opening = new Set<CallId>()
  readonly nodes = new Set<CallId>()
  readonly stoppingNodes = new Set<CallId>()
  readonly stoppingSwarms = new Set<CallId>()
  readonly calledOff = new Set<CallId>()
  /** Attempts that the driver no longer waits for. */
  readonly givenUp = new Set<CallId>()
  readonly open = new Set<CallId>()
  readonly problems: string[] = []
  readonly seen = new Set<string>()
  #calls = 0

  take(input: LifeInput): void {
    if ('call' in input) this.open.add(input.call)
    const [life, outputs] = step(this.life, input)
    this.life = life
    const { phase, node, swarm } = life
    this.seen.add([phase.state, node, swarm].join(' '))
    for (const output of outputs) this.#do(output)
  }

  call(kind: (typeof CALLS)[number]): void {
    this.take({ kind, call: (this.#calls += 1) })
  }

  /** What can happen now. */
  happenings(): readonly (() => void)[] {
    const error = new Error('it broke')
    const of = (attempts: ReadonlySet<CallId>, act: (attempt: CallId) => void): (() => void)[] =>
      [...attempts].map((attempt) => () => act(attempt))
    return [
      ...of(this.starting, (attempt) => {
        this.starting.delete(attempt)
        this.swarms.add(attempt)
        this.take({ kind: 'demo up', attempt })
      }),
      ...of(this.starting, (attempt) => {
        this.starting.delete(attempt)
        this.take({ kind: 'demo failed', attempt, error })
      }),
      ...of(this.swarms, (attempt) => {
        this.swarms.delete(attempt)
        this.take({ kind: 'demo lost', attempt, error })
      }),
      ...of(this.opening, (attempt) => {
        this.opening.delete(attempt)
        this.nodes.add(attempt)
        this.take({ kind: 'node up', attempt })
      }),
      ...of(this.opening, (attempt) => {
        this.opening.delete(attempt)
        this.take({ kind: 'node failed', attempt, error })
      }),
      ...of(this.nodes, (attempt) => {
        this.nodes.delete(attempt)
        this.take({ kind: 'node ended', attempt, error })
      }),
      ...of(this.calledOff, (attempt) => {
        this.calledOff.delete(attempt)
        if (!this.opening.has(attempt)) return
        this.givenUp.add(attempt)
        this.take({ kind: 'node failed', attempt, error })
      }),
      ...this.endings(),
    ]
  }

  /** What was told to stop, stops. */
  endings(): readonly (() => void)[] {
    return [
      ...[...this.stoppingNodes].map((attempt) => () => {
        this.stoppingNodes.delete(attempt)
        this.nodes.delete(attempt)
        this.take({ kind: 'node stopped', attempt })
      }),
      ...[...this.stoppingSwarms].map((attempt) => () => {
        this.stoppingSwarms.delete(attempt)
        this.swarms.delete(attempt)
        this.take({ kind: 'demo stopped', attempt })
      }),
    ]
  }

  #do(output: LifeOutput): void {
    const { problems } = this
    switch (output.kind) {
      case 'start demo':
      case 'open node': {
        const running = [this.starting, this.swarms, this.opening, this.nodes, this.stoppingNodes, this.stoppingSwarms]
        const own = output.kind === 'open node' ? output.attempt : null
        for (const attempt of new Set(running.flatMap((set) => [...set])))
          if (attempt !== own && !this.givenUp.has(attempt))
            problems.push(`${attempt} still runs beside ${output.attempt}`)
        if (output.kind === 'start demo') this.starting.add(output.attempt)
        else this.opening.add(output.attempt)
        return
      }
      case 'stop node':
        this.stoppingNodes.add(output.attempt)
        return
      case 'stop demo':
        this.stoppingSwarms.add(output.attempt)
        return
      case 'call off node':
        this.calledOff.add(output.attempt)
        return
      case 'call off demo':
        if (!this.starting.has(output.attempt)) problems.push(`no demo ${output.attempt} to call off`)
        return
      case 'show':
        if (output.status === 'online' && !this.nodes.has(output.attempt)) problems.push('online without a node')
        if (output.status === 'none' && !isIdle(this.life)) problems.push('none while something runs')
        return
      case 'resolve':
      case 'reject':
        if (!this.open.delete(output.call)) problems.push(`call ${output.call} was settled twice`)
    }
  }
}

describe('a life of random calls and completions', () => {
  it('leaves nothing running, never runs two networks at once, and settles each call once', () => {
    const action = fc.record({ call: fc.constantFrom(null, null, null, ...CALLS), pick: fc.nat(50) })
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const world = new World()
        for (const { call, pick } of actions) {
          const possible = world.happenings()
          if (call !== null && (call !== 'close' || pick < 5)) world.call(call)
          else possible[pick % possible.length]?.()
        }
        world.call('close')
        // Whatever is under way completes, the last of it after the close.
        for (let left = 200; left > 0; left -= 1) {
          const [next] = [
            ...world.endings(),
            ...(world.opening.size + world.starting.size > 0 ? world.happenings() : []),
          ]
          if (next === undefined) break
          next()
        }
        for (const state of world.seen) seen.add(state)
        expect(world.problems).toEqual([])
        expect([world.life.phase.state, [...world.open]]).toEqual(['closed', []])
        expect([...world.nodes, ...world.swarms, ...world.opening, ...world.starting]).toEqual([])
      }),
      { numRuns: 3000, seed: 18 },
    )
    // The table lists all states that can be reached, and only those.
    const listed = Object.keys(TABLE).map((name) => {
      const { phase, node, swarm } = lifeOf(name)
      return [phase.state, node, swarm].join(' ')
    })
    expect([...seen].toSorted()).toEqual([...new Set(listed)].toSorted())
  })
})
