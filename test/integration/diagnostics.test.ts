import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askRunning } from '../../src/main/monitor/running/ask.ts'
import { startCli } from '../support/cli-process.ts'

const MAIN = fileURLToPath(new URL('../../src/main/cli/main.ts', import.meta.url))
const QUIET = ['--no-dht', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-ask-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs `peerscope diagnostics` on the folder, in a process of its own. */
async function diagnostics(): Promise<{ readonly bundle: unknown; readonly said: string }> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN, 'diagnostics', '--data', folder], {
    timeout: 60_000,
  })
  return { bundle: JSON.parse(stdout), said: stderr }
}

describe('peerscope diagnostics', () => {
  it('says the invariants of the window that runs on the folder, and after kill -9 reads the folder', async () => {
    await using serve = startCli(['serve', '--data', folder, '--network', `d-${randomUUID()}`, ...QUIET])
    await serve.waitFor('serving')
    // It may still be joining.
    await expect.poll(diagnostics, { timeout: 30_000 }).toMatchObject({
      bundle: { app: { host: 'web' }, state: 'alone', broken: [], health: { state: 'alone' } },
      said: `from the running Peerscope, process ${serve.pid}\n`,
    })
    await serve.stop('SIGKILL')
    expect(await diagnostics()).toMatchObject({ bundle: { app: { host: null }, state: 'offline', broken: null } })
  })

  it('says those of a headless node, which leaves nothing of the socket in the folder', async () => {
    await using node = startCli(['node', '--data', folder, '--network', `d-${randomUUID()}`, ...QUIET])
    await node.waitFor('online')
    expect(await diagnostics()).toMatchObject({
      bundle: {
        app: { host: 'node' },
        state: 'alone',
        broken: [],
        store: { rows: {} },
        peers: { byState: { online: 1 } },
      },
      said: `from the running Peerscope, process ${node.pid}\n`,
    })
    expect(readdirSync(folder)).toContain('running.json')
    expect(await node.stop()).toBe(0)
    expect(readdirSync(folder).filter((name) => /^(?:diagnostics|running)/.test(name))).toEqual([])
  })

  it.runIf(process.platform !== 'win32')('is not kept waiting by a process that hangs', async () => {
    await using node = startCli(['node', '--data', folder, '--network', `d-${randomUUID()}`, ...QUIET])
    await node.waitFor('online')
    // It says where it can be asked right after that.
    await expect.poll(() => existsSync(join(folder, 'running.json'))).toBe(true)
    process.kill(node.pid, 'SIGSTOP')
    const asked = await askRunning(folder, 200).finally(() => process.kill(node.pid, 'SIGCONT'))
    expect(asked).toEqual({ kind: 'silent', pid: node.pid, reason: 'no answer within 0.2 s' })
  })
})
