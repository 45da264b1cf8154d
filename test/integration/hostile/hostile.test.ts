/** Attacks on a small network of honest nodes, one after the other; the last word is theirs: they know each other. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENTRIES } from './entries.ts'
import { FLOODS } from './floods.ts'
import type { Measured } from './honest.ts'
import { HonestNetwork } from './honest-network.ts'
import { MESSAGES } from './messages.ts'
import { Stage } from './stage.ts'
import type { Attack } from './stage.ts'
import { SYNCS } from './syncs.ts'

/** Short times, so that what may stay for a while is gone by the end; and a small catalog, which is soon full. */
const CONFIG = {
  announceInterval: 1000,
  announceJitter: 0.2,
  purgeAfter: 8000,
  maxTimeDrift: 5000,
  rttProbeInterval: 2000,
  rttDialInterval: 2000,
  gracefulDepartureWindow: 50,
  maxPeers: 300,
}
const NODES = 4
const MIB = 1024 * 1024
/** What all honest nodes together may take beyond what they had, at once and once memory was freed. Bytes. */
const PEAK = 160 * MIB
const KEPT = 64 * MIB
/** How often an honest node asks another during an attack, milliseconds. */
const SERVE_MS = 300

const ATTACKS = [...MESSAGES, ...ENTRIES, ...SYNCS, ...FLOODS]
const rows: { name: string; verdict: string; measured: Measured }[] = []
let network: HonestNetwork
let turn = 0

beforeAll(async () => {
  network = await HonestNetwork.start(`hostile-${randomUUID()}`, NODES, CONFIG)
  await network.converged()
})

afterAll(async () => {
  await network.stop()
  process.stdout.write(`\n${table()}\n`)
})

/** The attack, what became of it, and what it cost the honest nodes. */
function table(): string {
  const cells = rows.map(({ name, verdict, measured }) => {
    const [, rules = '', what = ''] = /^\[([^\]]+)\] (.*)$/.exec(name) ?? []
    const mib = (measured.peak / MIB).toFixed(1).padStart(6)
    return `| ${what} | ${verdict} | ${rules} | ${mib} MiB | ${Math.round(measured.cpu * 100)} % | ${Math.round(measured.longestPause)} ms |`
  })
  return [
    '| attack | verdict | rules | peak memory | CPU | longest pause |',
    '| --- | --- | --- | ---: | ---: | ---: |',
    ...cells,
  ].join('\n')
}

/** Lets them happen while the honest nodes go on. @returns what they asked of each other meanwhile, and what failed */
async function suffer(
  attacks: readonly Attack[],
): Promise<{ readonly asked: number; readonly failures: readonly string[] }> {
  const stages = attacks.map(() => new Stage(network))
  await network.call('measure')
  const ended = network.serve(SERVE_MS)
  try {
    const verdicts = await Promise.all(
      attacks.map(async ({ run }, index) => {
        const stage = stages[index] ?? new Stage(network)
        await stage.begin()
        return await run(stage)
      }),
    )
    const served = await ended()
    turn += 1
    for (const stage of stages.slice(0, 1)) {
      await stage.serve(turn)
      expect(await stage.strangers()).toEqual([])
    }
    const measured = await network.call('measured')
    for (const [index, { name }] of attacks.entries()) rows.push({ name, verdict: verdicts[index] ?? '', measured })
    return served
  } finally {
    await ended()
    await Promise.all(stages.map((stage) => stage.end()))
  }
}

async function expectSuffered(attacks: readonly Attack[]): Promise<void> {
  const { asked, failures } = await suffer(attacks)
  expect(failures).toEqual([])
  expect(asked).toBeGreaterThan(0)
  const measured = rows.at(-1)?.measured
  expect(measured?.peak).toBeLessThan(PEAK)
  expect(measured?.kept).toBeLessThan(KEPT)
}

describe('honest nodes stand', () => {
  it.each(ATTACKS.filter(({ slow }) => slow !== true))('$name', async (attack) => {
    await expectSuffered([attack])
    expect(rows.at(-1)?.name).toBe(attack.name)
  })

  it('[BD6, SY4] what keeps them waiting, all at once', async () => {
    const slow = ATTACKS.filter((attack) => attack.slow === true)
    await expectSuffered(slow)
    expect(rows.at(-1)?.name).toBe(slow.at(-1)?.name)
  })

  it('[WK3, CT10, BD1] and in the end know exactly each other', async () => {
    await network.converged()
    expect(rows).toHaveLength(ATTACKS.length)
  })
})
