import { beforeAll, describe, expect, it } from 'vitest'
import type { PeerId } from '../../src/shared/ids.ts'
import { Mesh } from './iroh-mesh.ts'
import type { Member, MeshOptions } from './iroh-mesh.ts'

const MEMBERS = 500
/** A shuffle of everybody, and time to ask those that it told of. */
const SETTLED_MS = 90_000

/** A mesh of so many members that joined one after the other, each by one that was there. */
async function meshOf(members: number, options: MeshOptions): Promise<Mesh> {
  const mesh = new Mesh(options)
  for (let at = 0; at < members; at += 1) {
    mesh.add(`member ${at}`)
    await mesh.run(20)
  }
  await mesh.run(SETTLED_MS)
  return mesh
}

/** Broadcasts so many contents of members at random, one after the other. Gives their texts. */
async function broadcast(mesh: Mesh, name: string, count: number, from?: () => Member): Promise<string[]> {
  const texts = Array.from({ length: count }, (_, at) => `${name} ${at}`)
  for (const text of texts) {
    mesh.broadcast(from?.() ?? mesh.any(), text)
    await mesh.run(500)
  }
  await mesh.run(3000)
  return texts
}

/** Of the texts, how many did not come, and how many were put out more than once. */
function outcome(members: readonly Member[], texts: readonly string[]): { missing: number; repeated: number } {
  const counts = members.flatMap(({ heard }) => texts.map((text) => heard.get(text) ?? 0))
  return { missing: counts.filter((n) => n === 0).length, repeated: counts.filter((n) => n > 1).length }
}

const ALL = { missing: 0, repeated: 0 }

/** How the mesh is: links of one end only, members that one does not reach, the least neighbors of anybody, dead neighbors. */
function shape(mesh: Mesh) {
  const [first] = mesh.alive
  const neighbors = mesh.alive.map(({ machine }) => machine.neighbors())
  const isDead = (peer: PeerId): boolean => mesh.members.get(peer)?.alive !== true
  return {
    oneSided: mesh.oneSided().length,
    unreached: mesh.alive.length - (first === undefined ? 0 : mesh.reached(first)),
    dead: neighbors.flat().filter(isDead).length,
    least: Math.min(...neighbors.map(({ length }) => length)),
  }
}

describe('a mesh of 500 members', () => {
  let mesh: Mesh

  beforeAll(async () => {
    mesh = await meshOf(MEMBERS, { seed: 20 })
  })

  it('[MO21] is connected, the same at both ends of each link, and nearly full', () => {
    expect(shape(mesh)).toMatchObject({ oneSided: 0, unreached: 0, dead: 0 })
    const full = mesh.alive.filter(({ machine }) => machine.neighbors().length === 5).length
    expect(full).toBeGreaterThan(0.9 * MEMBERS)
  })

  it('[MO24] brings every content to everybody once, with less than one copy too many for each', async () => {
    expect(outcome(mesh.alive, await broadcast(mesh, 'first', 3))).toEqual(ALL)
    const payloads = (): number => mesh.alive.reduce((sum, member) => sum + member.payloads, 0)
    const before = payloads()
    const texts = await broadcast(mesh, 'next', 10)
    expect(outcome(mesh.alive, texts)).toEqual(ALL)
    const needed = texts.length * (MEMBERS - 1)
    expect((payloads() - before - needed) / needed).toBeLessThan(1)
  })

  it('[MO22] replaces neighbors whose links broke', async () => {
    for (let count = 0; count < 200; count += 1) {
      const member = mesh.any()
      const [peer] = member.machine.neighbors()
      if (peer !== undefined) mesh.break(member.id, peer)
    }
    await mesh.run(SETTLED_MS)
    expect(shape(mesh)).toMatchObject({ oneSided: 0, unreached: 0, dead: 0 })
    expect(outcome(mesh.alive, await broadcast(mesh, 'after breaks', 3))).toEqual(ALL)
  })

  it('[MO22] replaces members that vanish, and takes those that come', async () => {
    for (let count = 0; count < 100; count += 1) {
      mesh.kill(mesh.any())
      mesh.add(`late ${count}`)
      await mesh.run(200)
    }
    await mesh.run(SETTLED_MS)
    expect(shape(mesh)).toMatchObject({ oneSided: 0, unreached: 0, dead: 0 })
    expect(outcome(mesh.alive, await broadcast(mesh, 'after deaths', 3))).toEqual(ALL)
  })

  it('[MO21] loses nothing where members say goodbye', async () => {
    for (let count = 0; count < 50; count += 1) mesh.quit(mesh.any())
    await mesh.run(SETTLED_MS)
    expect(shape(mesh)).toMatchObject({ oneSided: 0, unreached: 0, dead: 0 })
  })

  it('[MO25] brings what is broadcast from now on to who joins now', async () => {
    const late = mesh.add('latecomer')
    await mesh.run(2000)
    const texts = await broadcast(mesh, 'for latecomers', 3)
    expect(outcome([late], texts)).toEqual(ALL)
    expect(outcome(mesh.alive, await broadcast(mesh, 'of a latecomer', 3, () => late))).toEqual(ALL)
  })

  it('[MO28] has not broken an invariant', () => {
    expect(mesh.check()).toEqual([])
  })
})

describe('a mesh that is split', () => {
  it('[MO25] works in both halves, and as one again when a few have met', async () => {
    const mesh = await meshOf(100, { seed: 21 })
    const left = new Set(mesh.alive.filter((_, at) => at % 2 === 0).map(({ id }) => id))
    mesh.split((peer) => (left.has(peer) ? 1 : 2))
    await mesh.run(SETTLED_MS)
    expect(shape(mesh)).toMatchObject({ oneSided: 0, dead: 0 })
    const halves = [mesh.alive.filter(({ id }) => left.has(id)), mesh.alive.filter(({ id }) => !left.has(id))]
    for (const [at, half] of halves.entries()) {
      const [first] = half
      const texts = await broadcast(mesh, `half ${at}`, 3, () => first ?? mesh.any())
      expect(outcome(half, texts)).toEqual(ALL)
      expect(mesh.reached(first ?? mesh.any())).toBe(half.length)
    }
    mesh.heal()
    // Discovery goes on dialing whom it knew (rule AN10).
    const [some, others] = halves.map((half) => half.slice(0, 3))
    for (const [at, member] of (some ?? []).entries())
      mesh.step(member, { kind: 'join', peers: (others ?? []).slice(at, at + 1).map(({ id }) => id) })
    await mesh.run(SETTLED_MS)
    expect(shape(mesh)).toMatchObject({ oneSided: 0, unreached: 0, dead: 0 })
    expect(outcome(mesh.alive, await broadcast(mesh, 'whole', 5))).toEqual(ALL)
    expect(mesh.check()).toEqual([])
  })
})

describe('a small mesh', () => {
  it.each([2, 3, 5, 6, 8])('[MO21] of %d members is one', async (members) => {
    const mesh = await meshOf(members, { seed: members })
    expect(shape(mesh)).toMatchObject({ oneSided: 0, unreached: 0, dead: 0 })
    expect(outcome(mesh.alive, await broadcast(mesh, 'news', 4))).toEqual(ALL)
    expect(mesh.check()).toEqual([])
  })

  it('comes of its seed alone', async () => {
    const run = async (seed: number) => {
      const mesh = await meshOf(30, { seed })
      await broadcast(mesh, 'news', 5)
      return [...mesh.sent]
    }
    expect(await run(3)).toEqual(await run(3))
    expect(await run(3)).not.toEqual(await run(4))
  })
})
