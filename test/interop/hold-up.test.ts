/**
 * A mosaik node that answers a ping or a sync does nothing else until the one who asked closes the connection. So we close it
 * at once, on every path: a newcomer is learned of as fast beside us as without us.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { peerIdOf } from './support/ids.ts'
import type { MosaikNode } from './support/mosaik.ts'
import { MosaikHost } from './support/mosaik.ts'
import { OurNode, tell } from './support/ours.ts'
import { versions } from './support/versions.ts'

const LIMIT = 30_000
/** A connection of a process that is gone ends by QUIC's idle timeout, which is iroh's: up to half a minute. */
const IDLE_LIMIT = 60_000
/** Well above what is measured on a busy machine, and far below the timeout of a connection that was left open. */
const FREE = 5000

/** Starts a newcomer and gives how long the node took to learn of it after it was online, milliseconds. */
async function newcomer(node: MosaikNode, network: string, name: string, limitMs: number): Promise<number> {
  const one = await node.host.spawn(name, { network, bootstrap: [node], quiet: true })
  const seen = await node.host.event(node.name, 'PeerDiscovered', one.endpointId, limitMs)
  await node.host.ask('leave', { node: name })
  return Math.max(0, Number(seen['at']) - one.onlineAt)
}

/** Asks pings and syncs of one peer all the time, several at once, until told to end. */
function pester(ours: OurNode, endpointId: string): { readonly asked: () => number; readonly end: () => void } {
  const peerId = peerIdOf(endpointId)
  let asked = 0
  const over = new AbortController()
  const one = async (command: string): Promise<void> => {
    while (!over.signal.aborted) {
      const reply = await ours.ask(`${command} ${peerId}`, IDLE_LIMIT).catch(() => null)
      if (reply === null) return
      asked += 1
    }
  }
  // Commands run one after another; so there is always one that runs, and one that waits.
  for (const command of ['ping', 'sync']) void one(command)
  return { asked: () => asked, end: () => over.abort() }
}

describe.each(versions())('mosaik %s', (version) => {
  const running: MosaikHost[] = []
  afterAll(() => Promise.all(running.map((host) => host[Symbol.asyncDispose]())))

  async function scene(network: string): Promise<{ node: MosaikNode; ours: OurNode }> {
    const host = await MosaikHost.start(version)
    running.push(host)
    const node = await host.spawn('a', { network })
    const ours = await OurNode.start({ network, bootstrap: [node.bootstrap] })
    await ours.event('PeerDiscovered', node.endpointId, LIMIT)
    await host.event('a', 'PeerDiscovered', ours.endpointId, LIMIT)
    return { node, ours }
  }

  it('learns of newcomers without us', async () => {
    const host = await MosaikHost.start(version)
    running.push(host)
    const node = await host.spawn('a', { network: 'interop-alone' })
    const took = []
    for (let round = 0; round < 5; round += 1) took.push(await newcomer(node, 'interop-alone', `n${round}`, LIMIT))
    tell(version, 'a newcomer is learned of, without us', list(took))
    expect(Math.max(...took)).toBeLessThan(FREE)
  })

  it('learns of newcomers while we ping and sync all the time', async () => {
    const { node, ours } = await scene('interop-busy')
    await using _ours = ours
    const pestering = pester(ours, node.endpointId)
    const took = []
    for (let round = 0; round < 10; round += 1) took.push(await newcomer(node, 'interop-busy', `n${round}`, LIMIT))
    pestering.end()
    tell(version, `a newcomer is learned of, during ${pestering.asked()} pings and syncs of ours`, list(took))
    expect(pestering.asked()).toBeGreaterThan(10)
    expect(Math.max(...took)).toBeLessThan(FREE)
  })

  it('learns of newcomers when we are ended in the middle of exchanges', async () => {
    const { node, ours } = await scene('interop-end')
    await using _ours = ours
    const took = []
    for (let round = 0; round < 3; round += 1) {
      await using one = await OurNode.start({ network: 'interop-end', bootstrap: [node.bootstrap] })
      await one.event('PeerDiscovered', node.endpointId, LIMIT)
      const pestering = pester(one, node.endpointId)
      await new Promise((resolve) => setTimeout(resolve, 500 + 37 * round))
      const ended = one.process.stop('SIGTERM')
      took.push(await newcomer(node, 'interop-end', `n${round}`, LIMIT))
      pestering.end()
      await ended
    }
    tell(version, 'a newcomer is learned of, while we end during a sync', list(took))
    expect(Math.max(...took)).toBeLessThan(FREE)
  })

  it.each(['SIGSTOP', 'SIGKILL'] as const)(
    'is free again by itself after our process got %s during an exchange',
    async (signal) => {
      const network = `interop-${signal}`
      const { node, ours } = await scene(network)
      await using _ours = ours
      const pestering = pester(ours, node.endpointId)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      process.kill(ours.process.pid, signal)
      // Nothing can close a connection of a process that does not run: QUIC's idle timeout ends it.
      const took = await newcomer(node, network, 'first', IDLE_LIMIT)
      tell(version, `a newcomer is learned of, after ${signal} in the middle of an exchange`, took)
      const next = await newcomer(node, network, 'second', LIMIT)
      tell(version, `the next newcomer, while our process is ${signal === 'SIGSTOP' ? 'still stopped' : 'gone'}`, next)
      expect(next).toBeLessThan(FREE)
      const stopped = signal === 'SIGSTOP'
      if (stopped) process.kill(ours.process.pid, 'SIGCONT')
      const after = await newcomer(node, network, 'third', LIMIT)
      tell(version, `the one after that${stopped ? ', when our process runs again' : ''}`, after)
      expect(after).toBeLessThan(FREE)
      pestering.end()
    },
  )
})

function list(took: readonly number[]): string {
  return `${took.map((ms) => Math.round(ms)).join(', ')} ms`
}
