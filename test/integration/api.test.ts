import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { startCli } from '../support/cli-process.ts'

const EXAMPLE = new URL('../../examples/watch.ts', import.meta.url).pathname

it('[HD1] the example joins with the library, sees a peer come and go, is seen with its tag, and says goodbye', async () => {
  const network = `api-${randomUUID()}`
  await using peer = startCli(['node', '--network', network, '--listen', '/ip4/127.0.0.1/tcp/0', '--tag', 'role:seed'])
  const online = await peer.waitFor('online')
  const [address = ''] = online['addresses'] as string[]
  const child = spawn(process.execPath, ['--conditions=peerscope-source', EXAMPLE, network, address], { stdio: 'pipe' })
  const ended = once(child, 'close')
  try {
    const seen = new Set<string>()
    let printed: () => void = () => undefined
    createInterface({ input: child.stdout }).on('line', (line) => {
      seen.add(line)
      printed()
    })
    const line = async (wanted: string): Promise<void> => {
      while (!seen.has(wanted)) {
        await new Promise<void>((resolve) => {
          printed = resolve
        })
      }
    }
    const watcher = await peer.waitFor('PeerDiscovered')
    expect(watcher['tags']).toEqual(['role:watcher'])
    await line(`+ ${String(online['peerId'])} role:seed`)
    child.kill('SIGTERM')
    await ended
    const departed = await peer.waitFor('PeerDeparted')
    expect([departed['peerId'], departed['reason']]).toEqual([watcher['peerId'], 'graceful'])
    expect(child.exitCode).toBe(0)
  } finally {
    child.kill('SIGKILL')
    await ended
  }
})
