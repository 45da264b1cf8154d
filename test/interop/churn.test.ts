/** A network of both, where peers come, go and are cut off all the time. */
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../sim/random.ts'
import { MosaikHost } from './support/mosaik.ts'
import type { MosaikNode } from './support/mosaik.ts'
import { tagId } from './support/ids.ts'
import { OurNode, tell, until } from './support/ours.ts'
import { versions } from './support/versions.ts'

const MOSAIK = 20
const OURS = 5
const STEPS = 30
const NETWORK = 'interop-churn'
/** The silent are purged within the test; a busy machine must not make anybody silent. */
const PURGE_MS = 20_000
const THEIR_PACE = { announceIntervalMs: 3000, purgeAfterMs: PURGE_MS, quiet: true } as const
const OUR_PACE = ['--announce-interval', '3s', '--purge-after', `${PURGE_MS}ms`] as const
const LIMIT = 120_000

/** What somebody's catalog says: each peer with its tags. */
type Seen = Readonly<Record<string, string>>

class Mixed {
  readonly theirs = new Map<string, MosaikNode>()
  readonly ours = new Map<string, OurNode>()
  readonly tags = new Map<string, string[]>()
  readonly host: MosaikHost
  readonly random: SeededRandom
  #named = 0

  constructor(host: MosaikHost, random: SeededRandom) {
    this.host = host
    this.random = random
  }

  pick<T>(from: Iterable<T>): T {
    return this.random.pick([...from])
  }

  /** Who knows nobody but one that goes in the next step would be alone for ever. */
  async #settled(catalog: () => Promise<readonly unknown[]>): Promise<void> {
    const least = Math.min(3, this.theirs.size + this.ours.size + 1)
    await until(catalog, (all) => all.length >= least, LIMIT)
  }

  async addTheirs(): Promise<void> {
    this.#named += 1
    const bootstrap = this.theirs.size === 0 ? [] : [this.pick([...this.theirs.values(), ...this.ours.values()])]
    const node = await this.host.spawn(`m${this.#named}`, { network: NETWORK, bootstrap, ...THEIR_PACE })
    await this.#settled(() => this.host.catalog(node.name))
    this.theirs.set(node.name, node)
    this.tags.set(node.endpointId, [])
  }

  async addOurs(): Promise<void> {
    this.#named += 1
    const tag = `ours:${this.#named}`
    const { bootstrap } = this.pick(this.theirs.values())
    const node = await OurNode.start({ network: NETWORK, bootstrap: [bootstrap], tags: [tag], more: OUR_PACE })
    await this.#settled(() => node.peers())
    this.ours.set(`p${this.#named}`, node)
    this.tags.set(node.endpointId, [tag])
  }

  async tagTheirs(): Promise<void> {
    this.#named += 1
    const node = this.pick(this.theirs.values())
    const tag = `step:${this.#named}`
    await this.host.ask('tag add', { node: node.name, tag })
    this.tags.get(node.endpointId)?.push(tag)
  }

  async endTheirs(how: 'leave' | 'kill'): Promise<void> {
    const node = this.pick(this.theirs.values())
    this.theirs.delete(node.name)
    this.tags.delete(node.endpointId)
    await this.host.ask(how, { node: node.name })
  }

  async endOurs(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const [name, node] = this.pick(this.ours)
    this.ours.delete(name)
    this.tags.delete(node.endpointId)
    await node.process.stop(signal)
  }

  /** What every catalog should say. */
  wanted(): Seen {
    return Object.fromEntries(
      [...this.tags].map(([id, tags]) => [id, tags.map(tagId).toSorted().join(' ')]).toSorted(byId),
    )
  }

  /** What is wrong, by whose catalog. Empty when all agree. */
  async wrong(): Promise<Readonly<Record<string, string>>> {
    const wanted = this.wanted()
    const told = await Promise.all([
      ...[...this.theirs.keys()].map(async (name) => [name, seen(await this.host.catalog(name))] as const),
      ...[...this.ours].map(async ([name, node]) => [name, seen(await node.peers())] as const),
    ])
    return Object.fromEntries(
      told.map(([name, have]) => [name, difference(wanted, have)]).filter(([, text]) => text !== ''),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.ours.values()].map((node) => node.process.stop('SIGKILL')))
  }
}

function byId([a]: readonly string[], [b]: readonly string[]): number {
  return (a ?? '') < (b ?? '') ? -1 : 1
}

function seen(catalog: readonly { readonly endpointId: string; readonly tags: readonly string[] }[]): Seen {
  return Object.fromEntries(
    catalog.map(({ endpointId, tags }) => [endpointId, tags.toSorted().join(' ')]).toSorted(byId),
  )
}

function difference(wanted: Seen, have: Seen): string {
  const missing = Object.keys(wanted).filter((id) => !(id in have))
  const more = Object.keys(have).filter((id) => !(id in wanted))
  const stale = Object.keys(wanted).filter((id) => id in have && have[id] !== wanted[id])
  return Object.entries({ missing, more, stale })
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `${what} ${ids.map((id) => id.slice(0, 8)).join(' ')}`)
    .join(', ')
}

describe.each(versions())('mosaik %s', (version) => {
  it(`and Peerscope agree on who is there: ${MOSAIK} and ${OURS} nodes, with churn`, { timeout: 600_000 }, async () => {
    await using host = await MosaikHost.start(version)
    await using mixed = new Mixed(host, new SeededRandom(20))
    for (let index = 0; index < MOSAIK; index += 1) await mixed.addTheirs()
    for (let index = 0; index < OURS; index += 1) await mixed.addOurs()
    let from = Date.now()
    await until(
      () => mixed.wrong(),
      (wrong) => Object.keys(wrong).length === 0,
      LIMIT,
      500,
    )
    tell(version, `${MOSAIK} and ${OURS} nodes know each other, after the last started`, Date.now() - from)

    const steps = [
      () => mixed.endTheirs('leave').then(() => mixed.addTheirs()),
      () => mixed.endTheirs('kill').then(() => mixed.addTheirs()),
      () => mixed.endOurs('SIGTERM').then(() => mixed.addOurs()),
      () => mixed.endOurs('SIGKILL').then(() => mixed.addOurs()),
      () => mixed.tagTheirs(),
      () => mixed.tagTheirs(),
    ]
    for (let step = 0; step < STEPS; step += 1) await mixed.pick(steps)()
    from = Date.now()
    await until(
      () => mixed.wrong(),
      (wrong) => Object.keys(wrong).length === 0,
      LIMIT,
      500,
    )
    tell(
      version,
      `all ${MOSAIK + OURS} catalogs agree after ${STEPS} changes (purge after ${PURGE_MS / 1000} s)`,
      Date.now() - from,
    )
    expect(await mixed.wrong()).toEqual({})
  })
})
